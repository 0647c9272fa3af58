// What a pattern takes: agents, turns, tokens, money and time, for a task of so many steps.
#pragma once

#include "strategy/strategy.hpp"

namespace troupe {

/// `pattern`: of kPatterns. Rules of thumb, not promises: docs/intelligence.md says what they are made from.
Cost estimate(std::uint8_t pattern, const Analysis& analysis, const Situation::Model& model, std::size_t task_bytes);

}  // namespace troupe

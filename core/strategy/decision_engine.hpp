// DecisionEngine: from an analysis and what is at hand to a strategy. A pure function of what it is given.
#pragma once

#include <cstdint>
#include <string>

#include "learn/experience.hpp"
#include "strategy/strategy.hpp"
#include "task/analysis.hpp"

namespace troupe {

/// The kind of task that outcomes are added up for: "code_development/simple".
std::string context_of(const Analysis& analysis);

/// Ranks all patterns. `seed` fixes the draw by which what is uncertain gets its chance; nothing learned, nothing
/// drawn.
Strategy decide(const Analysis& analysis, const Situation& situation, const Experience& experience, std::uint64_t seed,
                std::size_t task_bytes);

}  // namespace troupe

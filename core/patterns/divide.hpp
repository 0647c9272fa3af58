// Dividing a task that one worker would do alone into parts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "patterns/pattern.hpp"
#include "patterns/prompts/prompt.hpp"

namespace troupe {

struct Parts {
  std::vector<Member> members;  // each with its part
  std::optional<Stop> stop = std::nullopt;
};

/// The workers of a pattern, as they are if there are several or they have parts. Otherwise the planner says by
/// `prompt` what the parts are, and the one worker is given each of them, under the part's name.
Task<Parts> divided(Context context, const Pattern* pattern, std::string task, const Prompt* prompt);

}  // namespace troupe

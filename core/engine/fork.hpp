// The journal of a fork: the recorded run's lines before a step, under a new name, and what changes there.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace troupe {

/// A whole journal that ends where step `at` was about to happen. `changes` may give that step a "result"; its other
/// members are options that hold from there on, and stand in a "fork" line. Fails with kJournal or kNotFound.
Result<std::string> fork_journal(std::string_view recorded, const std::string& run, std::string_view at,
                                 const Json& changes, std::int64_t now_ms);

}  // namespace troupe

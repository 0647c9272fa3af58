// orchestrator: a plan is made first, then carried out, then put together.
#pragma once

#include <string>

#include "patterns/pattern.hpp"

namespace troupe {

/// A planner writes a plan as a graph of tasks; a verifier gives it all errors back until there are none. What needs
/// nothing that is not done runs at once. When a task fails, or something is missing in the end, it is planned anew, up
/// to `rounds` plans, and what is done is kept. One synthesis ends it.
Task<Answer> orchestrator(Context context, const Pattern* pattern, std::string task);

}  // namespace troupe

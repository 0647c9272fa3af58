// router: the agents that are right for this task do it.
#pragma once

#include <string>

#include "patterns/pattern.hpp"

namespace troupe {

/// An agent whose types have the task's, and nobody else's do, gets it. Otherwise a model says who is right and how
/// sure it is: one gets it, or up to three that are sure do it side by side.
Task<Answer> router(Context context, const Pattern* pattern, std::string task);

}  // namespace troupe

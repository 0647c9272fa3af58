// direct: one agent, its tool loop.
#pragma once

#include <string>

#include "patterns/pattern.hpp"

namespace troupe {

Task<Answer> direct(Context context, const Pattern* pattern, std::string task);

}  // namespace troupe

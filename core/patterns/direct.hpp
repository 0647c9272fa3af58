// direct: one agent, its tool loop.
#pragma once

#include <string>

#include "agents/agent.hpp"

namespace troupe {

Task<Answer> direct(Context context, std::string task);

}  // namespace troupe

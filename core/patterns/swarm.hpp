// swarm: agents hand the work over to one another.
#pragma once

#include <string>

#include "patterns/pattern.hpp"

namespace troupe {

/// The first member begins. Whoever has the work goes on until it answers, which ends it, or hands over, with what the
/// next one has to know. Everybody may hand over to everybody. Ends with the stop "handoff_limit" after `handoffs` of
/// them, and with "ping_pong" when two pass the work to and fro without having called a tool in between.
Task<Answer> swarm(Context context, const Pattern* pattern, std::string task);

}  // namespace troupe

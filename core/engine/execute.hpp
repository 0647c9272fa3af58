// From a task to an outcome: the root coroutine of every run.
#pragma once

#include <string>

#include "agents/context.hpp"

namespace troupe {

/// Runs the task. The outcome is what the journal's "end" line and "run.ended" hold (docs/protocol.md).
Task<Json> execute(Context context, std::string task);

/// The outcome of a run that stopped from outside: what it has so far.
Json outcome_of(const Run& run, const RunState& state, const std::string& answer, const Json& stop);

}  // namespace troupe

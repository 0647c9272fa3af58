// From a task to an outcome: the root coroutine of every run.
#pragma once

#include <string>

#include "agents/context.hpp"

namespace troupe {

/// Whether a run's configuration names a pattern, agents and prompts that there are, and what is asked of
/// new runs alone. Fails with kInvalidInput.
Result<> check_work(const RunConfig& config, bool is_new);

/// Runs the task: analysis, strategy, agents, the pattern; and when a model cannot do what the pattern asks of it, the
/// strategy's next one. The outcome is what the journal's "end" line and "run.ended" hold (docs/protocol.md).
Task<Json> execute(Context context, std::string task);

/// The outcome of a run that stopped from outside: what it has so far.
Json outcome_of(const Run& run, const RunState& state, const Answer& answer, const Json& stop);

}  // namespace troupe

// An agent, and the loop that makes a model one: reply, call tools, read their results, again.
#pragma once

#include <string>
#include <vector>

#include "agents/context.hpp"

namespace troupe {

struct Agent {
  std::string name = "agent";
  std::string instruction;
  std::vector<std::string> tools;  // names that it may use; empty: all of the run
};

/// The tool loop (AugmentedLLM). Several calls of one turn run in parallel. Unknown tools, arguments that do not fit,
/// and tools that fail become results that the model can repair from. Ends when the model calls no tool, or with a
/// stop: "budget", "turn_limit", "repeated_call". A model that cannot be reached is a failure.
Task<Answer> augmented_llm(Context context, Agent agent, std::string task);

/// The tools of the run, asked for once and journalled: replay needs no server.
Task<std::shared_ptr<const ToolBox>> known_tools(Context context);

/// One tool call of a model, with everything that may stand before it: schema, approval, budget.
Task<ToolResult> call_tool(Context context, ToolCall call);

/// Makes room for a step in the budget. At a limit it asks whether to raise it; the stop is the answer "no".
Task<std::optional<Stop>> admit(Context context, Ledger::Estimate estimate);

/// A question to a person, as a step. The answer is journalled.
Task<Json> ask(Context context, Json question);

/// Steps of the clock and of chance: what patterns use instead of the outside's.
Task<> sleep(Context context, std::int64_t ms);
Task<std::int64_t> now(Context context);
/// Below `bound`, which is at least 1.
Task<std::int64_t> random_below(Context context, std::int64_t bound);

}  // namespace troupe

// An agent, and the loop that makes a model one: reply, call tools, read their results, again.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/context.hpp"
#include "guard/purse.hpp"

namespace troupe {

/// Whether models and plans can call an agent so: 1 to 48 letters, digits, _ or -.
bool is_agent_name(std::string_view name);

/// What an agent does for a pattern itself, and not for the task.
inline constexpr std::array<std::string_view, 5> kRoles = {"planner", "synthesiser", "router", "judge", "evaluator"};

struct Agent {
  std::string name = "agent";
  std::string instruction;
  std::optional<std::vector<std::string>> tools;  // names that it may use; not given: all of the run
  std::optional<std::vector<std::string>> shown;  // those of them that its model sees; not given: all
  std::int64_t turns = 0;                         // at most; 0: as the run's limits say
  std::string model;                              // which it prefers; empty: the run's
  Budget budget;                                  // of its own, within the run's
  std::shared_ptr<Purse> purse;                   // what is left of it, and of those around it; null: no limit
  /// Tools beside those of the run: a call of one whose server is kExit ends the loop, and the answer says which it
  /// was.
  std::vector<ToolSpec> exits;
};

/// The tool loop (AugmentedLLM). Several calls of one turn run in parallel. Unknown tools, arguments that do not fit,
/// and tools that fail become results that the model can repair from. An exit stands alone in its turn: beside other
/// calls it is refused, and they are carried out. Ends when the model calls no tool or an exit, or with a stop:
/// "budget", "turn_limit", "repeated_call". A model that cannot be reached is a failure.
Task<Answer> augmented_llm(Context context, Agent agent, std::string task);

/// The tools of the run, asked for once and journalled: replay needs no server.
Task<std::shared_ptr<const ToolBox>> known_tools(Context context);
/// Asks for them again: a server has changed them.
Task<> learn_tools(Context context);

/// Those of them that the agent may use, and its exits.
std::shared_ptr<const ToolBox> tools_of(const Agent& agent, RunState& state);
/// Those that its model sees.
std::shared_ptr<const ToolBox> shown_to(const Agent& agent, RunState& state);

/// The "server" of an exit.
inline constexpr std::string_view kExit = "\n";

/// Whether there is such a tool, and the arguments are what it takes.
bool fits(const ToolBox& tools, const ToolCall& call);

/// One tool call of a model, with everything that may stand before it: schema, approval, budget. `call` outlives it.
Task<ToolResult> call_tool(Context context, std::shared_ptr<const ToolBox> tools, const ToolCall* call);

/// What a step takes of the budget until it has ended: `least` has to be there, or it does not begin; `beyond` is what
/// it may need besides, which nobody else is to count on.
struct Share {
  Ledger::Estimate least, beyond;
  bool guessed = false;  // nothing is known of what it may need
};

/// Makes room for a step in the budget. What replies under way hold may come back: it waits for them. At a limit it
/// asks whether to raise it, once for all who wait; the stop is the answer "no".
Task<std::optional<Stop>> admit(Context context, Share share);
/// The step has ended and used this.
void release(RunState& state, const Share& share, const Usage& used);

/// Tells who looks on what a person wants to hear at once, and not only the model. Nothing in a replay.
void warn(const Context& context, std::string_view sentence);

/// A question to a person, as a step. The answer is journalled.
Task<Json> ask(Context context, Json question);

/// Steps of the clock and of chance: what patterns use instead of the outside's.
Task<> sleep(Context context, std::int64_t ms);
Task<std::int64_t> now(Context context);
/// Below `bound`, which is at least 1.
Task<std::int64_t> random_below(Context context, std::int64_t bound);

/// The operation of a step whose value is known when it begins.
Task<std::string> at_once(std::string value);

}  // namespace troupe

// The engine's judgement: what a task asks for, how to work on it, which servers and agents it needs, and what was
// learned from earlier ones. Pure functions of text, configuration and learned state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent_factory.hpp"
#include "base/json.hpp"
#include "learn/experience.hpp"
#include "llm/chat.hpp"
#include "llm/choice/rank.hpp"
#include "llm/models.hpp"
#include "servers/server_index.hpp"
#include "strategy/decision_engine.hpp"
#include "task/task_analyzer.hpp"

namespace troupe {

class Judgement {
 public:
  /// What is at hand, from the engine's configuration: "catalog"
  /// [{"name","description","tools":[{"name","description"}], "priority"}], the servers with their descriptions, the
  /// tools of the application, "specialisations" [{"name", "instruction","types"}], "learning" {"observe","state"}.
  /// Fails with kInvalidInput, and then changes nothing.
  Result<> configure(const Json& configuration, const Models& models, const std::vector<ToolSpec>& tools);
  /// The models that there are, and their prices.
  void take(const Models& models);

  // Questions from outside. Requests and answers are JSON: docs/intelligence.md. They fail with kInvalidInput.

  /// See numbers_of().
  Result<std::vector<std::int32_t>> analyze(std::string_view task);
  Result<std::string> decide(std::string_view request);
  Result<std::string> recommend(std::string_view request);
  Result<std::string> create_agents(std::string_view request);
  /// {"task","choices":["pattern:direct"],"reward","instead"}: what a rating says; "instead" of what was learned of
  /// this run before. {"merge": state} adds what another engine learned, {"forget": true} forgets all. Answers what is
  /// known then.
  Result<std::string> learn(std::string_view request);

  // What runs use.

  /// The analysis as a journal keeps it: the verdicts and their probabilities, the features that said most for the
  /// type, and which tables gave them.
  std::string analysis_entry(std::string_view task);
  /// What a decision has to keep to. Views of what lives as long as the question.
  struct Asked {
    std::int64_t tokens = -1, nano_usd = -1, ms = -1, calls = -1;  // the budget; -1: no limit
    std::string_view model;                                        // that will work, or a wish; empty: any
    std::string_view seed;                                         // of the run
  };
  /// The strategy as a journal keeps it: the decision, and what it was made from.
  std::string strategy_entry(std::string_view task, const Asked& asked);
  /// The agents for a pattern as a journal keeps them, out of these tools of the run: see to_json() of agent plans.
  std::string agents_entry(std::string_view task, const Asked& asked, std::uint8_t pattern, const ToolBox& tools);
  /// Names of the tools that fit a text, the best first, as a JSON list. `own`: among these alone; null: among all.
  std::string tools_entry(std::string_view text, const ToolBox& tools, const std::vector<std::string>* own,
                          std::size_t most);
  /// {"best","probability","type"}: the likeliest type of the task, and which of these agents has done such tasks well
  /// before; no "best" where too little is known.
  std::string route_entry(std::string_view task, const std::vector<std::string>& agents);
  /// {"models","reasons"}: which of the models of a wish this step is best given to, the best first, and why. What the
  /// step is about says the text; kind and complexity of the need follow from it.
  std::string choice_entry(std::string_view text, Need need, const Wish& wish, const Models& models, Traffic* traffic,
                           const Party* party);
  /// What became of a choice, such as "pattern:chain" or "agent:writer": what a stop without a rating says.
  void learn_from(std::string_view task, std::string_view choice, std::string_view stop_reason);

 private:
  TaskAnalyzer& analyzer();
  ServerIndex& index();
  Situation situation(std::string_view task, const Analysis& analysis, const Asked& asked);
  Result<Analysis> analysis_in(const Json& request);
  static Asked asked_in(const Json& request);
  Strategy decide(std::string_view task, const Analysis& analysis, const Asked& asked);
  std::vector<ToolAtHand> tools_for(std::string_view task);

  /// The index over a run's tools. That of the last asked is kept: runs of one engine mostly have the same.
  ServerIndex& index_of(const std::vector<ToolSpec>& tools, std::string_view digest);
  /// Good until the next one.
  const Analysis& analysis_for_run(std::string_view task);

  std::optional<TaskAnalyzer> analyzer_;  // made when first asked: its tables take a millisecond
  std::optional<Thesaurus> thesaurus_;
  std::optional<ServerIndex> index_;
  std::optional<ServerIndex> run_index_;
  std::string run_tools_;  // their digest
  std::vector<KnownServer> known_;
  std::vector<Situation::Model> models_;
  std::vector<ToolSpec> tools_;  // of the application
  std::size_t first_tool_ = 0;   // their place in the index
  Experience experience_;
  AgentFactory factory_;
};

}  // namespace troupe

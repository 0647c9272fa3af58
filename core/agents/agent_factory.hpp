// DynamicAgentFactory: from an analysis and a strategy to the agents that carry it out, each with what it needs and no
// more.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "llm/message.hpp"
#include "strategy/strategy.hpp"
#include "task/analysis.hpp"

namespace troupe {

/// What kind of agent it is: which instruction it gets, and for which types of tasks it is chosen.
struct Specialisation {
  std::string name;
  std::string instruction;          // how such an agent works
  std::vector<std::uint8_t> types;  // of kTypes that it is for
};

/// An agent as it is to be made.
struct AgentPlan {
  std::string name;
  std::string specialisation;
  std::string instruction;         // written for this task
  std::string role;                // what it does for the pattern: "planner", "synthesiser", ...; empty: the work
  std::string part;                // of the task that it does; empty: the whole
  std::vector<std::string> needs;  // names of agents whose results it is told
  std::vector<std::string> types;  // of tasks that a router sends to it at once
  std::vector<std::string> tools;  // names; none: it has none
  std::string model;
  std::int64_t turns = 0;  // at most
  std::vector<std::string> reasons;
};

/// A tool that an agent may get.
struct ToolAtHand {
  const ToolSpec* spec = nullptr;
  std::uint32_t relevance = 0;  // of the task, as a search says; 0: not relevant
};

class AgentFactory {
 public:
  /// Agents of one strategy that work on the task, at most.
  static constexpr std::size_t kMostAgents = 8;

  AgentFactory();

  /// Adds one, or replaces the one of that name. Later ones are asked first.
  void add(Specialisation specialisation);
  /// Forgets those that were added.
  void reset();

  /// The agents for the strategy's choice. The same question is answered from memory.
  std::shared_ptr<const std::vector<AgentPlan>> create(std::string_view task, const Analysis& analysis,
                                                       const Strategy& strategy, const std::vector<ToolAtHand>& tools);

  /// Takes agents out of the pool: how many of `wanted` may begin now. Give them back with release().
  std::size_t acquire(std::size_t wanted);
  void release(std::size_t agents);
  void set_most(std::size_t agents) { most_ = agents; }

 private:
  struct Made {
    std::uint64_t fingerprint = 0;
    std::shared_ptr<const std::vector<AgentPlan>> agents;
  };

  const Specialisation& for_type(std::uint8_t type) const;
  const Specialisation& named(std::string_view name) const;
  AgentPlan plan(const Specialisation& specialisation, std::string_view task, const Analysis& analysis,
                 const Strategy& strategy, const std::vector<ToolAtHand>& tools) const;

  std::vector<Specialisation> specialisations_;
  std::size_t built_in_ = 0;
  std::vector<Made> made_;
  std::size_t most_ = 32, taken_ = 0;
};

/// [{"instruction","limits","model","name","reasons","specialisation","tools"}]
std::string to_json(const std::vector<AgentPlan>& agents);

}  // namespace troupe

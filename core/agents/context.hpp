// Where a coroutine of a run is, and what all coroutines of that run share.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agents/config.hpp"
#include "base/numbers.hpp"
#include "guard/budget.hpp"
#include "guard/pins.hpp"
#include "guard/purse.hpp"
#include "llm/chat.hpp"
#include "mcp/servers.hpp"
#include "run/exchange.hpp"
#include "run/run.hpp"
#include "run/scope.hpp"
#include "run/traffic.hpp"

namespace troupe {

/// The tools of the run that learnt its tools last: runs of one engine mostly have the same.
struct LatestTools {
  std::string own;                  // what a run learns that asks no server, once one has; empty before
  std::string known;                // the value of its step
  std::vector<std::string> wanted;  // its configuration's choice
  std::weak_ptr<const ToolBox> box;
};

class Judgement;

/// The engine's shared parts that operations use. They outlive every run.
struct Services {
  Host& host;
  Models& models;
  Servers& servers;
  std::vector<ToolSpec>& tools;  // of the application
  LatestTools& latest_tools;
  Judgement& judgement;
  Traffic* traffic;
  Pins& pins;
};

/// Why a run or an agent ended before it was done.
struct Stop {
  std::string reason;  // see "Outcome" in docs/protocol.md
  std::string sentence;
  std::shared_ptr<const Purse> purse = nullptr;  // of a "budget": whose own it was; null: the run's
};

/// A part of the work that was not done, and why, in a sentence.
struct Missing {
  std::string part;
  std::string why;
};

/// What an agent or a pattern gives back. With a stop the text is what there was so far.
struct Answer {
  std::string text;
  std::optional<Stop> stop = std::nullopt;
  std::vector<Missing> missing = {};            // what the text has to do without
  std::optional<ToolCall> exit = std::nullopt;  // how the agent left its loop
  std::int64_t calls = 0;                       // of tools, by this agent
  std::optional<Json> value = std::nullopt;     // the text in the form that the run was asked for
};

/// What an agent used of a model.
struct Bill {
  std::string agent, model;
  std::int64_t calls = 0, failed = 0;  // the failed ones are among the calls
  Usage usage = {};
};

/// What the coroutines of one run share. It outlives them.
struct RunState {
  RunState(Services services, std::shared_ptr<const RunConfig> shared)
      : services(services),
        shared_config(std::move(shared)),
        config(*shared_config),
        ledger(config.budget),
        rule_of_two(config.rule_of_two) {}

  Services services;
  std::shared_ptr<const RunConfig> shared_config;  // by all runs that were given the same options
  const RunConfig& config;
  Party party;  // for whom it runs
  Ledger ledger;
  RuleOfTwo rule_of_two;
  std::shared_ptr<const ToolBox> tools;  // once they are known
  std::int64_t tools_as_of = -1;         // Servers::changes() when they were learnt; -1: that was in another host
  std::map<std::string, std::shared_ptr<const ToolBox>, std::less<>> boxes;  // parts of them, by what is in them
  std::vector<std::string> given_up;                                         // models that could not answer
  std::vector<std::string> chosen;                   // what the run's wish for a model came to at first, the best first
  std::vector<Bill> bills;                           // in the order in which they began
  std::string unreachable;                           // servers that gave no tools, in a sentence for the model
  std::shared_ptr<const Conversation> conversation;  // of the agent that spoke last
  std::string_view pattern = "direct";               // at work
  std::string so_far;                                // what a pattern has, once it has something
  std::vector<Missing> not_yet;                      // what that has to do without
  std::size_t so_far_depth = 0;                      // of the pattern that has it: where it stands in the tree
  bool acted = false;                                // a step with an effect was begun
  std::string refused;                               // the limit of the budget that a person did not raise
  std::int64_t forked_ms = 0;                        // when it was forked; 0: it was not
  std::int64_t largest_reply = 0;                    // so far, in tokens
  std::int64_t replies = 0;                          // under way, with a part of the budget held for them
  bool asking = false;                               // whether to raise the budget
  Gate room;                                         // for a step in the budget: opened when there may be some again
};

/// A handle, passed by value: the scope of the step ids, and the run's state.
class Context {
 public:
  Context(Scope scope, RunState* state) : scope_(std::move(scope)), state_(state) {}

  Context branch() const { return {scope_.branch(), state_}; }
  Step step(StepRequest request) const { return scope_.step(std::move(request)); }
  const std::string& path() const { return scope_.path(); }
  Run& run() const { return scope_.run(); }
  RunState& state() const { return *state_; }
  /// Since the run began, or the fork that it is.
  std::int64_t elapsed_ms() const { return run().now_ms() - began_ms(); }
  bool is_late() const { return ends_ms() > 0 && run().now_ms() >= ends_ms(); }
  /// When its time is used up; 0: it has no limit.
  std::int64_t ends_ms() const {
    const std::int64_t ms = state_->ledger.budget().ms;
    return ms < 0 ? 0 : sum(began_ms(), ms);
  }

 private:
  std::int64_t began_ms() const { return std::max(run().header().at_ms, state_->forked_ms); }

  Scope scope_;
  RunState* state_;
};

/// What the run has so far, for an answer that has to do without its end.
std::string partial_answer(const RunState& state);

}  // namespace troupe

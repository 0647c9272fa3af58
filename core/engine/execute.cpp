#include "engine/execute.hpp"

#include <utility>

#include "agents/judgement.hpp"
#include "patterns/direct.hpp"

namespace troupe {

Json outcome_of(const Run& run, const RunState& state, const std::string& answer, const Json& stop) {
  Json usage = parsed_part(written(state.ledger.used()));
  usage["calls"] = state.ledger.calls();
  usage["nano_usd"] = state.ledger.used().cost;
  usage["ms"] = run.now_ms() - run.header().at_ms;
  Json outcome = object({{"answer", answer},
                         {"stop", stop},
                         {"usage", std::move(usage)},
                         {"pattern", "direct"},
                         {"model", state.config.model}});
  return outcome;
}

namespace {

Task<std::string> analysis_of(RunState* state, std::string task) {
  co_return state->services.judgement.analysis_entry(task);
}

Task<std::string> strategy_of(RunState* state, std::string task, std::string seed) {
  const RunConfig& config = state->config;
  const Budget& budget = config.budget;
  co_return state->services.judgement.strategy_entry(
      task, object({{"budget", object({{"tokens", budget.tokens}, {"nano_usd", budget.nano_usd}, {"ms", budget.ms}})},
                    {"model", config.model},
                    {"seed", seed}}));
}

/// What the engine thinks of the task, for whoever judges the decision later: the first entries of a journal.
Task<> judge(Context context, std::string task) {
  StepRequest analysis;
  analysis.kind = "analysis";
  analysis.args = "{}";
  analysis.operation = [state = &context.state(), task](StepName) { return analysis_of(state, task); };
  const std::string analysed = co_await context.step(std::move(analysis));
  StepRequest strategy;
  strategy.kind = "strategy";
  strategy.args = "{}";
  strategy.operation = [state = &context.state(), task, seed = context.run().header().seed](StepName) {
    return strategy_of(state, task, seed);
  };
  const std::string decided = co_await context.step(std::move(strategy));
}

}  // namespace

Task<Json> execute(Context context, std::string task) {
  // Its place in the tree is the same as in journals from before there was a judgement.
  const Context work = context.branch();
  if (context.run().header().has(kJudged)) co_await judge(context, task);
  const Answer answer = co_await direct(work, task);
  // A replay has nothing new to say of a pattern.
  if (context.run().live())
    context.state().services.judgement.learn_from(task, "direct", answer.stop ? answer.stop->reason : "done");
  Json stop = object({{"reason", answer.stop ? answer.stop->reason : "done"}});
  if (answer.stop) stop["sentence"] = answer.stop->sentence;
  co_return outcome_of(context.run(), context.state(), answer.text, stop);
}

}  // namespace troupe

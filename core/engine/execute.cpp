#include "engine/execute.hpp"

#include <utility>

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

Task<Json> execute(Context context, std::string task) {
  const Answer answer = co_await direct(context, std::move(task));
  Json stop = object({{"reason", answer.stop ? answer.stop->reason : "done"}});
  if (answer.stop) stop["sentence"] = answer.stop->sentence;
  co_return outcome_of(context.run(), context.state(), answer.text, stop);
}

}  // namespace troupe

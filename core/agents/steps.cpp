// The small steps: asking, waiting, time, chance; and the budget's gate.
#include "agents/agent.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "run/ask.hpp"
#include "run/exchange.hpp"

namespace troupe {
namespace {

Task<std::string> pause(Host* host, std::int64_t ms) {
  co_await Pause(*host, ms);
  co_return "null";
}

Task<std::string> answer_of(Run* run, StepName name, Json question) {
  const Json answer = co_await ask_person(*run, std::move(name), std::move(question));
  co_return dump_json(answer);
}

StepRequest small_step(std::string kind, const Json& args) {
  StepRequest request;
  request.kind = std::move(kind);
  request.args = dump_json(args);
  return request;
}

std::string amount(const Context& context, std::string_view limit, std::int64_t value) {
  if (limit == "nano_usd") return dollars(value);
  if (limit == "ms" && context.run().header().has(kTightened)) return duration(value);
  if (limit == "ms") return joined({decimal(value / 1000), " seconds"});
  return joined({decimal(value), " ", limit});
}

}  // namespace

Task<std::string> at_once(std::string value) { co_return value; }

Task<Json> ask(Context context, Json question) {
  StepRequest request = small_step("ask", question);
  request.operation = [run = &context.run(), question](StepName name) { return answer_of(run, name, question); };
  const std::string answer = co_await context.step(std::move(request));
  co_return parsed_part(answer);
}

Task<> sleep(Context context, std::int64_t ms) {
  StepRequest request = small_step("sleep", object({{"ms", ms}}));
  request.operation = [host = &context.state().services.host, ms](StepName) { return pause(host, ms); };
  co_await context.step(std::move(request));
}

void warn(const Context& context, std::string_view sentence) {
  if (!context.run().live()) return;
  Head head("notify.log");
  head.text("run", context.run().header().run).text("level", "warning");
  context.state().services.host.send(head, {sentence});
}

Task<std::int64_t> now(Context context) {
  StepRequest request = small_step("now", Json::object());
  request.operation = [host = &context.state().services.host](StepName) { return at_once(decimal(host->now_ms())); };
  const std::string value = co_await context.step(std::move(request));
  co_return integer_of(value, 0);
}

Task<std::int64_t> random_below(Context context, std::int64_t bound) {
  StepRequest request = small_step("random", object({{"below", bound}}));
  request.operation = [seed = context.run().header().seed, bound](StepName name) {
    const Digest digest = sha256(seed, name.step);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) number = number << 8 | digest[i];
    return at_once(decimal(static_cast<std::int64_t>(Random(number).below(static_cast<std::uint64_t>(bound)))));
  };
  const std::string value = co_await context.step(std::move(request));
  co_return integer_of(value, 0);
}

Task<std::optional<Stop>> admit(Context context, Ledger::Estimate estimate) {
  RunState& state = context.state();
  for (;;) {
    const std::optional<Exceeded> exceeded = state.ledger.reserve(estimate, context.elapsed_ms());
    if (!exceeded) co_return std::nullopt;
    if (state.refused == exceeded->limit) co_return Stop{"budget", "A person did not want to raise the budget."};
    const std::string sentence = joined({"The budget of ", amount(context, exceeded->limit, exceeded->allowed),
                                         " is not enough for the next step; ",
                                         amount(context, exceeded->limit, exceeded->spent), " are spent."});
    Json question = object({{"subject", "budget"},
                            {"sentence", sentence},
                            {"limit", exceeded->limit},
                            {"spent", exceeded->spent},
                            {"allowed", exceeded->allowed},
                            {"partial", partial_answer(state)}});
    const Json answer = co_await ask(context, std::move(question));
    const Json& raise = field(answer, "raise");
    if (integer_field(raise, exceeded->limit) <= 0) {
      if (context.run().header().has(kMended)) state.refused = exceeded->limit;
      co_return Stop{"budget", sentence};
    }
    state.ledger.raise(raise_from_json(raise));
  }
}

}  // namespace troupe

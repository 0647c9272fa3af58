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
  const bool one = value == 1 && limit.ends_with('s') && context.run().header().has(kWary);
  return joined({decimal(value), " ", one ? limit.substr(0, limit.size() - 1) : limit});
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

namespace {

bool takes(const Ledger::Estimate& estimate) { return estimate.tokens > 0 || estimate.cost > 0; }

/// The budget's limit in words, and what is spent of it.
std::string too_little(const Context& context, const Exceeded& exceeded) {
  const std::string allowed = amount(context, exceeded.limit, exceeded.allowed);
  const std::string spent = amount(context, exceeded.limit, exceeded.spent);
  if (!context.run().header().has(kWary))
    return joined({"The budget of ", allowed, " is not enough for the next step; ", spent, " are spent."});
  return joined({"The budget of ", allowed, " is not enough for the next step. Spent so far: ", spent, "."});
}

}  // namespace

Task<std::optional<Stop>> admit(Context context, Share share) {
  RunState& state = context.state();
  const bool wary = context.run().header().has(kWary);
  for (;;) {
    const std::optional<Exceeded> exceeded = state.ledger.reserve(share.least, context.elapsed_ms());
    if (!exceeded) {
      state.ledger.settle({-share.beyond.tokens, -share.beyond.cost});  // held, too
      if (takes(share.least)) ++state.replies;
      co_return std::nullopt;
    }
    if (state.refused == exceeded->limit) co_return Stop{"budget", "A person did not want to raise the budget."};
    const bool may_come_back = state.replies > 0 && (exceeded->limit == "tokens" || exceeded->limit == "nano_usd");
    if (wary && (state.asking || may_come_back)) {
      state.room.close();
      co_await state.room.wait();
      continue;
    }
    const std::string sentence = too_little(context, *exceeded);
    Json question = object({{"subject", "budget"},
                            {"sentence", sentence},
                            {"limit", exceeded->limit},
                            {"spent", exceeded->spent},
                            {"allowed", exceeded->allowed},
                            {"partial", partial_answer(state)}});
    state.asking = true;
    const Result<Json> answer = co_await settled(ask(context, std::move(question)));
    state.asking = false;
    state.room.open();
    if (!answer) co_await failure(answer.error());
    const Json& raise = field(*answer, "raise");
    if (integer_field(raise, exceeded->limit) <= 0) {
      if (context.run().header().has(kMended)) state.refused = exceeded->limit;
      co_return Stop{"budget", sentence};
    }
    state.ledger.raise(raise_from_json(raise));
  }
}

void release(RunState& state, const Share& share, const Usage& used) {
  state.ledger.settle(share.least, used);
  state.ledger.settle(share.beyond);
  if (!takes(share.least)) return;
  --state.replies;
  state.room.open();
}

}  // namespace troupe

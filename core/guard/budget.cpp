#include "guard/budget.hpp"

namespace troupe {

Budget budget_from_json(const Json& json) {
  return {integer_field(json, "tokens", -1), integer_field(json, "nano_usd", -1), integer_field(json, "calls", -1),
          integer_field(json, "ms", -1)};
}

std::optional<Exceeded> Ledger::reserve(const Estimate& estimate, std::int64_t elapsed_ms) {
  const auto passes = [](std::int64_t wanted, std::int64_t limit) { return limit >= 0 && wanted > limit; };
  const std::int64_t tokens = used_.tokens() + reserved_.tokens;
  const NanoUsd cost = used_.cost + reserved_.cost;
  if (passes(tokens + estimate.tokens, budget_.tokens)) return Exceeded{"tokens", tokens, budget_.tokens};
  if (passes(cost + estimate.cost, budget_.nano_usd)) return Exceeded{"nano_usd", cost, budget_.nano_usd};
  if (passes(calls_ + 1, budget_.calls)) return Exceeded{"calls", calls_, budget_.calls};
  if (passes(elapsed_ms + 1, budget_.ms)) return Exceeded{"ms", elapsed_ms, budget_.ms};
  reserved_.tokens += estimate.tokens;
  reserved_.cost += estimate.cost;
  ++calls_;
  return std::nullopt;
}

void Ledger::settle(const Estimate& estimate, const Usage& used) {
  reserved_.tokens -= estimate.tokens;
  reserved_.cost -= estimate.cost;
  used_ += used;
}

void Ledger::raise(const Budget& by) {
  const auto add = [](std::int64_t& limit, std::int64_t more) {
    if (limit >= 0 && more > 0) limit += more;
  };
  add(budget_.tokens, by.tokens);
  add(budget_.nano_usd, by.nano_usd);
  add(budget_.calls, by.calls);
  add(budget_.ms, by.ms);
}

}  // namespace troupe

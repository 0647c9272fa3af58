#include "guard/budget.hpp"

#include "base/numbers.hpp"
#include "base/text.hpp"

namespace troupe {

Result<Budget> budget_from_json(const Json& json) {
  if (!json.is_null() && !json.is_object())
    return failure(Code::kInvalidInput, "The budget is not an object of limits.");
  for (const auto& [name, limit] : members(json)) {
    if (name != "tokens" && name != "nano_usd" && name != "calls" && name != "ms") {
      return failure(Code::kInvalidInput,
                     joined({"There is no limit \"", name, "\" of a budget. There are: tokens, nano_usd, calls, ms."}));
    }
    if (!limit.is_null() && integer_field(json, name, -1) < 0) {
      return failure(Code::kInvalidInput, joined({"The budget's \"", name, "\" must be a whole number from 0 on."}));
    }
  }
  return raise_from_json(json);
}

Budget with_changes(const Budget& budget, const Budget& changes) {
  const auto changed = [](std::int64_t limit, std::int64_t change) { return change >= 0 ? change : limit; };
  return {changed(budget.tokens, changes.tokens), changed(budget.nano_usd, changes.nano_usd),
          changed(budget.calls, changes.calls), changed(budget.ms, changes.ms)};
}

Budget raise_from_json(const Json& json) {
  return {integer_field(json, "tokens", -1), integer_field(json, "nano_usd", -1), integer_field(json, "calls", -1),
          integer_field(json, "ms", -1)};
}

std::optional<Exceeded> Ledger::reserve(const Estimate& estimate, std::int64_t elapsed_ms) {
  const auto passes = [](std::int64_t wanted, std::int64_t limit) { return limit >= 0 && wanted > limit; };
  const std::int64_t tokens = sum(used_.tokens(), reserved_.tokens);
  const NanoUsd cost = sum(used_.cost, reserved_.cost);
  if (passes(sum(tokens, estimate.tokens), budget_.tokens)) return Exceeded{"tokens", tokens, budget_.tokens};
  if (passes(sum(cost, estimate.cost), budget_.nano_usd)) return Exceeded{"nano_usd", cost, budget_.nano_usd};
  if (passes(calls_ + 1, budget_.calls)) return Exceeded{"calls", calls_, budget_.calls};
  if (passes(sum(elapsed_ms, 1), budget_.ms)) return Exceeded{"ms", elapsed_ms, budget_.ms};
  reserved_.tokens = sum(reserved_.tokens, estimate.tokens);
  reserved_.cost = sum(reserved_.cost, estimate.cost);
  ++calls_;
  return std::nullopt;
}

void Ledger::settle(const Estimate& estimate, const Usage& used) {
  reserved_.tokens = sum(reserved_.tokens, -estimate.tokens);
  reserved_.cost = sum(reserved_.cost, -estimate.cost);
  used_ += used;
}

void Ledger::raise(const Budget& by) {
  const auto add = [](std::int64_t& limit, std::int64_t more) {
    if (limit >= 0 && more > 0) limit = sum(limit, more);
  };
  add(budget_.tokens, by.tokens);
  add(budget_.nano_usd, by.nano_usd);
  add(budget_.calls, by.calls);
  add(budget_.ms, by.ms);
}

}  // namespace troupe

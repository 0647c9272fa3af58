#include "coordinate/tenants.hpp"

#include <algorithm>
#include <utility>

#include "base/money.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kHeaviest = 1000;

}  // namespace

Result<Tenants> Tenants::from_json(const Json& json) {
  Tenants tenants;
  if (!json.is_null() && !json.is_object())
    return failure(Code::kInvalidInput, "The \"tenants\" must be an object of tenants by name.");
  for (const auto& [name, given] : members(json)) {
    const std::int64_t weight = integer_field(given, "weight", 1);
    if (weight < 1 || weight > kHeaviest)
      return failure(Code::kInvalidInput, joined({"The \"weight\" of the tenant \"", name, "\" is from 1 to 1000."}));
    tenants.weights_[name] = weight;
    Result<Budget> budget = budget_from_json(field(given, "budget"));
    if (!budget) return failure(budget.error());
    if (budget->ms >= 0)
      return failure(Code::kInvalidInput, joined({"The budget of the tenant \"", name, "\" cannot have \"ms\"."}));
    const Json& spent = field(given, "spent");
    tenants.accounts_[name] = {
        *budget, {integer_field(spent, "tokens"), integer_field(spent, "nano_usd")}, {}, integer_field(spent, "calls")};
  }
  return tenants;
}

Result<> Tenants::reserve(std::string_view tenant, const Spent& estimate) {
  const auto found = accounts_.find(tenant);
  if (found == accounts_.end()) return {};
  Account& account = found->second;
  // A use may take less than it holds: who is alone begins as long as there is something left.
  const bool alone = account.reserved.tokens == 0 && account.reserved.nano_usd == 0;
  const Spent needs =
      alone ? Spent{std::min<std::int64_t>(estimate.tokens, 1), std::min<std::int64_t>(estimate.nano_usd, 1)}
            : estimate;
  const std::int64_t tokens = sum(sum(account.spent.tokens, account.reserved.tokens), needs.tokens);
  const std::int64_t cost = sum(sum(account.spent.nano_usd, account.reserved.nano_usd), needs.nano_usd);
  std::string what;
  if (account.budget.tokens >= 0 && tokens > account.budget.tokens)
    what = joined({decimal(account.budget.tokens), " tokens"});
  if (account.budget.nano_usd >= 0 && cost > account.budget.nano_usd) what = dollars(account.budget.nano_usd);
  if (account.budget.calls >= 0 && account.calls >= account.budget.calls)
    what = joined({decimal(account.budget.calls), account.budget.calls == 1 ? " call" : " calls"});
  if (!what.empty())
    return failure(Code::kBudget, joined({"The budget of the tenant \"", tenant, "\", ", what, ", is used up."}));
  account.reserved.tokens = sum(account.reserved.tokens, estimate.tokens);
  account.reserved.nano_usd = sum(account.reserved.nano_usd, estimate.nano_usd);
  ++account.calls;
  return {};
}

void Tenants::settle(std::string_view tenant, const Spent& estimate, const Spent& spent) {
  const auto found = accounts_.find(tenant);
  if (found == accounts_.end()) return;
  Account& account = found->second;
  account.reserved.tokens -= estimate.tokens;
  account.reserved.nano_usd -= estimate.nano_usd;
  account.spent.tokens = sum(account.spent.tokens, spent.tokens);
  account.spent.nano_usd = sum(account.spent.nano_usd, spent.nano_usd);
}

Json Tenants::spent() const {
  Json json = Json::object();
  for (const auto& [name, account] : accounts_) {
    json[name] =
        object({{"tokens", account.spent.tokens}, {"nano_usd", account.spent.nano_usd}, {"calls", account.calls}});
  }
  return json;
}

}  // namespace troupe

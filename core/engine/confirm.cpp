#include "engine/confirm.hpp"

#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/money.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

/// Why a person has to agree to the plan first; empty: nobody has to.
std::string why_confirm(const Confirm& confirm, std::string_view analysis, NanoUsd cost) {
  if (confirm.nano_usd >= 0 && cost >= confirm.nano_usd) return joined({"It may cost about ", dollars(cost), "."});
  for (const std::string_view risk : items_within(Fields::within(analysis).raw("risk"))) {
    const auto found = std::ranges::find(confirm.risks, unquoted(risk));
    if (found != confirm.risks.end()) return joined({"The task seems to be of the kind \"", *found, "\"."});
  }
  return confirm.always ? "Every plan has to be confirmed." : "";
}

}  // namespace

ToConfirm to_confirm(const Confirm& confirm, std::string_view analysis, std::string_view strategy) {
  if (!confirm.asks()) return {};
  const Fields decided = Fields::within(strategy);
  // The strategy's cost is that of the pattern that it chose itself.
  const Fields plan = decided.raw("works_by").empty() ? decided : Fields::within(decided.raw("works_by"));
  const NanoUsd cost = plan.integer("nano_usd");
  return {why_confirm(confirm, analysis, cost), cost, plan.integer("tokens")};
}

Task<std::optional<Stop>> confirmed(Context context, ToConfirm plan, std::shared_ptr<const Pattern> pattern) {
  if (plan.why.empty()) co_return std::nullopt;
  Json agents = Json::array();
  for (const Member& each : pattern->members) agents.push_back(each.agent.name);
  Json question = object({{"subject", "plan"},
                          {"sentence", joined({plan.why, " May the run begin?"})},
                          {"pattern", context.state().pattern},
                          {"agents", std::move(agents)},
                          {"nano_usd", plan.nano_usd},
                          {"tokens", plan.tokens}});
  const Json answer = co_await ask(context, std::move(question));
  if (flag_field(answer, "approve")) co_return std::nullopt;
  const std::string_view reason = text_field(answer, "reason");
  co_return Stop{"declined", joined({"The plan was declined by a person", reason.empty() ? "." : ": ", reason})};
}

}  // namespace troupe

#include "engine/confirm.hpp"

#include <utility>

#include "base/money.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

/// Why a person has to agree to the plan first; empty: nobody has to.
std::string why_confirm(const Confirm& confirm, const Json& analysis, const Json& strategy) {
  const NanoUsd cost = integer_field(strategy, "nano_usd");
  if (confirm.nano_usd >= 0 && cost >= confirm.nano_usd) return joined({"It may cost about ", dollars(cost), "."});
  for (const std::string& risk : confirm.risks) {
    for (const Json& each : field(analysis, "risk")) {
      if (each.is_string() && each.get_ref<const std::string&>() == risk)
        return joined({"The task seems to be of the kind \"", risk, "\"."});
    }
  }
  return confirm.always ? "Every plan has to be confirmed." : "";
}

}  // namespace

Task<std::optional<Stop>> confirmed(Context context, Json judged, std::shared_ptr<const Pattern> pattern) {
  const Json& strategy = field(judged, "strategy");
  const std::string why = why_confirm(context.state().config.confirm, field(judged, "analysis"), strategy);
  if (why.empty()) co_return std::nullopt;
  Json agents = Json::array();
  for (const Member& each : pattern->members) agents.push_back(each.agent.name);
  Json question = object({{"subject", "plan"},
                          {"sentence", joined({why, " May the run begin?"})},
                          {"pattern", context.state().pattern},
                          {"agents", std::move(agents)},
                          {"nano_usd", integer_field(strategy, "nano_usd")},
                          {"tokens", integer_field(strategy, "tokens")}});
  const Json answer = co_await ask(context, std::move(question));
  if (flag_field(answer, "approve")) co_return std::nullopt;
  const std::string_view reason = text_field(answer, "reason");
  co_return Stop{"declined", joined({"The plan was declined by a person", reason.empty() ? "." : ": ", reason})};
}

}  // namespace troupe

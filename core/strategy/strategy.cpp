#include "strategy/strategy.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

/// Indexes of kPatterns in alphabetical order: journals have their keys sorted.
constexpr std::array<std::uint8_t, kPatterns.size()> kByName = {1, 0, 6, 4, 2, 3, 5};

constexpr std::array<std::string_view, 3> kFirstNames = {"nothing", "ask_user", "plan"};

std::string to_json(const Option& option) {
  std::string reasons = "[";
  for (const std::string_view each : option.reasons) {
    if (reasons.size() > 1) reasons += ',';
    append_quoted(reasons, each);
  }
  reasons += ']';
  const Cost& cost = option.cost;
  return ObjectText()
      .flag("affordable", option.affordable)
      .number("agents", cost.agents)
      .number("ms", cost.ms)
      .number("nano_usd", cost.nano_usd)
      .text("pattern", kPatterns[option.pattern])
      .raw("reasons", reasons)
      .number("score", option.score)
      .number("steps", cost.steps)
      .number("tokens", cost.tokens)
      .finish();
}

std::string servers_of(const Strategy& strategy) {
  std::string servers = "[";
  for (const std::string& each : strategy.servers) {
    if (servers.size() > 1) servers += ',';
    append_quoted(servers, each);
  }
  return servers += ']';
}

}  // namespace

std::string summary_json(const Strategy& strategy) {
  std::string scores = "{";
  for (std::size_t i = 0; i < kPatterns.size(); ++i) {
    for (const Option& option : strategy.options) {
      if (option.pattern != kByName[i]) continue;
      append(scores, {scores.size() > 1 ? ",\"" : "\"", kPatterns[option.pattern], "\":", decimal(option.score)});
    }
  }
  return ObjectText()
      .text("first", kFirstNames[static_cast<std::size_t>(strategy.first)])
      .text("model", strategy.model)
      .number("nano_usd", strategy.choice().cost.nano_usd)
      .text("pattern", kPatterns[strategy.choice().pattern])
      .raw("scores", scores + "}")
      .raw("servers", servers_of(strategy))
      .number("tokens", strategy.choice().cost.tokens)
      .finish();
}

std::string to_json(const Strategy& strategy) {
  std::string options = "[";
  for (const Option& option : strategy.options) {
    if (options.size() > 1) options += ',';
    options += to_json(option);
  }
  options += ']';
  ObjectText text;
  text.text("first", kFirstNames[static_cast<std::size_t>(strategy.first)]);
  if (strategy.first != First::kNothing) text.text("first_reason", strategy.first_reason);
  return text.text("model", strategy.model)
      .raw("options", options)
      .text("pattern", kPatterns[strategy.choice().pattern])
      .raw("servers", servers_of(strategy))
      .finish();
}

}  // namespace troupe

#include "agents/config.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/error.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::array<std::string_view, 10> kOptions = {"model",  "instruction", "servers", "tools", "budget",
                                                       "limits", "approvals",   "pattern", "price", "result"};

/// More is as good as no limit, and would not fit into a size_t everywhere.
constexpr std::int64_t kMost = 1'000'000'000;

constexpr std::array<std::string_view, 5> kChanges = {"model", "budget", "limits", "approvals", "result"};

Limits limits_from_json(const Json& json, Limits limits) {
  const auto read = [&](std::string_view name, std::int64_t& value) {
    value = integer_field(json, name, value);
    if (value < 1) throw Error(Code::kInvalidInput, joined({"The limit \"", name, "\" must be at least 1."}));
    value = std::min(value, kMost);
  };
  read("turns", limits.turns);
  read("repeats", limits.repeats);
  read("result_chars", limits.result_chars);
  read("parallel", limits.parallel);
  return limits;
}

Error wrong(std::string_view option, std::string_view what) {
  return {Code::kInvalidInput, joined({"The option \"", option, "\" ", what, "."})};
}

/// What is misspelt or of another type would be ignored otherwise, and a budget that is ignored is none.
void check_numbers(const Json& options, std::string_view option, std::initializer_list<std::string_view> names) {
  const Json& given = field(options, option);
  if (!given.is_null() && !given.is_object()) throw wrong(option, "must be an object");
  for (const auto& [name, value] : given.items()) {
    if (std::ranges::find(names, name) == names.end()) throw wrong(option, joined({"has no \"", name, "\""}));
    if (!value.is_number_integer()) throw wrong(option, joined({"needs a whole number as \"", name, "\""}));
  }
}

void check_types(const Json& options) {
  for (const std::string_view option : {"model", "instruction", "pattern"}) {
    const Json& given = field(options, option);
    if (!given.is_null() && !given.is_string()) throw wrong(option, "must be a text");
  }
  for (const std::string_view option : {"servers", "tools"}) {
    const Json& given = field(options, option);
    const bool is_list =
        given.is_array() && std::ranges::all_of(given, [](const Json& each) { return each.is_string(); });
    if (!given.is_null() && !is_list) throw wrong(option, "must be a list of names");
  }
  check_numbers(options, "budget", {"tokens", "nano_usd", "calls", "ms"});
  check_numbers(options, "limits", {"turns", "repeats", "result_chars", "parallel"});
}

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

Price price_from_json(const Json& json) {
  return {integer_field(json, "input"), integer_field(json, "cached"), integer_field(json, "output")};
}

}  // namespace

RunConfig config_from_json(const Json& json) {
  RunConfig config;
  config.model = text_field(json, "model");
  config.price = price_from_json(field(json, "price"));
  config.instruction = text_field(json, "instruction");
  config.servers = texts(field(json, "servers"));
  config.tools = texts(field(json, "tools"));
  config.budget = budget_from_json(field(json, "budget"));
  config.limits = limits_from_json(field(json, "limits"), Limits());
  config.approvals = ApprovalPolicy::from_json(field(json, "approvals"));
  return config;
}

void apply_changes(RunConfig& config, const Json& changes) {
  if (changes.contains("model")) {
    config.model = text_field(changes, "model");
    config.price = price_from_json(field(changes, "price"));
  }
  if (changes.contains("budget")) config.budget = budget_from_json(changes["budget"]);
  if (changes.contains("limits")) config.limits = limits_from_json(changes["limits"], config.limits);
  if (changes.contains("approvals")) config.approvals = ApprovalPolicy::from_json(changes["approvals"]);
}

void put_model(Json& config, const Model& model) {
  config["model"] = model.name();
  config["price"] = {{"input", model.price.input}, {"cached", model.price.cached}, {"output", model.price.output}};
}

Json complete_changes(const Json& changes, const Models& models) {
  Json complete = changes.is_object() ? changes : Json::object();
  for (const auto& [name, unused] : complete.items()) {
    if (std::ranges::find(kChanges, name) == kChanges.end()) {
      throw Error(Code::kInvalidInput, joined({"A fork cannot change \"", name, "\"."}));
    }
  }
  check_types(complete);
  if (complete.contains("model")) put_model(complete, models.find(text_field(complete, "model")));
  RunConfig config;
  apply_changes(config, complete);  // says what is wrong before anything is written
  return complete;
}

Json complete_options(const Json& options, const Models& models, const std::vector<std::string>& servers) {
  for (const auto& [name, unused] : options.items()) {
    if (std::ranges::find(kOptions, name) == kOptions.end()) {
      throw Error(Code::kInvalidInput, joined({"There is no option \"", name, "\" of a run."}));
    }
  }
  check_types(options);
  if (const std::string_view pattern = text_field(options, "pattern", "direct"); pattern != "direct") {
    throw Error(Code::kInvalidInput, joined({"There is no pattern \"", pattern, "\"; this release has \"direct\"."}));
  }
  Json config = options.is_object() ? options : Json::object();
  put_model(config, models.find(text_field(options, "model")));
  if (!config.contains("servers")) config["servers"] = servers;
  for (const std::string& wanted : texts(config["servers"])) {
    if (std::ranges::find(servers, wanted) == servers.end()) {
      throw Error(Code::kNotFound, joined({"There is no server \"", wanted, "\" in the configuration."}));
    }
  }
  config_from_json(config);  // says what is wrong before anything is written
  return config;
}

}  // namespace troupe

#include "agents/config.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/text.hpp"
#include "llm/choice/traits.hpp"
#include "llm/choice/wish.hpp"
#include "task/outputs.hpp"

namespace troupe {
namespace {

constexpr std::array<std::string_view, 20> kOptions = {
    "model",   "instruction", "servers", "tools",  "budget",   "limits",   "approvals", "pattern", "agents", "settings",
    "prompts", "price",       "result",  "tenant", "priority", "fallback", "egress",    "confirm", "hedge",  "schema"};

constexpr std::int64_t kHighestPriority = 100;

/// More is as good as no limit, and would not fit into a size_t everywhere.
constexpr std::int64_t kMost = 1'000'000'000;

constexpr std::array<std::string_view, 5> kChanges = {"model", "budget", "limits", "approvals", "result"};

Result<Limits> limits_from_json(const Json& json, Limits limits) {
  const std::pair<std::string_view, std::int64_t*> fields[] = {
      {"turns", &limits.turns},       {"repeats", &limits.repeats}, {"result_chars", &limits.result_chars},
      {"parallel", &limits.parallel}, {"window", &limits.window},   {"depth", &limits.depth}};
  for (const auto& [name, value] : fields) {
    *value = std::min(integer_field(json, name, *value), kMost);
    if (*value < 1) return failure(Code::kInvalidInput, joined({"The limit \"", name, "\" must be at least 1."}));
  }
  return limits;
}

std::unexpected<Error> wrong(std::string_view option, std::string_view what) {
  return failure(Code::kInvalidInput, joined({"The option \"", option, "\" ", what, "."}));
}

/// What is misspelt would be ignored otherwise, and a budget that is ignored is none.
Result<> check_names(const Json& options, std::string_view option, std::initializer_list<std::string_view> names) {
  const Json& given = field(options, option);
  if (!given.is_null() && !given.is_object()) return wrong(option, "must be an object");
  for (const auto& [name, value] : members(given)) {
    if (std::ranges::find(names, name) != names.end()) continue;
    std::string known;
    for (const std::string_view each : names) append(known, {known.empty() ? "" : ", ", each});
    return wrong(option, joined({"has no \"", name, "\". It has: ", known}));
  }
  return {};
}

Result<> check_numbers(const Json& options, std::string_view option, std::initializer_list<std::string_view> names) {
  if (Result<> checked = check_names(options, option, names); !checked) return checked;
  for (const auto& [name, value] : members(field(options, option))) {
    if (!value.is_number_integer()) return wrong(option, joined({"needs a whole number as \"", name, "\""}));
  }
  return {};
}

Result<> check_types(const Json& options) {
  const Json& model = field(options, "model");
  if (!model.is_null() && !model.is_string() && !model.is_object()) return wrong("model", "must be a name or a wish");
  if (const Json& hedge = field(options, "hedge"); !hedge.is_null() && !hedge.is_boolean())
    return wrong("hedge", "must be true or false");
  for (const std::string_view option : {"instruction", "pattern", "tenant"}) {
    const Json& given = field(options, option);
    if (!given.is_null() && !given.is_string()) return wrong(option, "must be a text");
  }
  for (const std::string_view option : {"servers", "tools", "fallback"}) {
    const Json& given = field(options, option);
    const bool is_list =
        given.is_array() && std::ranges::all_of(given, [](const Json& each) { return each.is_string(); });
    if (!given.is_null() && !is_list) return wrong(option, "must be a list of names");
  }
  for (const std::string_view option : {"settings", "prompts"}) {
    const Json& given = field(options, option);
    if (!given.is_null() && !given.is_object()) return wrong(option, "must be an object");
  }
  for (const auto& [name, text] : members(field(options, "prompts"))) {
    if (!text.is_string()) return wrong("prompts", joined({"needs a text as \"", name, "\""}));
  }
  if (const Json& schema = field(options, "schema"); !schema.is_null() && text_field(schema, "type") != "object")
    return wrong("schema", "must be a JSON Schema of an object");
  if (const Json& agents = field(options, "agents"); !agents.is_null() && !agents.is_array())
    return wrong("agents", "must be a list");
  if (const Json& priority = field(options, "priority"); !priority.is_null() && !priority.is_number_integer())
    return wrong("priority", "must be a whole number");
  if (const Json& confirm = field(options, "confirm");
      !confirm.is_null() && !confirm.is_boolean() && !confirm.is_object())
    return wrong("confirm", "must be true or an object");
  Result<> approvals = check_names(options, "approvals", {"default", "tools", "rules", "rule_of_two"});
  if (!approvals) return approvals;
  for (const std::string_view part : {"tools", "rule_of_two"}) {
    const Json& given = field(field(options, "approvals"), part);
    if (!given.is_null() && !given.is_object() && !(part == "rule_of_two" && given.is_boolean()))
      return wrong("approvals", joined({"needs an object as \"", part, "\""}));
  }
  Result<> budget = check_numbers(options, "budget", {"tokens", "nano_usd", "calls", "ms"});
  if (!budget) return budget;
  return check_numbers(options, "limits", {"turns", "repeats", "result_chars", "parallel", "window", "depth"});
}

Result<Confirm> confirm_from_json(const Json& json) {
  Confirm confirm;
  if (json.is_boolean()) confirm.always = json.get<bool>();
  for (const auto& [name, value] : json.items()) {
    if (json.is_boolean()) break;
    if (name == "nano_usd" && value.is_number_integer()) {
      confirm.nano_usd = integer_field(json, name);
    } else if (name == "risks" && value.is_array()) {
      for (const Json& each : value) {
        const bool known =
            each.is_string() && std::ranges::find(kRisks, each.get_ref<const std::string&>()) != kRisks.end();
        if (!known)
          return wrong("confirm",
                       "has \"risks\" that there are not: writes, destructive, spends_money, speaks_to_others");
        confirm.risks.push_back(each.get<std::string>());
      }
    } else {
      return wrong("confirm", "is true, or has a whole number as \"nano_usd\" and a list of \"risks\"");
    }
  }
  return confirm;
}

/// The parts of a config that a fork may change as well.
Result<> read_guards(RunConfig& config, const Json& json) {
  Result<Budget> budget = budget_from_json(field(json, "budget"));
  if (!budget) return failure(budget.error());
  Result<ApprovalPolicy> approvals = ApprovalPolicy::from_json(field(json, "approvals"));
  if (!approvals) return failure(approvals.error());
  Result<Limits> limits = limits_from_json(field(json, "limits"), config.limits);
  if (!limits) return failure(limits.error());
  if (json.contains("budget")) config.budget = *budget;
  Result<RuleOfTwo> rule = RuleOfTwo::from_json(field(field(json, "approvals"), "rule_of_two"));
  if (!rule) return failure(rule.error());
  if (json.contains("approvals")) {
    config.approvals = std::move(*approvals);
    config.rule_of_two = std::move(*rule);
  }
  config.limits = *limits;
  return {};
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

Result<RunConfig> config_from_json(const Json& json) {
  RunConfig config;
  config.model = model_text(field(json, "model"));
  if (is_wish(config.model) && wish_from(config.model).among.empty())
    return failure(Code::kInvalidInput, "The wish for a model names none that could fulfil it.");
  config.price = price_from_json(field(json, "price"));
  config.instruction = text_field(json, "instruction");
  config.servers = texts(field(json, "servers"));
  config.tools = texts(field(json, "tools"));
  config.pattern = text_field(json, "pattern", "direct");
  config.agents = field(json, "agents");
  config.settings = field(json, "settings");
  config.prompts = field(json, "prompts");
  if (const Json& schema = field(json, "schema"); !schema.is_null()) config.schema = dump_json(schema);
  config.fallback = texts(field(json, "fallback"));
  config.prices = field(json, "prices");
  config.windows = field(json, "windows");
  config.replies = field(json, "replies");
  config.hedge = flag_field(json, "hedge");
  Result<Egress> egress = Egress::from_json(field(json, "egress"));
  if (!egress) return failure(egress.error());
  config.egress = std::move(*egress);
  Result<Confirm> confirm = confirm_from_json(field(json, "confirm"));
  if (!confirm) return failure(confirm.error());
  config.confirm = std::move(*confirm);
  config.tenant = text_field(json, "tenant");
  config.priority = integer_field(json, "priority", 1);
  if (config.priority < 1 || config.priority > kHighestPriority) return wrong("priority", "must be from 1 to 100");
  if (Result<> read = read_guards(config, json); !read) return failure(read.error());
  return config;
}

Result<> apply_changes(RunConfig& config, const Json& changes) {
  if (changes.contains("model")) {
    config.model = model_text(field(changes, "model"));
    config.price = price_from_json(field(changes, "price"));
    for (const auto& [name, price] : field(changes, "prices").items()) config.prices[name] = price;
    for (const auto& [name, tokens] : field(changes, "windows").items()) config.windows[name] = tokens;
    for (const auto& [name, tokens] : field(changes, "replies").items()) config.replies[name] = tokens;
  }
  return read_guards(config, changes);
}

namespace {

Json json_of(const Price& price) {
  return object({{"input", price.input}, {"cached", price.cached}, {"output", price.output}});
}

/// Prices and limits stand in the header: a replay needs no configuration.
void put_sizes(Json& config, const std::string& name, const Model& model) {
  const std::int64_t tokens = traits_from(model.known()).context;
  if (tokens > 0) config["windows"][name] = tokens;
  if (model.provider->most_tokens > 0) config["replies"][name] = model.provider->most_tokens;
}

void put_other_model(Json& config, const std::string& name, const Model& model) {
  config["prices"][name] = json_of(model.price);
  put_sizes(config, name, model);
}

/// Puts what was wished in its place completed, and what it may come to beside it; the dearest price of all.
Result<Price> put_wish(Json& config, Json& place, const Models& models) {
  Result<Json> wish = completed_wish(place, models);
  if (!wish) return failure(wish.error());
  place = std::move(*wish);
  Price dearest;
  for (const std::string& name :
       is_wish(model_text(place)) ? wish_from(model_text(place)).among : std::vector{model_text(place)}) {
    const Result<Model> model = models.find(name);
    if (!model) return failure(model.error());
    put_other_model(config, name, *model);
    dearest.input = std::max(dearest.input, model->price.input);
    dearest.cached = std::max(dearest.cached, model->price.cached);
    dearest.output = std::max(dearest.output, model->price.output);
  }
  return dearest;
}

}  // namespace

Result<> put_model(Json& config, const Models& models) {
  if (is_wish(model_text(field(config, "model")))) {
    const Result<Price> dearest = put_wish(config, config["model"], models);
    if (!dearest) return failure(dearest.error());
    config["price"] = json_of(*dearest);
    return {};
  }
  const Result<Model> model = models.find(text_field(config, "model"));
  if (!model) return failure(model.error());
  config["model"] = model->name();
  config["price"] = json_of(model->price);
  put_sizes(config, model->name(), *model);
  return {};
}

Result<Json> complete_changes(const Json& changes, const Models& models) {
  Json complete = changes.is_object() ? changes : Json::object();
  for (const auto& [name, unused] : members(complete)) {
    if (std::ranges::find(kChanges, name) == kChanges.end()) {
      return failure(Code::kInvalidInput, joined({"A fork cannot change \"", name, "\"."}));
    }
  }
  if (Result<> checked = check_types(complete); !checked) return failure(checked.error());
  if (complete.contains("model")) {
    if (Result<> put = put_model(complete, models); !put) return failure(put.error());
  }
  RunConfig config;  // says what is wrong before anything is written
  if (Result<> applied = apply_changes(config, complete); !applied) return failure(applied.error());
  return complete;
}

Price price_of(const RunConfig& config, std::string_view model) {
  const Json& own = field(config.prices, model);
  return own.is_object() ? price_from_json(own) : config.price;
}

namespace {

/// What agents want, those of nested patterns included.
Result<> put_models_of(Json& config, Json& agents, const Models& models) {
  for (Json& agent : agents) {
    if (!agent.is_object()) continue;
    if (is_wish(model_text(field(agent, "model")))) {
      const Result<Price> put = put_wish(config, agent["model"], models);
      if (!put) return failure(put.error());
    } else if (const std::string name = model_text(field(agent, "model")); !name.empty()) {
      const Result<Model> model = models.find(name);
      if (!model) return failure(model.error());
      put_other_model(config, name, *model);
    }
    if (!field(field(agent, "pattern"), "agents").is_array()) continue;
    if (Result<> put = put_models_of(config, agent["pattern"]["agents"], models); !put) return put;
  }
  return {};
}

Result<> put_other_models(Json& config, const Models& models) {
  for (std::size_t i = 0; i < field(config, "fallback").size(); ++i) {
    const Result<Model> model = models.find(config["fallback"][i].get_ref<const std::string&>());
    if (!model) return failure(model.error());
    config["fallback"][i] = model->name();
    put_other_model(config, model->name(), *model);
  }
  if (!config.contains("agents")) return {};
  Json agents = std::move(config["agents"]);
  Result<> put = put_models_of(config, agents, models);
  config["agents"] = std::move(agents);
  return put;
}

}  // namespace

Result<Json> complete_options(const Json& options, const Models& models, const std::vector<std::string>& servers) {
  for (const auto& [name, unused] : options.items()) {
    if (std::ranges::find(kOptions, name) == kOptions.end()) {
      return failure(Code::kInvalidInput, joined({"There is no option \"", name, "\" of a run."}));
    }
  }
  if (Result<> checked = check_types(options); !checked) return failure(checked.error());
  Json config = options.is_object() ? options : Json::object();
  if (Result<> put = put_model(config, models); !put) return failure(put.error());
  if (Result<> put = put_other_models(config, models); !put) return failure(put.error());
  if (!config.contains("pattern")) config["pattern"] = "auto";
  if (!config.contains("servers")) config["servers"] = servers;
  for (const std::string& wanted : texts(config["servers"])) {
    if (std::ranges::find(servers, wanted) == servers.end()) {
      return failure(Code::kNotFound, joined({"There is no server \"", wanted, "\" in the configuration."}));
    }
  }
  const Result<RunConfig> read = config_from_json(config);  // says what is wrong before anything is written
  if (!read) return failure(read.error());
  return config;
}

}  // namespace troupe

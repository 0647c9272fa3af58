#include "llm/models.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace troupe {
namespace {

/// What a provider's "type" means, and the headers that its vendor demands.
struct Kind {
  std::string_view type;
  const Codec& (*codec)();
  std::string_view header = {}, value = {};
};

constexpr Kind kKinds[] = {{"openai", openai_chat},
                           {"openai-responses", openai_responses},
                           {"anthropic", anthropic, "anthropic-version", "2023-06-01"},
                           {"azure", azure_openai},
                           {"google", google},
                           {"cohere", cohere},
                           {"bedrock", bedrock}};

Price read_price(const Json& json) {
  Price price;
  price.input = integer_field(json, "input");
  price.output = integer_field(json, "output");
  price.cached = integer_field(json, "cached", price.input);
  price.written = integer_field(json, "written", price.input);
  return price;
}

Result<Provider> read_provider(const std::string& name, const Json& json) {
  Provider provider;
  provider.name = name;
  const std::string_view type = text_field(json, "type", name == "offline" ? "offline" : "openai");
  if (type == "offline") {
    provider.model = "offline";
    return provider;
  }
  if (type == "equals") {
    for (const Json& each : field(json, "of")) {
      if (each.is_string()) provider.equals.push_back(each.get<std::string>());
    }
    if (provider.equals.empty() || provider.equals.size() != field(json, "of").size())
      return failure(Code::kInvalidInput, joined({"Provider \"", name, "\" needs names of models as \"of\"."}));
    return provider;
  }
  const Kind* const kind = std::ranges::find(kKinds, type, &Kind::type);
  if (kind == std::end(kKinds)) {
    std::string sentence = joined({"Provider \"", name, "\" has the type \"", type, "\". There are: "});
    for (const Kind& each : kKinds) append(sentence, {each.type, ", "});
    return failure(Code::kInvalidInput,
                   sentence + "equals and offline. \"openai\" is any server with OpenAI's chat completions.");
  }
  provider.codec = &kind->codec();
  if (!kind->header.empty()) provider.headers.emplace_back(kind->header, kind->value);
  provider.url = text_field(json, "url");
  if (provider.url.empty()) {
    return failure(Code::kInvalidInput,
                   joined({"Provider \"", name, "\" needs a \"url\", such as http://localhost:11434/v1."}));
  }
  while (provider.url.ends_with('/')) provider.url.pop_back();
  provider.credential = text_field(json, "credential");
  provider.model = text_field(json, "model");
  provider.version = text_field(json, "version");
  provider.most_tokens = std::max<std::int64_t>(0, integer_field(json, "most_tokens"));
  provider.stream = flag_field(json, "stream", true);
  provider.patience_ms = integer_field(json, "timeout_ms", provider.patience_ms);
  for (const auto& [header, value] : members(field(json, "headers"))) {
    if (value.is_string()) provider.headers.emplace_back(header, value.get<std::string>());
  }
  provider.hedge = flag_field(json, "hedge");
  provider.prices = field(json, "prices");
  provider.models = field(json, "models");
  return provider;
}

}  // namespace

std::string Model::name() const {
  return provider->codec == nullptr ? provider->name : joined({provider->name, ":", id});
}

Models::Models() {
  Provider offline;
  offline.name = offline.model = "offline";
  providers_.push_back(std::make_shared<const Provider>(std::move(offline)));
}

Result<> Models::configure(const Json& providers) {
  Models read;
  for (const auto& [name, json] : providers.items()) {
    Result<Provider> provider = read_provider(name, json);
    if (!provider) return failure(provider.error());
    if (read.default_ == "offline" && name != "offline") read.default_ = name;
    auto made = std::make_shared<const Provider>(std::move(*provider));
    if (name == "offline") read.providers_.front() = std::move(made);
    else read.providers_.push_back(std::move(made));
  }
  for (const auto& each : read.providers_) {
    const Result<std::vector<Model>> known = each->equals.empty() ? std::vector<Model>() : read.equals(each->name);
    if (!known) return failure(known.error());
  }
  *this = std::move(read);
  return {};
}

std::shared_ptr<const Provider> Models::provider(std::string_view name) const {
  const auto found = std::ranges::find(providers_, name, [](const auto& provider) { return provider->name; });
  return found == providers_.end() ? nullptr : *found;
}

void Models::add(std::vector<Model>& models, const std::string& name) const {
  Result<Model> model = find(name);
  const auto same = [&](const Model& each) { return each.name() == model->name(); };
  if (model && std::ranges::none_of(models, same)) models.push_back(std::move(*model));
}

std::vector<Model> Models::known() const {
  std::vector<Model> models;
  add(models, "");
  for (const auto& provider : providers_) {
    add(models, provider->name);
    for (const auto& [id, price] : members(provider->prices)) add(models, joined({provider->name, ":", id}));
  }
  return models;
}

std::vector<Model> Models::choices() const {
  std::vector<Model> models = known();
  for (const auto& provider : providers_) {
    for (const auto& [id, traits] : members(provider->models)) add(models, joined({provider->name, ":", id}));
  }
  std::erase_if(models, [](const Model& each) { return each.provider->codec == nullptr; });
  if (models.empty()) add(models, "offline");
  return models;
}

Result<> Models::learn(const Json& models) {
  std::vector<std::shared_ptr<const Provider>> next = providers_;
  for (const auto& [name, known] : members(models)) {
    const auto found = std::ranges::find(next, name, [](const auto& provider) { return provider->name; });
    if (found == next.end()) return failure(Code::kNotFound, joined({"There is no provider \"", name, "\"."}));
    Provider provider = **found;
    for (const auto& [id, traits] : members(known)) provider.models[id] = traits;
    *found = std::make_shared<const Provider>(std::move(provider));
  }
  providers_ = std::move(next);
  return {};
}

Result<std::vector<Model>> Models::equals(std::string_view name) const {
  const std::shared_ptr<const Provider> one = provider(name.empty() ? std::string_view(default_) : name);
  std::vector<Model> models;
  for (const std::string& each : one == nullptr ? std::vector<std::string>() : one->equals) {
    const std::shared_ptr<const Provider> equal = provider(std::string_view(each).substr(0, each.find(':')));
    if (equal != nullptr && equal->codec == nullptr) {
      return failure(Code::kInvalidInput, joined({"Provider \"", one->name, "\" counts \"", each,
                                                  "\" among its equals, which has no address of its own."}));
    }
    Result<Model> model = find(each);
    if (!model) return failure(model.error());
    models.push_back(std::move(*model));
  }
  if (!models.empty()) return models;
  Result<Model> model = find(name);
  if (!model) return failure(model.error());
  models.push_back(std::move(*model));
  return models;
}

Result<Model> Models::find(std::string_view name) const {
  const std::size_t colon = name.find(':');
  const std::string_view wanted = name.empty() ? std::string_view(default_) : name.substr(0, colon);
  const std::shared_ptr<const Provider> found = provider(wanted);
  if (found == nullptr) {
    std::string known;
    for (const auto& each : providers_) known += (known.empty() ? "" : ", ") + each->name;
    return failure(Code::kNotFound, joined({"There is no provider \"", wanted, "\" for the model \"", name,
                                            "\". Configured: ", known, "."}));
  }
  Model model{found,
              std::string(colon == std::string_view::npos ? std::string_view(found->model) : name.substr(colon + 1)),
              {}};
  if (!found->equals.empty()) {
    Result<std::vector<Model>> all = equals(found->name);
    if (!all) return failure(all.error());
    for (const Model& each : *all) {
      model.price.input = std::max(model.price.input, each.price.input);
      model.price.cached = std::max(model.price.cached, each.price.cached);
      model.price.written = std::max(model.price.written, each.price.written);
      model.price.output = std::max(model.price.output, each.price.output);
    }
    return model;
  }
  if (model.id.empty()) {
    return failure(Code::kInvalidInput, joined({"Provider \"", found->name,
                                                "\" needs a model: give \"model\" in its "
                                                "configuration, or name it as \"",
                                                found->name, ":MODEL\"."}));
  }
  const Json& own = field(found->prices, model.id);
  model.price = read_price(own.is_object() ? own : field(model.known(), "price"));
  return model;
}

}  // namespace troupe

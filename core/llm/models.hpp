// The models that a configuration gives: which provider, where, at what price.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/numbers.hpp"
#include "llm/codec.hpp"
#include "llm/message.hpp"

namespace troupe {

/// Nano-dollars a token.
struct Price {
  NanoUsd input = 0, cached = 0, output = 0;
  NanoUsd written = 0;  // of what the vendor keeps for later turns

  NanoUsd of(const Usage& usage) const {
    const std::int64_t plain = usage.input_tokens - usage.cached_tokens - usage.written_tokens;
    const NanoUsd kept = sum(product(usage.cached_tokens, cached), product(usage.written_tokens, written));
    return sum(sum(product(plain, input), kept), product(usage.output_tokens, output));
  }
};

struct Provider {
  std::string name;
  const Codec* codec = nullptr;     // null: the offline model, or equals
  std::vector<std::string> equals;  // models that are as good as one another, by name: the load is spread over them
  std::string url;
  std::string credential;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string model;             // the one it takes when none is named
  std::string version;           // of the API, where its address names one
  std::int64_t most_tokens = 0;  // of a reply; 0: as the vendor or the codec has it
  bool stream = true;
  std::int64_t patience_ms = 120'000;
  bool hedge = false;  // who does not begin to answer in time is not waited for alone
  Json prices;         // by model, as configured
  Json models;         // what is known of them, by model: see traits_from(); a "price" counts where none is configured
};

/// A provider and one of its models. It stays good when the configuration is replaced.
struct Model {
  std::shared_ptr<const Provider> provider;
  std::string id;
  Price price;

  /// "provider:id", or the provider alone if it has one model only.
  std::string name() const;
  /// What is known of it beside its price.
  const Json& known() const { return field(provider->models, id); }
};

class Models {
 public:
  /// The offline model alone.
  Models();
  /// From the configuration's "providers". Fails with kInvalidInput and the field that is wrong, and then changes
  /// nothing.
  Result<> configure(const Json& providers);

  /// Puts what is known of models, by provider and model, in the place of what was known of them: Provider::models.
  /// Fails with kNotFound where there is no such provider, and then changes nothing.
  Result<> learn(const Json& models);

  /// What `name` means: "provider:model", "provider", or "" for the default; of equals one that stands for them, with
  /// the highest price. Fails with kNotFound and what exists.
  Result<Model> find(std::string_view name) const;
  /// The models that `name` means: one, or several that are equal. Fails as find() does.
  Result<std::vector<Model>> equals(std::string_view name) const;
  /// The default first, then of each provider the model it takes when none is named, and those with a price.
  std::vector<Model> known() const;
  /// What a run may choose among when it names nothing: those, and all of which something is known. Not the offline
  /// model where there is another, and no equals.
  std::vector<Model> choices() const;
  /// Null if there is none of this name.
  std::shared_ptr<const Provider> provider(std::string_view name) const;

 private:
  void add(std::vector<Model>& models, const std::string& name) const;

  std::vector<std::shared_ptr<const Provider>> providers_;  // by name
  std::string default_ = "offline";
};

}  // namespace troupe

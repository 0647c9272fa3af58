// What stands in a model's place when the engine is to choose one: "auto", or what is preferred, among which models.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "llm/models.hpp"

namespace troupe {

enum class Prefer : std::uint8_t { kBalance, kCost, kSpeed, kQuality };

struct Wish {
  Prefer prefer = Prefer::kBalance;
  std::vector<std::string> among;  // "provider:model"
};

/// A model's name, or a wish as JSON text, as configurations and agents hold it.
std::string model_text(const Json& model);
/// Whether what model_text() gave is a wish.
inline bool is_wish(std::string_view model) { return model == "auto" || model.starts_with('{'); }

/// What was given in a model's place, completed: the name of a model, or {"among","prefer"} with at least two models.
/// Among nothing: among all that there are. Fails with kInvalidInput or kNotFound.
Result<Json> completed_wish(const Json& given, const Models& models);

/// The wish that completed_wish() made, as text.
Wish wish_from(std::string_view text);

}  // namespace troupe

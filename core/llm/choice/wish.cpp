#include "llm/choice/wish.hpp"

#include <algorithm>
#include <array>

#include "base/json_parse.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::array<std::string_view, 4> kPrefers = {"balance", "cost", "speed", "quality"};

std::unexpected<Error> wrong(std::string_view what) {
  return failure(Code::kInvalidInput, joined({"The option \"model\" ", what, "."}));
}

}  // namespace

std::string model_text(const Json& model) {
  return model.is_string() ? model.get<std::string>() : model.is_object() ? dump_json(model) : std::string();
}

Result<Json> completed_wish(const Json& given, const Models& models) {
  for (const auto& [name, value] : given.items()) {
    if (given.is_string()) break;
    if (name != "prefer" && name != "among") return wrong(joined({"has no \"", name, "\""}));
  }
  const std::string_view prefer = text_field(given, "prefer", kPrefers[0]);
  if (std::ranges::find(kPrefers, prefer) == kPrefers.end())
    return wrong("has a \"prefer\" that there is not: balance, cost, speed, quality");
  Json among = Json::array();
  const auto add = [&](const Model& model) {
    if (std::ranges::find(among, Json(model.name())) == among.end()) among.push_back(model.name());
  };
  for (const Json& each : field(given, "among")) {
    if (!each.is_string()) return wrong("needs a list of names as \"among\"");
    const Result<Model> model = models.find(each.get_ref<const std::string&>());
    if (!model) return failure(model.error());
    add(*model);
  }
  if (given.is_object() && given.contains("among") && among.empty()) return wrong("has nothing to choose \"among\"");
  if (among.empty()) {
    for (const Model& each : models.choices()) add(each);
  }
  if (among.size() == 1) return among.front();
  return object({{"among", std::move(among)}, {"prefer", prefer}});
}

Wish wish_from(std::string_view text) {
  const Fields fields(text);
  Wish wish;
  const auto prefer = std::ranges::find(kPrefers, fields.text("prefer"));
  if (prefer != kPrefers.end()) wish.prefer = static_cast<Prefer>(prefer - kPrefers.begin());
  for (const std::string_view each : items_of(fields.raw("among"))) wish.among.push_back(unquoted(each));
  return wish;
}

}  // namespace troupe

#include "llm/reply_schema.hpp"

#include <optional>
#include <utility>

#include "base/json_parse.hpp"

namespace troupe {
namespace {

constexpr int kDepth = 5;  // of objects and lists, as OpenAI takes them

std::optional<Json> narrowed(const Json& schema, int depth) {
  const std::string_view type = text_field(schema, "type");
  if (type.empty() || depth == 0) return std::nullopt;
  Json narrow = object({{"type", type}});
  for (const char* kept : {"description", "enum"}) {
    if (schema.contains(kept)) narrow[kept] = schema[kept];
  }
  if (type == "array") {
    std::optional<Json> items = narrowed(field(schema, "items"), depth - 1);
    if (!items) return std::nullopt;
    narrow["items"] = std::move(*items);
  } else if (type == "object") {
    const Json& properties = field(schema, "properties");
    if (members(properties).empty()) return std::nullopt;
    for (const auto& [name, property] : members(properties)) {
      std::optional<Json> value = narrowed(property, depth - 1);
      if (!value) return std::nullopt;
      narrow["properties"][name] = std::move(*value);
      narrow["required"].push_back(name);
    }
    narrow["additionalProperties"] = false;
  }
  return narrow;
}

}  // namespace

std::string reply_schema(std::string_view schema) {
  const Json given = parse_json(schema).value_or(Json());
  if (text_field(given, "type") != "object") return {};
  const std::optional<Json> narrow = narrowed(given, kDepth);
  return narrow ? dump_json(*narrow) : std::string();
}

}  // namespace troupe

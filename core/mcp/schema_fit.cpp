#include "mcp/schema_fit.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace troupe {
namespace {

constexpr std::string_view kNotes[] = {"$schema", "default", "description", "examples", "format", "title"};

bool is_integer(const Json& value) {
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  constexpr double kExact = 9007199254740992.0;  // 2^53: beyond, every double is whole
  if (number >= kExact || number <= -kExact) return true;
  return static_cast<double>(static_cast<std::int64_t>(number)) == number;
}

bool has_all(const Json& value, const Json& names) {
  return names.is_array() && std::ranges::all_of(names, [&](const Json& name) {
           return name.is_string() && value.contains(name.get_ref<const std::string&>());
         });
}

bool members_fit(const Json& value, const Json& properties, bool closed) {
  return std::ranges::all_of(members(value), [&](const auto& member) {
    const auto known = properties.find(member.first);
    return known == properties.end() ? !closed : plainly_fits(*known, member.second);
  });
}

}  // namespace

bool is_of_type(const Json& value, std::string_view type) {
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  return true;
}

bool plainly_fits(const Json& schema, const Json& value) {
  if (!schema.is_object()) return false;
  const Json* properties = &field(Json(), {});
  bool closed = false;
  for (const auto& [keyword, said] : members(schema)) {
    if (keyword == "type") {
      if (!said.is_string() || !is_of_type(value, said.get_ref<const std::string&>())) return false;
    } else if (keyword == "properties") {
      if (!said.is_object()) return false;
      properties = &said;
    } else if (keyword == "additionalProperties") {
      if (!said.is_boolean()) return false;
      closed = !said.get<bool>();
    } else if (keyword == "required") {
      if (value.is_object() && !has_all(value, said)) return false;
    } else if (keyword == "items") {
      if (value.is_array() && !std::ranges::all_of(value, [&](const Json& item) { return plainly_fits(said, item); }))
        return false;
    } else if (keyword == "enum") {
      if (!said.is_array() || std::ranges::find(said, value) == said.end()) return false;
    } else if (std::ranges::find(kNotes, keyword) == std::end(kNotes)) {
      return false;
    }
  }
  return !value.is_object() || members_fit(value, *properties, closed);
}

}  // namespace troupe

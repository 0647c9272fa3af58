// What schemas say of objects.
#include <cstddef>
#include <optional>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "mcp/schema_check.hpp"
#include "mcp/schema_words.hpp"

namespace troupe {
namespace {

std::string suggestion(const Json& known, const Json& patterns, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [candidate, ignored] : members(known)) {
    if (edit_distance(lower(candidate.substr(0, 64)), lower(name.substr(0, 64))) <= 2) {
      return joined({"; did you mean ", shown(candidate), "?"});
    }
    if (names.size() < 10) names.push_back(shown(candidate));
  }
  for (const auto& [pattern, ignored] : members(patterns)) {
    if (names.size() < 10) names.push_back(joined({"what matches ", shown_pattern(pattern)}));
  }
  return names.empty() ? std::string() : joined({"; known are ", listed(names, "and")});
}

}  // namespace

void SchemaCheck::object(const Json& schema, const Json& value, const std::string& path, int depth) {
  required(field(schema, "required"), value, path, "is missing");
  dependent(newer(schema), value, path, depth);
  const Json& known = field(schema, "properties");
  const Json& patterns = field(newer(schema), "patternProperties");
  // What some pattern may mean counted as known.
  const bool open = !all_ && schema.contains("patternProperties");
  const Json& others = open ? patterns : field(schema, "additionalProperties");
  const Json& names = field(newer(schema), "propertyNames");
  std::size_t i = 0;
  for (const auto& [name, item] : members(value)) {
    const std::string place = path + pointer_step(name);
    if (!names.is_null()) check_part(names, name, joined({"The name of ", place}), depth);
    const auto property = known.is_object() ? known.find(name) : known.end();
    bool meant = known.is_object() && property != known.end();
    if (meant) check_part(*property, item, place, depth);
    for (const auto& [pattern, schema_of_it] : members(patterns)) {
      const std::optional<bool> fits = matches(pattern, name, work_);
      if (!fits) sure_ = false;
      else if (*fits) check_part(schema_of_it, item, place, depth);
      meant = meant || fits != false;
    }
    if (!meant && others.is_boolean() && !others.get<bool>()) {
      wrong(place, joined({"is not known", suggestion(known, patterns, name)}));
    } else if (!meant) {
      check_part(others, item, place, depth);
    }
    if (meant || !others.is_null()) see(i);
    ++i;
  }
  length(schema, "Properties", static_cast<std::int64_t>(value.size()), "field", path);
}

void SchemaCheck::required(const Json& names, const Json& value, const std::string& path, const std::string& why) {
  for (const Json& name : names) {
    if (!name.is_string() || value.contains(name.get_ref<const std::string&>())) continue;
    wrong(path + pointer_step(name.get_ref<const std::string&>()), why);
  }
}

void SchemaCheck::dependent(const Json& schema, const Json& value, const std::string& path, int depth) {
  for (const char* keyword : {"dependentRequired", "dependentSchemas", "dependencies"}) {  // the last of older drafts
    for (const auto& [name, needed] : members(field(schema, keyword))) {
      if (!value.contains(name)) continue;
      if (needed.is_array()) required(needed, value, path, joined({"is missing; ", shown(name), " needs it"}));
      else check(needed, value, path, depth + 1);
    }
  }
}

}  // namespace troupe

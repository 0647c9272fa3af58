#include "mcp/param_headers.hpp"

#include <algorithm>
#include <utility>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::string_view kAnnotation = "x-mcp-header";

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || contains(kMarks, {&c, 1});
  });
}

/// Goes through a schema. parse_json has bounded its depth.
class Finder {
 public:
  explicit Finder(std::string& why) : why_(why) {}

  std::vector<ParamHeader> found;

  /// `reachable`: only `properties` lie between the root and here.
  void look(const Json& schema, bool reachable) {
    if (!schema.is_object()) {
      if (schema.is_array()) each(schema);
      return;
    }
    for (const auto& [keyword, value] : members(schema)) {
      if (keyword == kAnnotation) {
        take(schema, value, reachable && !path_.empty());
      } else if (keyword == "properties" && value.is_object()) {
        for (const auto& [name, property] : members(value)) {
          path_.push_back(name);
          look(property, reachable);
          path_.pop_back();
        }
      } else if (keyword == "$defs" || keyword == "definitions" || keyword == "patternProperties" ||
                 keyword == "dependentSchemas") {
        if (value.is_object()) each(value);  // schemas by names that are no keywords
      } else if (keyword != "enum" && keyword != "const" && keyword != "default" && keyword != "examples") {
        look(value, false);
      }
    }
  }

 private:
  void each(const Json& schemas) {
    for (const Json& schema : schemas) look(schema, false);
  }

  void take(const Json& schema, const Json& name, bool reachable) {
    const std::string_view type = text_field(schema, "type");
    if (!name.is_string() || !is_token(name.get_ref<const std::string&>())) {
      why_ = joined({"its x-mcp-header ", dump_json(name), " cannot be the name of a header."});
    } else if (!reachable) {
      why_ = joined({"its x-mcp-header ", dump_json(name), " is not on a property of its arguments."});
    } else if (type != "string" && type != "integer" && type != "boolean") {
      why_ = joined(
          {"its x-mcp-header ", dump_json(name), " is on something else than a string, an integer or a boolean."});
    } else if (is_found(name.get_ref<const std::string&>())) {
      why_ = joined({"its x-mcp-header ", dump_json(name), " is there twice."});
    } else {
      found.push_back({name.get<std::string>(), path_});
    }
  }

  bool is_found(std::string_view name) const {
    return std::ranges::any_of(found, [&](const ParamHeader& each) { return lower(each.name) == lower(name); });
  }

  std::string& why_;
  std::vector<std::string> path_;
};

}  // namespace

std::vector<ParamHeader> param_headers(const Json& schema, std::string& why) {
  Finder finder(why);
  finder.look(schema, true);
  return std::move(finder.found);
}

std::optional<std::string> value_of(const ParamHeader& header, const Json& arguments) {
  const Json* value = &arguments;
  for (const std::string& name : header.path) value = &field(*value, name);
  if (value->is_string()) return header_value(value->get_ref<const std::string&>());
  if (value->is_null() || value->is_structured()) return std::nullopt;
  return dump_json(*value);
}

std::string header_value(std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
  const bool padded = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  const bool looks_encoded = text.starts_with("=?base64?") && text.ends_with("?=");
  if (plain && !padded && !looks_encoded) return std::string(text);
  return joined({"=?base64?", base64(text), "?="});
}

}  // namespace troupe

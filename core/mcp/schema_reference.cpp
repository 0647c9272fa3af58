#include "mcp/schema_reference.hpp"

#include <string>

#include "base/text.hpp"

namespace troupe {
namespace {

/// The schema at `at` or below that has `name` for its `keyword`.
const Json* named(const Json& at, std::string_view keyword, std::string_view name, std::int64_t& work) {
  if (--work < 0) return nullptr;
  if (text_field(at, keyword) == name) return &at;
  const auto below = [&](const Json& part) -> const Json* {
    // The anchors of a whole are its own.
    return is_whole(part) && keyword != "$id" ? nullptr : named(part, keyword, name, work);
  };
  if (at.is_array()) {
    for (const Json& part : at) {
      if (const Json* found = below(part)) return found;
    }
  }
  for (const auto& [key, part] : members(at)) {
    if (key == "enum" || key == "const") continue;  // values, not schemas
    if (const Json* found = below(part)) return found;
  }
  return nullptr;
}

/// A step of a pointer in an address, as it is meant.
std::string unescaped(std::string_view step) {
  std::string name;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const std::string_view hex = step.substr(i).substr(0, 3);
    if (step[i] == '%' && hex.size() == 3) {
      int code = 0;
      for (const char c : hex.substr(1)) code = code * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
      name += static_cast<char>(code);
      i += 2;
    } else {
      name += step[i];
    }
  }
  for (std::size_t i = name.find('~'); i != std::string::npos; i = name.find('~', i + 1)) {
    if (name.compare(i, 2, "~1") == 0) name.replace(i, 2, "/");
    else if (name.compare(i, 2, "~0") == 0) name.replace(i, 2, "~");
  }
  return name;
}

const Json& part_of(const Json& json, const std::string& name) {
  if (!json.is_array()) return field(json, name);
  const bool index = !name.empty() && name.size() < 6 && name.find_first_not_of("0123456789") == std::string::npos;
  std::size_t i = 0;
  for (const char c : name) i = i * 10 + static_cast<std::size_t>(c - '0');
  return index && i < json.size() ? json.at(i) : field(json, {});
}

}  // namespace

bool is_whole(const Json& schema) {
  const std::string_view id = text_field(schema, "$id");
  return !id.empty() && !id.starts_with('#');  // with it, drafts before 2019-09 write an anchor
}

Referred referred(const Json& document, const Json& whole, std::string_view reference, std::int64_t& work) {
  const std::string_view address = reference.substr(0, reference.find('#'));
  std::string_view rest = reference.substr(address.size());
  if (!rest.empty()) rest.remove_prefix(1);
  const Json* in = address.empty() ? &whole : named(document, "$id", address, work);
  if (in == nullptr) return {};
  if (!rest.empty() && !rest.starts_with('/')) {
    const Json* found = named(*in, "$anchor", rest, work);
    if (found == nullptr) found = named(*in, "$dynamicAnchor", rest, work);
    return {found, in};
  }
  const Json* at = in;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view step = rest.substr(0, rest.find('/'));
    rest.remove_prefix(step.size());
    if (is_whole(*at)) in = at;
    at = &part_of(*at, unescaped(step));
  }
  return {at->is_null() ? nullptr : at, in};
}

}  // namespace troupe

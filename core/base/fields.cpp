// What members of an object say, once they are told apart.
#include <cstdint>

#include "base/json_parse.hpp"

namespace troupe {

std::string_view Fields::raw(std::string_view name) const {
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (member->name == name) return member->value;
  }
  return {};
}

std::string Fields::text(std::string_view name, std::string_view otherwise) const {
  const std::string_view json = raw(name);
  return json.starts_with('"') ? unquoted(json) : std::string(otherwise);
}

std::int64_t Fields::integer(std::string_view name, std::int64_t otherwise) const {
  return integer_of(raw(name), otherwise);
}

bool Fields::flag(std::string_view name, bool otherwise) const {
  const std::string_view json = raw(name);
  return json == "true" || (json != "false" && otherwise);
}

std::int64_t integer_of(std::string_view json, std::int64_t otherwise) {
  const bool negative = json.starts_with('-');
  if (negative) json.remove_prefix(1);
  constexpr std::uint64_t kMost = INT64_MAX;
  std::uint64_t whole = 0;
  for (const char c : json) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (digit > 9 || whole > (kMost + (negative ? 1 : 0) - digit) / 10) return otherwise;
    whole = whole * 10 + digit;
  }
  if (json.empty()) return otherwise;
  return negative ? static_cast<std::int64_t>(~whole + 1) : static_cast<std::int64_t>(whole);
}

}  // namespace troupe

#include "mcp/schema_words.hpp"

#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMaxShown = 60;
constexpr std::size_t kMaxPattern = 200;

std::string cut(std::string_view text, std::size_t most) {
  return joined({utf8_prefix(text, most), text.size() > most ? "…" : ""});
}

}  // namespace

std::string_view type_name(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "null";
    case Json::value_t::boolean: return "a boolean";
    case Json::value_t::string: return "a string";
    case Json::value_t::array: return "an array";
    case Json::value_t::object: return "an object";
    default: return "a number";
  }
}

std::string with_article(std::string_view type) {
  if (type == "null") return "null";
  const bool vowel = type == "integer" || type == "array" || type == "object";
  return (vowel ? "an " : "a ") + std::string(type);
}

std::string shown(const Json& value) { return cut(dump_json(value), kMaxShown); }

std::string shown_pattern(std::string_view pattern) { return cut(pattern, kMaxPattern); }

std::string listed(const std::vector<std::string>& items, std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? joined({" ", word, " "}) : ", ";
    text += items[i];
  }
  return text;
}

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (const char c : name) {
    if (c == '~') step += "~0";
    else if (c == '/') step += "~1";
    else step += c;
  }
  return step;
}

std::string pointer_step(std::size_t index) { return joined({"/", decimal(static_cast<std::int64_t>(index))}); }

}  // namespace troupe

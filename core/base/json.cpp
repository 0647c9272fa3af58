#include "base/json.hpp"

#include "base/text.hpp"

namespace troupe {
namespace {

constexpr bool plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

void append_escape(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: out += "\\u00"; out += kHex[c >> 4]; out += kHex[c & 15];
  }
}

/// Levels of nesting, counted on the text: cheaper than a parse that is thrown away.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxJsonDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
  if (too_deep(text)) return std::nullopt;
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t run = i;
    while (run < text.size() && plain(static_cast<unsigned char>(text[run]))) ++run;
    out.append(text.substr(i, run - i));
    i = run;
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      if (c == 0x7f) out += '\x7f';
      else append_escape(out, c);
      ++i;
    } else {
      const std::size_t length = utf8_length_at(text, i);
      if (length == 0) out += "\xEF\xBF\xBD";
      else out.append(text.substr(i, length));
      i += length == 0 ? 1 : length;
    }
  }
  out += '"';
}

const Json& field(const Json& object, std::string_view name) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

std::string_view text_field(const Json& object, std::string_view name, std::string_view otherwise) {
  const Json& value = field(object, name);
  return value.is_string() ? std::string_view(value.get_ref<const std::string&>()) : otherwise;
}

std::int64_t integer_field(const Json& object, std::string_view name, std::int64_t otherwise) {
  const Json& value = field(object, name);
  return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
}

bool flag_field(const Json& object, std::string_view name, bool otherwise) {
  const Json& value = field(object, name);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}

}  // namespace troupe

#include "base/json.hpp"

#include <cmath>
#include <utility>
#include <vector>

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
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
  }
}

void append_unsigned(std::string& out, std::uint64_t value) {
  if (value > 9) append_unsigned(out, value / 10);
  out += static_cast<char>('0' + value % 10);
}

/// The shortest text that reads back as the same number (Grisu2); there is no JSON for what is not finite.
void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char buffer[64];
  out.append(buffer, nlohmann::detail::to_chars(buffer, buffer + sizeof buffer, value));
}

/// Builds a value while it is parsed. nlohmann's own builder cannot refuse deep nesting, and comes in two copies.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(Json& root, std::size_t levels) : root_(root), levels_(levels) {}

  bool null() override { return put(Json()); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(std::int64_t value) override { return put(value); }
  bool number_unsigned(std::uint64_t value) override { return put(value); }
  bool number_float(double value, const std::string&) override { return put(value); }
  bool string(std::string& value) override { return put(std::move(value)); }
  bool binary(Json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool key(std::string& name) override {
    name_ = std::move(name);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

 private:
  bool put(Json value) {
    place(std::move(value));
    return true;
  }

  Json* place(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    return &((*open_.back())[name_] = std::move(value));
  }

  bool open(Json container) {
    if (open_.size() >= levels_) return false;
    open_.push_back(place(std::move(container)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Json& root_;
  std::size_t levels_;
  std::vector<Json*> open_;  // the containers around the value that comes next; only the last one grows
  std::string name_;
};

void append_json(std::string& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object: {
      char before = '{';
      for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
        out += std::exchange(before, ',');
        append_quoted(out, name);
        out += ':';
        append_json(out, member);
      }
      out += before == '{' ? "{}" : "}";
      break;
    }
    case Json::value_t::array: {
      char before = '[';
      for (const Json& item : value.get_ref<const Json::array_t&>()) {
        out += std::exchange(before, ',');
        append_json(out, item);
      }
      out += before == '[' ? "[]" : "]";
      break;
    }
    case Json::value_t::string: append_quoted(out, value.get_ref<const std::string&>()); break;
    case Json::value_t::boolean: out += value.get<bool>() ? "true" : "false"; break;
    case Json::value_t::number_integer: out += decimal(value.get<std::int64_t>()); break;
    case Json::value_t::number_unsigned: append_unsigned(out, value.get<std::uint64_t>()); break;
    case Json::value_t::number_float: append_double(out, value.get<double>()); break;
    default: out += "null";
  }
}

}  // namespace

std::optional<Json> parse_json(std::string_view text, std::size_t levels) {
  Json value;
  Builder builder(value, levels);
  // Json::sax_parse would bring the readers of all binary formats along.
  using Adapter = decltype(nlohmann::detail::input_adapter(text.data(), text.data()));
  nlohmann::detail::parser<Json, Adapter> parser(
      nlohmann::detail::input_adapter(text.data(), text.data() + text.size()));
  if (!parser.sax_parse(&builder)) return std::nullopt;
  return value;
}

std::string dump_json(const Json& value) {
  std::string out;
  append_json(out, value);
  return out;
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
      i += length == 0 ? utf8_broken_at(text, i) : length;
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
  if (!value.is_number_integer()) return otherwise;
  const bool too_big = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
  return too_big ? otherwise : value.get<std::int64_t>();
}

bool flag_field(const Json& object, std::string_view name, bool otherwise) {
  const Json& value = field(object, name);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}

}  // namespace troupe

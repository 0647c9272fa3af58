#include "base/json.hpp"

#include <cmath>
#include <utility>

#include "base/scan.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

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

std::string dump_json(const Json& value) {
  std::string out;
  append_json(out, value);
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  std::size_t i = end_of_plain(text, 0);
  if (i == text.size()) return append(out, {"\"", text, "\""});
  append(out, {"\"", text.substr(0, i)});
  while (i < text.size()) {
    const std::size_t run = end_of_plain(text, i);
    out.append(text.substr(i, run - i));
    i = run;
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      append_escape(out, c);
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

Given::Given(std::string_view name, std::string_view text) : name_(name), text_(text), kind_(Kind::kText) {}
Given::Given(std::string_view name, std::int64_t number) : name_(name), number_(number), kind_(Kind::kNumber) {}
Given::Given(std::string_view name, bool flag) : name_(name), number_(flag ? 1 : 0), kind_(Kind::kFlag) {}
Given::Given(std::string_view name, const Json& json) : name_(name), json_(&json), kind_(Kind::kCopied) {}
Given::Given(std::string_view name, Json&& json) : name_(name), movable_(&json), kind_(Kind::kMoved) {}

Json Given::value() const {
  switch (kind_) {
    case Kind::kText: return std::string(text_);
    case Kind::kNumber: return number_;
    case Kind::kFlag: return number_ != 0;
    case Kind::kCopied: return *json_;
    case Kind::kMoved: return std::move(*movable_);
  }
  return nullptr;
}

Json object(std::initializer_list<Given> members) {
  Json object(Json::value_t::object);
  for (const Given& member : members) object[std::string(member.name_)] = member.value();
  return object;
}

ObjectText::ObjectText() {
  text_.reserve(120);
  text_ += '{';
}

void ObjectText::name(std::string_view name) { append(text_, {text_.size() == 1 ? "\"" : ",\"", name, "\":"}); }

ObjectText& ObjectText::text(std::string_view name, std::string_view value) {
  this->name(name);
  append_quoted(text_, value);
  return *this;
}

ObjectText& ObjectText::number(std::string_view name, std::int64_t value) { return raw(name, decimal(value)); }

ObjectText& ObjectText::flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }

ObjectText& ObjectText::raw(std::string_view name, std::string_view value) {
  append(text_, {text_.size() == 1 ? "\"" : ",\"", name, "\":", value});
  return *this;
}

std::string ObjectText::finish() {
  text_ += '}';
  return std::move(text_);
}

const Json& field(const Json& object, std::string_view name) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

const Json::object_t& members(const Json& object) {
  static const Json::object_t kNone;
  return object.is_object() ? object.get_ref<const Json::object_t&>() : kNone;
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

// JSON as the core uses it: sorted objects, no exceptions from parsing, UTF-8 repaired on the way out.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

using Json = nlohmann::json;

/// Deeper documents are refused: recursive code (dump, schema checks) must not exhaust the stack.
inline constexpr std::size_t kMaxJsonDepth = 128;
/// What holds such documents, as a journal's line does, is a little deeper.
inline constexpr std::size_t kMaxHolderDepth = kMaxJsonDepth + 16;

/// The value of `text`, or nothing if it is not one JSON document of at most `levels` levels.
std::optional<Json> parse_json(std::string_view text, std::size_t levels = kMaxJsonDepth);

/// One line of JSON, keys sorted; bytes that are no UTF-8 become U+FFFD.
std::string dump_json(const Json& value);

/// Appends `text` as a JSON string, escaped as dump_json does it. The hot path of frames and journals.
void append_quoted(std::string& out, std::string_view text);

/// A member for object(): what is given is looked at within the expression, and not kept. Calls to make one are less
/// code than making it in place.
class Given {
 public:
  Given(std::string_view name, std::string_view text);
  Given(std::string_view name, const std::string& text) : Given(name, std::string_view(text)) {}
  Given(std::string_view name, const char* text) : Given(name, std::string_view(text)) {}
  Given(std::string_view name, std::int64_t number);
  Given(std::string_view name, int number) : Given(name, std::int64_t{number}) {}
  Given(std::string_view name, bool flag);
  Given(std::string_view name, const Json& json);
  Given(std::string_view name, Json&& json);

 private:
  friend Json object(std::initializer_list<Given> members);
  enum class Kind : unsigned char { kText, kNumber, kFlag, kCopied, kMoved };

  Json value() const;

  std::string_view name_;
  union {
    std::string_view text_;
    std::int64_t number_;
    const Json* json_;
    Json* movable_;
  };
  Kind kind_;
};

/// An object of these members. nlohmann's own braces cost ten times the code, and cannot tell an object from a list.
Json object(std::initializer_list<Given> members);

/// An object written member by member, in the order in which they are given: what is journalled gives them sorted.
class ObjectText {
 public:
  ObjectText();

  ObjectText& text(std::string_view name, std::string_view value);
  ObjectText& number(std::string_view name, std::int64_t value);
  ObjectText& flag(std::string_view name, bool value);
  /// `value` is JSON already.
  ObjectText& raw(std::string_view name, std::string_view value);
  ObjectText& json(std::string_view name, const Json& value) { return raw(name, dump_json(value)); }

  /// The members so far, from the opening brace on, without the closing one.
  std::string_view open() const { return text_; }
  /// The object. Call once.
  std::string finish();

 private:
  void name(std::string_view name);
  std::string text_;
};

/// Fields of an object, with a default when the field is missing or of another type.
std::string_view text_field(const Json& object, std::string_view name, std::string_view otherwise = {});
std::int64_t integer_field(const Json& object, std::string_view name, std::int64_t otherwise = 0);
bool flag_field(const Json& object, std::string_view name, bool otherwise = false);
/// The field, or a null that lives for ever.
const Json& field(const Json& object, std::string_view name);
/// The members of an object by name, or none. A loop over nlohmann's items() costs three times the code.
const Json::object_t& members(const Json& object);

}  // namespace troupe

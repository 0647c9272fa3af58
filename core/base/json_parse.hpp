// Reading JSON (RFC 8259): into values, or into the parts of an object as they are written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace troupe {

/// A field of an object as it is written: its name without quotes, its value as JSON. Views into the object's text.
struct FieldText {
  std::string_view name;
  std::string_view value;
};

/// An object as it is written, in its members: nothing is built. A view of its text.
class Fields {
 public:
  Fields() = default;
  /// Of text that is known to be an object; without members if it is none.
  explicit Fields(std::string_view object) { read(object, kMaxHolderDepth); }

  /// Of a part of a text that was checked as a whole: only the members are told apart, which is a fifth of the work.
  static Fields within(std::string_view checked);

  /// Takes another part of a text that was checked as a whole.
  void read_within(std::string_view checked);
  /// Takes the first item of an array in such a text.
  void read_first_within(std::string_view array);
  /// Takes another text. The whole is checked as parse_json() checks it; false if it is no object of at most `levels`
  /// levels.
  bool read(std::string_view object, std::size_t levels = kMaxJsonDepth);

  /// The member as JSON; empty if there is none. Of two with one name the later one counts.
  std::string_view raw(std::string_view name) const;
  /// What the member says, or `otherwise` where there is none or it is of another type.
  std::string text(std::string_view name, std::string_view otherwise = {}) const;
  std::int64_t integer(std::string_view name, std::int64_t otherwise = 0) const;
  bool flag(std::string_view name, bool otherwise = false) const;

  auto begin() const { return members_.begin(); }
  auto end() const { return members_.end(); }

 private:
  std::vector<FieldText> members_;
};

/// The items of an array as they are written; none if it is no array.
std::vector<std::string_view> items_of(std::string_view array);

/// The same of a part of a text that was checked as a whole.
std::vector<std::string_view> items_within(std::string_view checked);

/// The text that a JSON string stands for; empty for any other JSON.
std::string unquoted(std::string_view json);

/// The whole number that JSON stands for, or `otherwise`: for any other JSON, and beyond 64 bits.
std::int64_t integer_of(std::string_view json, std::int64_t otherwise);

}  // namespace troupe

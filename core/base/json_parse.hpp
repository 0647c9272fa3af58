// Reading JSON (RFC 8259): into values, or into the parts of an object as they are written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace troupe {

/// A member of an object as it is written: its name without quotes, its value as JSON. Views into the object's text.
struct Member {
  std::string_view name;
  std::string_view value;
};

/// Splits the text of one object into its members without building any value; the whole text is checked as
/// parse_json() checks it. False if it is no object of at most `levels` levels.
bool split_object(std::string_view text, std::vector<Member>& members, std::size_t levels = kMaxJsonDepth);

/// The text that a JSON string stands for; empty for any other JSON.
std::string unquoted(std::string_view json);

}  // namespace troupe

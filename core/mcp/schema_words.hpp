// The words of sentences about values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace troupe {

/// "a string", of any string.
std::string_view type_name(const Json& value);
/// "a string", of "string".
std::string with_article(std::string_view type);

/// The value as JSON, cut where it is long.
std::string shown(const Json& value);

/// The pattern, cut where it is very long.
std::string shown_pattern(std::string_view pattern);

/// "a, b or c".
std::string listed(const std::vector<std::string>& items, std::string_view word);

/// What a JSON pointer appends for a member or an item.
std::string pointer_step(std::string_view name);
std::string pointer_step(std::size_t index);

}  // namespace troupe

// Whether a value fits, without a word about it.
#pragma once

#include <string_view>

#include "base/json.hpp"

namespace troupe {

/// True for a type that JSON Schema does not know.
bool is_of_type(const Json& value, std::string_view type);

/// What most calls come to: a schema of the commonest keywords, and a value that fits it. True only where SchemaCheck
/// would find nothing wrong; otherwise it has to look.
bool plainly_fits(const Json& schema, const Json& value);

}  // namespace troupe

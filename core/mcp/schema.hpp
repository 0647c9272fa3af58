// Checks values against JSON Schema, as far as tools use it, and says in sentences what is wrong.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace troupe {

/// No more sentences than this: a model repairs its call from the first few.
inline constexpr std::size_t kMaxSchemaErrors = 10;

/// What of `value` does not fit `schema`, each as a sentence that starts with the place in the value, such as
/// "/path must be a string, not a number". Empty: it fits.
///
/// Understood: type, enum, const, properties, required, additionalProperties, minProperties, maxProperties, items,
/// prefixItems (and items as an array, as older drafts write it), minItems, maxItems, minLength, maxLength, minimum,
/// maximum, exclusiveMinimum, exclusiveMaximum, multipleOf (of integers), anyOf, oneOf, allOf, not, and $ref within the
/// schema. What is not understood is accepted: pattern, format, $ref to elsewhere (nothing is ever fetched), the rest.
/// Depth and work are bounded; beyond the bounds everything is accepted, and the tool itself decides.
std::vector<std::string> schema_errors(const Json& schema, const Json& value);

}  // namespace troupe

// Checks values against JSON Schema 2020-12, and says in sentences what is wrong.
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
/// Understood are the assertions and applicators of 2020-12: type, enum, const; minimum, maximum, exclusiveMinimum,
/// exclusiveMaximum, multipleOf; minLength, maxLength, pattern (matches() says which); properties, patternProperties,
/// additionalProperties, propertyNames, required, minProperties, maxProperties, dependentRequired, dependentSchemas;
/// prefixItems, items, contains, minContains, maxContains, uniqueItems, minItems, maxItems; allOf, anyOf, oneOf, not,
/// if, then, else; unevaluatedProperties, unevaluatedItems; $ref to what stands within the schema: pointers, $anchor,
/// and a $id as it is written. Of older drafts: items as an array, additionalItems, dependencies, and exclusiveMinimum
/// and exclusiveMaximum as flags.
///
/// Accepted unchecked: $ref to elsewhere (nothing is ever fetched), to an address that would have to be resolved, and
/// $dynamicRef; patterns that are not understood; multiples of numbers with more than 15 digits; what is no keyword of
/// 2020-12; and format, which is a note unless a vocabulary says otherwise. What may fit for such a reason counts
/// neither as fitting nor as not fitting in `not`, `oneOf`, `if` and `contains`. Depth and work are bounded; beyond the
/// bounds everything is accepted, and the tool itself decides.
///
/// `whole`, or as runs without the flag kWholeSchemas are checked, which must replay: without pattern,
/// patternProperties, propertyNames, the dependent ones, contains, uniqueItems, if, the unevaluated ones, references by
/// name, and multipleOf for what is no integer.
std::vector<std::string> schema_errors(const Json& schema, const Json& value, bool whole = true);

}  // namespace troupe

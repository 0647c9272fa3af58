// A JSON Schema for replies, in the words that the vendors have in common.
#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// What the vendors' own structured output takes of a JSON Schema of an object, as OpenAI's strict mode has it, the
/// narrowest: every property required, and no others. Limits and patterns are left out: the reply is held to the whole
/// schema when it is there. Empty where the schema says what cannot be said so (references, several types, any object).
std::string reply_schema(std::string_view schema);

}  // namespace troupe

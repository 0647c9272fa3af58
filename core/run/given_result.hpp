// What an application or a person gives as the result of a step, in a fork or where it is in doubt.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace troupe {

/// The value that a step of this kind has in journals, which was to do what `args` say (JSON): of a tool, a text or any
/// JSON is what it returned; of a model, a text is its reply; of a question, an answer to it. Fails with kInvalidInput
/// where it can be none.
Result<Json> given_result(std::string_view kind, std::string_view args, Json given);

}  // namespace troupe

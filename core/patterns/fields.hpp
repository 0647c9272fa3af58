// What is wrong with the fields of agents and settings that reading them would pass over.
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"

namespace troupe {

/// For new runs: what was recorded runs as it ran. Patterns in agents' places are looked at as well. Fails with
/// kInvalidInput.
Result<> check_fields(const Json& agents, const Json& settings);

}  // namespace troupe

// A person looks at the plan before it is carried out.
#pragma once

#include <memory>
#include <optional>

#include "agents/context.hpp"
#include "base/json.hpp"
#include "patterns/pattern.hpp"

namespace troupe {

/// Shows the plan to a person, where the run's option "confirm" says so. `judged` is {"analysis","strategy"} as the
/// journal has them. The stop is the answer "no".
Task<std::optional<Stop>> confirmed(Context context, Json judged, std::shared_ptr<const Pattern> pattern);

}  // namespace troupe

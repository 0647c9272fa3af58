// Work that is left at a moment, whatever it waits for.
#pragma once

#include <cstdint>
#include <string>

#include "run/host.hpp"
#include "run/task.hpp"

namespace troupe {

/// Gives what the work gives. At that moment (milliseconds since 1970) the work is cancelled, and it fails with
/// kBudget.
Task<std::string> within(Host* host, Task<std::string> work, std::int64_t at_ms);

}  // namespace troupe

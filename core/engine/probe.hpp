// Whether a server or a provider answers: for `troupe doctor` and pages that show health.
#pragma once

#include <string>

#include "agents/context.hpp"

namespace troupe {

/// Sends "probed" with {"ok", "sentence"?, "tools"?, "models"?}. Names either a server or a provider.
Task<> probe_task(Services services, std::string probe, std::string server, std::string provider);

}  // namespace troupe

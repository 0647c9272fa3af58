// The arguments of a call, found in a clause and in what earlier calls returned.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "llm/offline/things.hpp"
#include "llm/offline/toolbox.hpp"

namespace troupe::offline {

/// The arguments; `missing` gets the names of the required ones that were not found ("path and content"). `targets` are
/// what to act on, in order; `earlier` is the text that "it" or "the result" means.
Json arguments_for(const Known& tool, const Clause& clause, std::span<const Thing> targets, std::string_view earlier,
                   std::string& missing);

/// How many paths, URLs or ids it requires.
int targets_of(const ToolSpec& tool);

}  // namespace troupe::offline

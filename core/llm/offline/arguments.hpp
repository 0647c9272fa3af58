// The arguments of a call, found in a clause and in what earlier calls returned.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "llm/offline/things.hpp"
#include "llm/offline/toolbox.hpp"

namespace troupe::offline {

struct Arguments {
  Json values = Json::object();
  std::string missing;      // the names of the required ones that were not found: "path and content"
  std::string_view unread;  // what the clause says beside them that the rules do not understand; empty: nothing
};

/// `targets` are what to act on, in order; `earlier` is the text that "it" or "the result" means. Where a call has to
/// be `sure`, nothing is taken for an argument that is not written as one: a quotation, a name, a path, a number, or
/// what a list said. `about` are canonical words that need no explanation.
Arguments arguments_for(const Known& tool, const Clause& clause, std::span<const Thing> targets,
                        std::string_view earlier, bool sure, std::string_view about);

}  // namespace troupe::offline

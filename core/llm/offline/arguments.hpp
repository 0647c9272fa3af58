// The arguments of a call, found in a clause and in what earlier calls returned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "llm/offline/clauses.hpp"
#include "llm/offline/toolbox.hpp"

namespace troupe::offline {

/// What may fill arguments beside the clause's own words.
struct Sources {
  std::vector<std::string> targets;  // paths, URLs or ids to act on, in order
  std::string folder;                // where to look
  std::string earlier;               // the text that "it" or "the result" means
};

/// The arguments, or the names of the required ones that were not found.
struct Filled {
  Json arguments;
  std::vector<std::string> missing;
};

Filled fill(const Known& tool, const Clause& clause, const Sources& sources);

/// The required property that takes one path, URL or id, so that a list means one call for each; else empty.
std::string target_property(const Known& tool);
/// Does it need two paths, as moving does?
bool takes_two_paths(const Known& tool);
bool takes_folder(const Known& tool);

}  // namespace troupe::offline

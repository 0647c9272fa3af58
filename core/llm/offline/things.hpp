// What results are about: the files, pages or records that they list, or whose text they are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "llm/offline/clauses.hpp"

namespace troupe::offline {

struct Thing {
  std::string name;       // a path as calls take it, a URL, an id; empty for a text of nothing with a name
  std::string_view text;  // lives in the conversation
  bool read = false;      // is the text known?
  bool folder = false;
  Json record = nullptr;  // what else a list says of it: the fields of an object that are texts and numbers
};

using Things = std::vector<Thing>;
inline constexpr std::size_t kMostThings = 5000;
void add_thing(Things& things, std::string_view name);
/// Takes the texts of things with the same names over.
void learn(Things& things, const Things& from);
/// Adds what a result lists. `folder` is what was listed: names in the result are relative to it.
void add_things(Things& things, std::string_view result, std::string_view folder);

/// Does the clause mean it? It means files unless it speaks of folders, of the type that it names.
bool means_thing(const Clause& clause, const Thing& thing);

/// The members of an object, sorted; none of anything else.
const Json::object_t& members(const Json& value);

/// The fields of a JSON object that the clause names ("its name and version"), a line each; empty if it names none.
std::string fields_named(const Clause& clause, std::string_view text);

}  // namespace troupe::offline

// The tools, ranked by how well their words fit what a clause asks for. Scores are integers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "llm/message.hpp"
#include "llm/offline/clauses.hpp"

namespace troupe::offline {

/// What a clause asks of a tool, in canonical words.
struct Wish {
  std::vector<std::string> said;     // by the clause
  std::vector<std::string> implied;  // by what it names: "a.md" implies a file
  std::string verb;
  std::string lowered;  // the clause's words as written, for tools that it calls by name
  bool question = false;
  bool about_files = false;  // it names files, so a list of a folder is no answer
  bool lists = false;        // only tools that list or search
};

Wish wish_of(const Clause& clause);

struct Known {
  const ToolSpec* spec = nullptr;
  std::vector<std::string> name, lead, rest, properties;  // canonical words; lead: of the first sentence
  std::vector<std::string> effects;                       // what it does to the world, by its name
  bool deprecated = false;

  bool lists() const;  // its result names things: list_directory, search_files
  const Json& schema() const { return field(spec->input_schema, "properties"); }
};

class Toolbox {
 public:
  /// `tools` must outlive the box. Clauses that forbid ban effects: "do not delete anything".
  Toolbox(const std::vector<ToolSpec>& tools, const std::vector<Clause>& clauses);

  /// Tools that fit well enough and may be used, best first, at most four.
  std::vector<const Known*> fitting(const Wish& wish) const;
  /// The tool that has all of these canonical words in its name, and nothing against it; or null.
  const Known* named(std::string_view words) const;
  bool bans(std::string_view effect) const;
  /// The verbs with which names of tools begin, separated by spaces.
  static std::string verbs_of(const std::vector<ToolSpec>& tools);

 private:
  bool may_serve(const Known& tool, const Wish& wish) const;
  int score(const Known& tool, const Wish& wish) const;
  int weight(std::string_view word) const;

  std::vector<Known> tools_;
  std::vector<std::uint64_t> named_;  // hashes of all words in names, sorted: rare words weigh more
  std::string banned_;
  bool all_banned_ = false;
};

}  // namespace troupe::offline

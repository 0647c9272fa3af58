// The tools, ranked by how well their words fit what a clause asks for. Scores are integers.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "llm/message.hpp"
#include "llm/offline/clauses.hpp"

namespace troupe::offline {

/// What a clause asks of a tool, in canonical words.
struct Wish {
  std::string said;     // by the clause
  std::string implied;  // by what it names: "a.md" implies a file
  std::string_view verb;
  std::span<const Token> tokens;  // for tools that it calls by name
  bool question = false;
  bool about_files = false;  // it names files, so a list of a folder is no answer
  bool lists = false;        // only tools that list or search
  bool reads = false;        // only tools that return the text of one target
};

Wish wish_of(const Clause& clause);

struct Known {
  const ToolSpec* spec = nullptr;
  std::string name, about;  // canonical words; about: of the description and the properties
  bool acts = false;        // does its name say that it does something to the world?
  bool lists = false;       // its result names things: list_directory, search_files
  int points = 0;           // for the wish at hand
  int targets = 0;  // paths, URLs or ids that it requires: with one, a list means one call for each; moving takes two
  std::string listed;     // the argument that a list fills where it has no targets (listed_of)
  bool harmless = false;  // by its hints or its name
  int rank = 0;           // the points with which it was chosen
};

/// Has a call to do what the clause says and nothing else, because it may do harm?
bool has_to_be_sure(const Known& tool, const Wish& wish);

class Toolbox {
 public:
  /// `tools` must outlive the box.
  explicit Toolbox(const std::vector<ToolSpec>& tools);

  /// The verbs with which names of tools begin.
  const std::string& verbs() const { return verbs_; }
  /// Clauses that forbid ban effects: "do not delete anything".
  void ban(const std::vector<Clause>& clauses);
  /// Tools that fit well enough and may be used, best first, then null.
  using Fitting = std::array<const Known*, 4>;
  Fitting fitting(const Wish& wish);

 private:
  bool may_serve(const Known& tool, const Wish& wish) const;

  std::vector<Known> tools_;
  std::string verbs_, banned_;
  bool all_banned_ = false;
};

}  // namespace troupe::offline

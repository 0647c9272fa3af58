// A task cut into clauses: the parts that each ask for one thing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/offline/tokens.hpp"

namespace troupe::offline {

struct Clause {
  std::string text;  // as written
  std::vector<Token> tokens;
  std::string verb;       // the canonical verb that it asks with; empty if there is none
  bool forbids = false;   // "do not delete anything": nothing to do, something to respect
  bool question = false;  // "which files were deleted?" deletes nothing

  bool says(std::string_view words) const;   // one of these words, as written but for case
  bool means(std::string_view words) const;  // one of these canonical words
  /// The files, pages and folders that it names: "a.md", "https://...", "docs/". No globs.
  std::vector<std::string> targets() const;
  /// The folder of "in docs", "the docs folder", "folder named out" or "src/": the text as written, or empty.
  std::string location() const;
  /// All of them: "docs" and "src" of "list docs and src".
  std::vector<std::string> locations() const;
  /// A glob such as "docs/*.md", or what "markdown files" and ".py files" amount to; else empty.
  std::string pattern() const;
  /// The quoted texts, in order.
  std::vector<std::string> quotes() const;
  /// "them", "those files", "each": what an earlier clause found.
  bool refers_to_many() const;
  /// "it", "that file": the one thing that an earlier clause was about.
  bool refers_to_one() const;
  /// "all files", "every page": more than one thing, by its kind.
  bool names_a_kind() const;
  /// Should everything of that kind be acted on, and not only looked at?
  bool says_all() const { return says("all each every both"); }
};

inline constexpr std::size_t kMostClauses = 40;
inline constexpr std::size_t kMostTokens = 300;  // of one clause

/// `left_out` counts the clauses beyond kMostClauses, and those that were cut at kMostTokens. `tool_verbs` are
/// canonical words that begin names of tools: a clause may begin with them as with any verb.
std::vector<Clause> clauses_of(std::string_view task, std::string_view tool_verbs, std::size_t& left_out);

}  // namespace troupe::offline

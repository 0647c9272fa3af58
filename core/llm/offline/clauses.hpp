// A task cut into clauses: the parts that each ask for one thing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "llm/offline/tokens.hpp"

namespace troupe::offline {

/// A view of a task.
struct Clause {
  std::string_view text;  // as written
  std::span<const Token> tokens;
  std::string_view verb = {};  // the canonical verb that it asks with; empty if there is none
  bool forbids = false;        // "do not delete anything": nothing to do, something to respect
  bool question = false;       // "which files were deleted?" deletes nothing
  bool hinges = false;         // its sentence has a condition: "if a.md is empty, delete it"
  /// The files, pages and folders that it names: "a.md", "https://...", "docs/". No globs.
  std::vector<std::string_view> targets = {};
  /// The folders of "in docs and src", "the docs folder", "folder named out" or "src/", as written.
  std::vector<std::string_view> folders = {};
  /// A glob such as "**/*.md" for "docs/*.md" and "markdown files"; else empty.
  std::string pattern = {};

  bool says(std::string_view words) const;   // one of these words, as written but for case
  bool means(std::string_view words) const;  // one of these canonical words
  /// "them", "those files", "each": what an earlier clause found.
  bool refers_to_many() const;
  /// "it", "that file": the one thing that an earlier clause was about.
  bool refers_to_one() const { return says("it its this that"); }
  /// "all files", "every page": more than one thing, by its kind.
  bool names_a_kind() const;
  /// "each city", "all files", "everything": what an argument is said of is a list, and no text to be passed on.
  bool goes_over() const;
};

class Task {
 public:
  static constexpr std::size_t kMostClauses = 40;
  static constexpr std::size_t kMostTokens = 300;  // of one clause

  /// `text` must outlive the task. `tool_verbs` are canonical words that begin names of tools: a clause may begin with
  /// them as with any verb.
  Task(std::string_view text, std::string_view tool_verbs);
  Task(const Task&) = delete;  // its clauses are views of it
  Task& operator=(const Task&) = delete;

  const std::vector<Clause>& clauses() const { return clauses_; }
  /// The clauses beyond kMostClauses, and those that were cut at kMostTokens.
  std::size_t left_out() const { return left_out_; }

 private:
  bool is_marker(std::size_t at) const;
  bool asks(const Token& token) const;
  bool begins_clause(std::size_t at, bool asked) const;
  void add(std::size_t begin, std::size_t end);
  void end_sentence(std::size_t at);

  std::string_view text_, tool_verbs_;
  std::string lowered_;
  std::vector<Token> tokens_;
  std::vector<Clause> clauses_;
  std::size_t left_out_ = 0;
  std::size_t sentence_ = 0;  // its first clause
  bool hinges_ = false, lasts_ = false;
};

}  // namespace troupe::offline

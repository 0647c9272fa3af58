// The walk through a task's clauses. It starts at the first clause every turn and takes what the conversation already
// holds; where an outcome is missing it stops, and the missing calls are the model's turn. So it needs no state.
#pragma once

#include <string>
#include <vector>

#include "llm/offline/arguments.hpp"
#include "llm/offline/history.hpp"
#include "llm/offline/items.hpp"
#include "llm/offline/operations.hpp"
#include "llm/offline/toolbox.hpp"

namespace troupe::offline {

/// A clause goes over at most so many items; the answer says how many it left out.
inline constexpr std::size_t kMostAtOnce = 20;

/// A paragraph more, under a title unless that is empty.
void append_block(std::string& out, std::string_view title, std::string_view text);

class Walk {
 public:
  /// All of them must outlive the walk.
  Walk(const History& history, const Toolbox& tools, const std::vector<Clause>& clauses);

  /// Goes as far as it can.
  void go();

  /// The calls that are to be made before it can go on; empty when it reached the end.
  const std::vector<ToolCall>& calls() const { return pending_; }
  /// What was done, clause by clause.
  const std::string& answer() const { return answer_; }
  bool did_something() const { return did_something_; }
  bool left_something() const { return left_something_; }

 private:
  void visit(const Clause& clause);
  void operate(const Clause& clause, const Operation& operation);
  void act(const Clause& clause);
  void tell(const Clause& clause);

  // Looking for what a clause is about (walk_subjects.cpp). Each may set pending calls: look at waiting().
  std::vector<std::string> subjects(const Clause& clause, bool look);
  std::vector<Item> lookup(const Clause& clause, bool sizes);
  std::vector<Content> texts(const Clause& clause);
  std::vector<Content> read(const Clause& clause, std::vector<std::string> targets);

  // Calling (walk_calls.cpp).
  bool waiting() const { return !pending_.empty(); }
  std::vector<ToolCall> planned(const Known& tool, const Clause& clause, std::vector<std::string> targets,
                                std::vector<std::string>& missing);
  std::vector<Done> perform(std::vector<ToolCall> calls);
  const Done* perform_one(const ToolCall& call);
  Done repaired(const Done& done);
  std::string rooted(const std::string& path) const;

  // What it says (walk_reports.cpp).
  void report(std::string_view text);
  void decline(const Clause& clause, std::string_view why);
  std::string list_report(const Clause& clause, const std::vector<Content>& contents, std::vector<Item> items);
  std::string text_report(const Clause& clause, const std::vector<Content>& contents, bool reads);
  void report_results(const Clause& clause, const Known& tool, const std::vector<Done>& results);
  std::string failures(const std::vector<Done>& results);
  std::string listing(const std::vector<Item>& items) const;
  std::string label(const Done& done) const;
  std::string label(std::string_view path) const;
  bool consumed() const;

  const History& history_;
  const Toolbox& tools_;
  const std::vector<Clause>& clauses_;
  std::size_t clause_ = 0;  // the one being visited
  std::size_t calls_ = 0;   // that it made
  std::vector<ToolCall> pending_;

  // What earlier clauses found.
  std::vector<Item> items_;
  std::vector<Content> contents_;
  bool items_are_news_ = false;  // the items were found after the contents
  std::string one_;              // the path or URL that "it" means
  std::string text_;             // the text that "it" means
  std::string folder_;           // that was listed last
  std::string root_;             // that relative paths turned out to start from
  std::string shown_from_;       // that labels leave out
  std::size_t left_out_ = 0;     // items beyond kMostAtOnce

  std::string answer_;
  bool looked_ = false;  // a lookup for this clause succeeded
  bool did_something_ = false;
  bool left_something_ = false;
};

}  // namespace troupe::offline

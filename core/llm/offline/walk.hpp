// The walk through a task's clauses. It starts at the first clause every turn and takes what the conversation already
// holds; where an outcome is missing it stops, and the missing calls are the model's turn. So it needs no state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/message.hpp"
#include "llm/offline/operations.hpp"
#include "llm/offline/things.hpp"
#include "llm/offline/toolbox.hpp"

namespace troupe::offline {

/// A clause goes over at most so many things; the answer says how many it left out.
inline constexpr std::size_t kMostAtOnce = 20;

/// The messages since a task was given.
class History {
 public:
  /// `messages` must outlive the history. Those of earlier tasks are left out.
  explicit History(const std::vector<Message>& messages);

  std::string_view task() const { return task_; }
  /// The start of the ids of this task's calls: empty for the first task of a conversation, then "t2.", ...
  const std::string& prefix() const { return prefix_; }
  /// The result of the call with this id, or of the same call made by another model; null if there is none.
  const Message* outcome(const ToolCall& call) const;

 private:
  const std::vector<Message>& messages_;
  std::size_t begin_ = 0;
  std::string_view task_;
  std::string prefix_;
};

class Walk {
 public:
  /// All of them must outlive the walk.
  Walk(const History& history, Toolbox& tools, const std::vector<Clause>& clauses)
      : history_(history), tools_(tools), clauses_(clauses) {}

  /// Goes as far as it can.
  void go();

  /// The calls that are to be made before it can go on; empty when it reached the end.
  std::vector<ToolCall> take_calls() { return std::move(pending_); }
  /// What was done, clause by clause.
  const std::string& answer() const { return answer_; }
  bool left_something() const { return left_something_; }

 private:
  bool operate(const Clause& clause, const Operation& operation);
  void act(const Clause& clause);
  void tell(const Clause& clause);

  // What a clause is about, and calls (walk_calls.cpp). They may set pending calls: look at waiting().
  Things named(const Clause& clause) const;
  Things subjects(const Clause& clause, bool any);
  Things subjects_of(const Known& tool, const Clause& clause);
  void look(const Clause& clause);
  void read(const Clause& clause, Things& things);
  Things targets_for(const Known& tool, const Clause& clause, const Things& subjects) const;
  Things call(const Known& tool, const Clause& clause, const Things& targets, bool sure);
  void doubt(const Known& tool, const Clause& clause, const Things& targets);
  bool could_be(const Known& tool, const Clause& clause, const Things& targets) const;
  static bool goes_to(const Clause& clause, const Thing& thing);
  void heard(const Clause& clause, const Known& tool, std::string_view target);
  const Known* call_best(const Wish& wish, const Clause& clause, const Things& subjects, Things& results);
  bool waiting() const { return !pending_.empty(); }

  // What it says (walk_reports.cpp).
  void report(std::string_view text);
  void decline(const Clause& clause, std::string_view why);
  void report_results(const Clause& clause, const Known& tool, const Things& results);
  void report_failures(const Known& tool, const Things& results);
  std::string texts(const Clause& clause) const;
  bool consumed() const;

  const History& history_;
  Toolbox& tools_;
  const std::vector<Clause>& clauses_;
  std::size_t clause_ = 0;  // the one being visited
  std::size_t calls_ = 0;   // that it made
  std::size_t left_out_ = 0;
  bool looked_ = false;  // a list was asked for, and came
  std::vector<ToolCall> pending_;
  std::string missing_;  // arguments that a call needs and the task does not give
  std::string doubt_;    // why rules do not carry out what would change something

  // What earlier clauses found.
  Things found_;
  bool sure_of_found_ = false;  // is it what the clause asked for, and no more?
  bool sure_of_it_ = false;     // the same of the one thing
  std::string about_;           // the words of the clause
  std::string it_;              // the path or URL that "it" means
  std::string earlier_;         // the text that "it" means

  std::string answer_;
  bool left_something_ = false;
};

}  // namespace troupe::offline

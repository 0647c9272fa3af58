#include "llm/offline/walk.hpp"

#include "base/text.hpp"
#include "llm/offline/arguments.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::string_view kTelling = "tell report giv answ extract read";

bool is_idle(const Clause& clause) {
  for (const Token& token : clause.tokens) {
    const bool mark = token.kind == Token::Kind::kComma || token.kind == Token::Kind::kColon;
    if (!mark && !is_stop_word(token.word) && !token.is("thanks thank ok okay hello hi hey")) return false;
  }
  return true;
}

}  // namespace

void Walk::go() {
  for (clause_ = 0; clause_ < clauses_.size() && !waiting(); ++clause_) {
    const Clause& clause = clauses_[clause_];
    calls_ = 0;
    left_out_ = 0;
    looked_ = false;
    missing_.clear();
    doubt_.clear();
    if (clause.forbids || is_idle(clause)) continue;
    const Operation operation = operation_of(clause);
    const bool computes = operation && !has_effect(clause.verb);
    if (!computes || !operate(clause, operation)) act(clause);
    if (left_out_ > 0) report(joined({"(", counted(left_out_, "more item"), " left out: 20 at a time.)"}));
  }
}

/// False if there is nothing to compute with: perhaps a tool can do it.
bool Walk::operate(const Clause& clause, const Operation& operation) {
  Things things = subjects(clause, true);
  if (waiting()) return true;
  const bool counts = operation.counts_things();
  if (!counts) read(clause, things);
  if (waiting()) return true;
  if (things.empty() && !(looked_ && counts)) {
    if (calls_ > 0) decline(clause, "nothing was found to work on.");
    return calls_ > 0;
  }
  earlier_ = computed(operation, clause, operation.unit == "item" && named(clause).empty() ? found_ : things);
  const bool picks = operation.kind == Operation::Kind::kLargest || operation.kind == Operation::Kind::kSmallest;
  it_ = things.size() == 1 ? things.front().name : std::string();
  // "Delete them" may now mean the one that was picked, or all.
  sure_of_it_ = sure_of_found_ || !named(clause).empty();
  sure_of_found_ = sure_of_it_ && !picks;
  if (!counts) found_ = std::move(things);
  report(earlier_);
  return true;
}

void Walk::act(const Clause& clause) {
  Wish wish = wish_of(clause);
  // "read each of them" is about files although it does not say so.
  const bool refers = clause.refers_to_many() || clause.refers_to_one();
  if (refers && !found_.empty() && has_extension(found_.front().name)) add_words(wish.implied, "file text");
  const Known* best = tools_.fitting(wish).front();
  if (best == nullptr) return tell(clause);
  const Known& first = *best;
  const bool made_for_it = among(first.name, clause.verb) || among(first.about, clause.verb);
  if (takes_thought(clause.verb) && !made_for_it) return tell(clause);
  const Things things = subjects_of(first, clause);
  if (waiting()) return;
  Things results;
  const Known* tool = call_best(wish, clause, things, results);
  if (waiting()) return;
  if (tool != nullptr) return report_results(clause, *tool, results);
  // What the clause lacks for a tool, an earlier result may have.
  if (!first.acts && !found_.empty() && among(kTelling, clause.verb)) return tell(clause);
  if (!doubt_.empty()) return decline(clause, doubt_);
  if (!first.listed.empty() && clause.goes_over() && things.empty()) {
    return decline(clause,
                   joined({"`", first.spec->name, "` fits, but nothing was listed before that it could go over. ",
                           "Say what to list first, or name each."}));
  }
  decline(clause, joined({"`", first.spec->name, "` fits, but it needs ", missing_,
                          ", and the task does not say it. Texts go in quotes."}));
}

/// Answers from what is there already, or says that it cannot.
void Walk::tell(const Clause& clause) {
  const bool asks = clause.question || among(kTelling, clause.verb);
  if (asks && clause.targets.empty() && !takes_thought(clause.verb)) {
    if (const std::string found = texts(clause); !found.empty()) return report(found);
  }
  decline(clause, takes_thought(clause.verb) ? "that takes a language model, or a tool made for it."
                                             : "no tool here fits, and rules alone cannot do it.");
}

}  // namespace troupe::offline

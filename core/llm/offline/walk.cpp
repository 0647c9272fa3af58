#include "llm/offline/walk.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::string_view kTelling = "tell report giv answer extract read";

bool made_for(const Known& tool, std::string_view verb) {
  const auto same = [&](const std::string& word) { return word == verb; };
  return std::ranges::any_of(tool.name, same) || std::ranges::any_of(tool.lead, same);
}

bool is_idle(const Clause& clause) {
  return std::ranges::all_of(clause.tokens, [](const Token& token) {
    return token.kind == Token::Kind::kComma || token.kind == Token::Kind::kColon ||
           (token.kind == Token::Kind::kWord &&
            (is_stop_word(token.lowered) || token.is("thanks thank ok okay hello hi hey")));
  });
}

/// "Show the files in docs" and "What is in docs?" ask for a list.
bool asks_for_list(const Clause& clause) {
  if (!clause.targets().empty() && has_extension(clause.targets().front())) return false;
  const bool shows = clause.says("show print display view see tell give") ||
                     (clause.question && clause.says("what what's what’s which"));
  if (clause.question && clause.names_a_kind() && clause.says("there here exist available")) return true;
  if (!shows || clause.location().empty() || clause.refers_to_many()) return false;
  return clause.names_a_kind() || clause.says("content contents inside") || clause.question;
}

}  // namespace

Walk::Walk(const History& history, const Toolbox& tools, const std::vector<Clause>& clauses)
    : history_(history), tools_(tools), clauses_(clauses) {}

void Walk::go() {
  for (clause_ = 0; clause_ < clauses_.size() && !waiting(); ++clause_) {
    const Clause& clause = clauses_[clause_];
    calls_ = 0;
    left_out_ = 0;
    looked_ = false;
    if (clause.forbids || (is_idle(clause) && clause.targets().empty())) continue;
    visit(clause);
  }
}

void Walk::visit(const Clause& clause) {
  const std::vector<const Known*> fitting = tools_.fitting(wish_of(clause));
  const Operation operation = operation_of(clause);
  // A tool that is named for the operation knows better.
  const bool special = !fitting.empty() && std::ranges::any_of(fitting.front()->name, [&](const std::string& word) {
    return among("count summari longest largest smallest head tail", word) && clause.means(word);
  });
  if (operation && !special && !has_effect(clause.verb)) return operate(clause, operation);
  const std::string named =
      clause.targets().empty() && contents_.size() == 1 ? fields_named(clause, contents_.front().text) : std::string();
  if (!named.empty() && (clause.question || among(kTelling, clause.verb))) return report(named);
  act(clause);
}

void Walk::operate(const Clause& clause, const Operation& operation) {
  std::string outcome;
  const bool own = !clause.location().empty() || (items_.empty() && contents_.empty());
  if (operation.needs_texts() || (contents_.size() > 1 && !items_are_news_ && !own)) {
    const std::vector<Content> contents = texts(clause);
    if (waiting()) return;
    Operation adapted = operation;
    if (!operation.needs_texts() && operation.kind == Operation::Kind::kCount) {
      outcome = plural(contents.size(), operation.unit);
    } else if (operation.kind == Operation::Kind::kSizes) {
      adapted.kind = Operation::Kind::kCount;
      adapted.unit = "byte";
    }
    if (outcome.empty()) outcome = computed(adapted, clause, contents);
  } else {
    const bool sizes = operation.kind != Operation::Kind::kCount;
    std::vector<Item> items = items_;
    const bool sized = std::ranges::any_of(items, [](const Item& item) { return item.bytes >= 0; });
    if (own || (sizes && !sized && !items.empty())) items = lookup(clause, sizes);
    if (waiting()) return;
    if (operation.unit == "file" || operation.unit == "folder" || !clause.pattern().empty())
      items = meant_by(clause, items);
    for (Item& item : items) item.name = label(item.name);
    if (looked_ || !items.empty()) outcome = computed(operation, items);
  }
  if (outcome.empty() && did_something_) return decline(clause, "nothing was found to work on.");
  if (outcome.empty()) return act(clause);
  if (left_out_ > 0) outcome += joined({"\n(", plural(left_out_, "more item"), " left out)"});
  text_ = outcome;
  report(outcome);
}

void Walk::act(const Clause& clause) {
  Wish wish = wish_of(clause);
  if (asks_for_list(clause)) {
    std::erase(wish.said, "read");
    if (wish.verb == "read") wish.verb = "list";
    for (const char* word : {"list", "directory"}) {
      if (std::ranges::find(wish.said, word) == wish.said.end()) wish.said.emplace_back(word);
    }
  }
  std::vector<std::string> targets = subjects(clause, false);
  for (const std::string& target : targets) {
    // "read each of them" is about files although it does not say so.
    if (has_extension(target)) wish.implied.insert(wish.implied.end(), {"fil", "text"});
    if (!has_extension(target) || wish.implied.size() > 8) break;
  }
  const std::vector<const Known*> fitting = tools_.fitting(wish);
  if (fitting.empty()) return tell(clause);
  const Known& first = *fitting.front();
  if (takes_thought(clause.verb) && !made_for(first, clause.verb)) return tell(clause);
  if (!target_property(first).empty() && !takes_folder(first) && !takes_two_paths(first) && targets.empty()) {
    // Whatever has an effect goes over what a list holds only if the task says "all" or "each".
    if (first.effects.empty() || clause.says_all()) targets = subjects(clause, true);
    if (waiting()) return;
  }
  std::vector<std::string> missing_first;
  for (const Known* tool : fitting) {
    std::vector<std::string> missing;
    std::vector<ToolCall> calls = planned(*tool, clause, targets, missing);
    if (missing_first.empty()) missing_first = missing;
    if (!missing.empty() || calls.empty()) continue;
    const std::vector<Done> results = perform(std::move(calls));
    if (waiting()) return;
    return report_results(clause, *tool, results);
  }
  // What the clause lacks for a tool, an earlier result may have.
  if (first.effects.empty() && (!text_.empty() || !contents_.empty()) && among(kTelling, clause.verb))
    return tell(clause);
  std::string list;
  for (const std::string& name : missing_first) list += joined({list.empty() ? "" : " and ", name});
  decline(clause, joined({"`", first.spec->name, "` fits, but it needs ", list.empty() ? "something to act on" : list,
                          ", and the task does not say it. Texts go in quotes."}));
}

/// Answers from what is there already, or says that it cannot.
void Walk::tell(const Clause& clause) {
  const bool asks = clause.question || among(kTelling, clause.verb);
  if (asks && !contents_.empty() && clause.targets().empty() && !takes_thought(clause.verb)) {
    std::string out;
    const std::vector<std::string> words = canonical_words(clause.text, 40);
    for (const Content& content : contents_) {
      const std::string named = fields_named(clause, content.text);
      const std::string found =
          named.empty() ? condensed(readable(content.text), words, 1600 / contents_.size() + 200) : named;
      append_block(out, contents_.size() > 1 ? content.label : std::string_view(), found);
    }
    return report(out);
  }
  if (const std::string sum = arithmetic(clause.text); !sum.empty()) return report(sum);
  decline(clause, takes_thought(clause.verb) ? "that takes a language model, or a tool made for it."
                                             : "no tool here fits, and rules alone cannot do it.");
}

}  // namespace troupe::offline

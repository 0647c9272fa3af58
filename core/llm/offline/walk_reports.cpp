// What the walk says of each clause.
#include "base/text.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/walk.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::size_t kMostBytes = 4000;  // of results in one clause's report

}  // namespace

void Walk::report(std::string_view text) {
  if (!answer_.empty() && !text.empty()) answer_ += "\n\n";
  answer_ += text;
}

void Walk::decline(const Clause& clause, std::string_view why) {
  left_something_ = true;
  sure_of_found_ = sure_of_it_ = false;  // "them" may be what was not done
  report(joined({"Not done: “", utf8_prefix(clause.text, 200), clause.text.size() > 200 ? " …" : "", "”: ", why}));
}

void Walk::report_failures(const Known& tool, const Things& results) {
  for (const Thing& result : results) {
    if (!result.read)
      report(joined({"`", tool.spec->name, "` failed", result.name.empty() ? "" : " for ", result.name, ": ",
                     utf8_prefix(trim(result.text), 400)}));
  }
}

/// The texts found, or the fields of them that the clause names.
std::string Walk::texts(const Clause& clause) const {
  const std::string words = canonical_words(clause.text, 40);
  std::string out;
  for (const Thing& thing : found_) {
    if (!thing.read) continue;
    std::string text = fields_named(clause, thing.text);
    if (text.empty()) text = condensed(thing.text, words, kMostBytes / found_.size() + 100);
    if (!out.empty()) out += "\n\n";
    if (found_.size() > 1) out += joined({"**", thing.name, "**\n"});
    out += text.empty() ? "(empty)" : text;
  }
  return out;
}

/// Does the next clause work on what this one found? Then it need not be shown whole.
bool Walk::consumed() const {
  if (clause_ + 1 >= clauses_.size() || clauses_[clause_].says("show print display tell what")) return false;
  const Clause& next = clauses_[clause_ + 1];
  if (next.forbids || takes_thought(next.verb) || !next.targets.empty()) return false;
  return operation_of(next) || next.refers_to_many() || next.refers_to_one() || next.question ||
         among("tell giv report extract", next.verb);
}

void Walk::report_results(const Clause& clause, const Known& tool, const Things& results) {
  const std::string words = canonical_words(clause.text, 40);
  if (!tool.acts) {
    found_.clear();
    heard(clause, tool, results.empty() ? std::string_view() : results.front().name);
    if (!named(clause).empty()) sure_of_found_ = true;
  }
  std::string out;
  for (const Thing& result : results) {
    if (!result.read) continue;
    earlier_ = result.text;
    it_ = results.size() == 1 || tool.targets == 2 ? result.name : std::string();
    // A list is a list, whatever the tool is called.
    const bool list = tool.lists || (!tool.acts && result.name.empty() && trim(result.text).starts_with('['));
    if (list) add_things(found_, result.text, result.name);
    else if (!tool.acts) found_.push_back(result);
    if (list || tool.acts) {
      if (!out.empty()) out += '\n';
      out += condensed(result.text, words, kMostBytes / results.size());
    }
    // What was known of it is no longer so.
    for (Thing& thing : found_) thing.read = thing.read && !(tool.acts && thing.name == it_);
  }
  if (!tool.acts && !found_.empty()) it_ = found_.size() == 1 ? found_.front().name : std::string();
  sure_of_it_ = tool.acts ? !named(clause).empty() : sure_of_found_;
  const bool named = !found_.empty() && !found_.front().name.empty();
  if (!tool.acts && named && consumed())
    out = joined({tool.lists ? "Found " : "Read ", counted(found_.size(), "item"), "."});
  else if (!tool.acts && out.empty()) out = texts(clause);
  if (results.size() > 1) earlier_ = out;
  report(out);
  report_failures(tool, results);
}

}  // namespace troupe::offline

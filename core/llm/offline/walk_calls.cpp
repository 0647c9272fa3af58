// What a clause is about, and the calls that it takes.
#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/arguments.hpp"
#include "llm/offline/walk.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {

/// The files and pages that the clause names; folders only if it asks for nothing in them.
Things Walk::named(const Clause& clause) const {
  const std::vector<std::string_view>& folders = clause.folders;
  const bool leaves = among("move cop", clause.verb) && clause.says("to into");  // the folder is where it goes
  Things things;
  for (const std::string_view target : clause.targets) {
    const bool file = has_extension(target) || is_bare_name(target);
    if (!file && !is_url(target) && (clause.names_a_kind() || clause.targets.size() > 1)) continue;
    // "e.txt in out"
    const bool bare = file && !contains(target, "/") && folders.size() == 1 && !leaves;
    add_thing(things, join_path(bare ? folders.front() : "", target));
  }
  return things;
}

/// What the clause names, or what "it" and "them" stand for. With `any` also what it describes ("all files in docs"),
/// which is listed first, and else whatever was found before.
Things Walk::subjects(const Clause& clause, bool any) {
  Things things = named(clause);
  const bool many = clause.refers_to_many();
  if (things.empty() && !many && clause.refers_to_one() && !it_.empty()) add_thing(things, it_);
  if (!things.empty()) {
    learn(things, found_);
    return things;
  }
  const bool elsewhere = !clause.folders.empty();
  const bool described = clause.names_a_kind() || !clause.pattern.empty();
  if (any && (elsewhere || (described && found_.empty()))) look(clause);
  if (!any && (!many || elsewhere)) return things;
  for (const Thing& thing : found_) {
    if (means_thing(clause, thing)) things.push_back(thing);
  }
  return things;
}

/// Whatever has no targets takes those of a list only if the clause says so.
Things Walk::subjects_of(const Known& tool, const Clause& clause) {
  if (tool.targets == 0 && (tool.listed.empty() || !clause.goes_over())) return {};
  // Whatever has an effect goes over what a list holds only if the task says "all" or "each".
  const bool any = tool.targets < 2 && !tool.lists && (!tool.acts || clause.says("all each every both"));
  return subjects(clause, any);
}

/// Asks for a list of the folder that the clause speaks of, and finds what the list holds.
void Walk::look(const Clause& clause) {
  Wish wish;
  wish.lists = true;
  wish.question = true;
  wish.said = clause.pattern.empty() ? "list directory" : "search file list";
  Things lists;
  const Known* tool = call_best(wish, clause, {}, lists);
  if (tool == nullptr) return;
  found_.clear();
  heard(clause, *tool, lists.empty() ? std::string_view() : lists.front().name);
  about_ = tool->name;  // what the clause says of the things explains nothing: "every old file"
  for (const Thing& list : lists) {
    looked_ = looked_ || list.read;
    if (list.read) add_things(found_, list.text, list.name);
  }
  report_failures(*tool, lists);
}

/// Has the texts of the things read that are not known yet; those that cannot be read are taken out.
void Walk::read(const Clause& clause, Things& things) {
  Things unread;
  for (const Thing& thing : things) {
    if (!thing.read && !thing.name.empty()) add_thing(unread, thing.name);
  }
  if (!unread.empty()) {
    const bool page = is_url(unread.front().name);
    Wish wish;
    wish.reads = true;
    wish.question = true;
    wish.verb = page ? "get" : "read";
    wish.said = page ? "get pag" : "read file";
    wish.implied = page ? "url web" : "text document";
    Things texts;
    const Known* tool = call_best(wish, clause, unread, texts);
    if (tool != nullptr) report_failures(*tool, texts);
    learn(things, texts);
  }
  std::erase_if(things, [](const Thing& thing) { return !thing.read; });
}

/// What the tool is to be called with: folders if it lists, else the subjects; for a tool that moves, its two paths one
/// after the other.
Things Walk::targets_for(const Known& tool, const Clause& clause, const Things& subjects) const {
  const std::vector<std::string_view>& folders = clause.folders;
  Things targets;
  if (tool.targets == 2 && !folders.empty()) {
    // Into a folder each keeps its name.
    for (const Thing& subject : subjects) {
      if (without_slash(subject.name) == folders.back()) continue;
      add_thing(targets, subject.name);
      add_thing(targets, join_path(folders.back(), base_name(subject.name)));
    }
    return targets;
  }
  if (!tool.lists && !among(tool.name, "directory")) return subjects;
  // "List users" names no folder where the tool takes none.
  for (const std::string_view folder : folders) {
    if (tool.targets > 0) add_thing(targets, folder);
  }
  if (!targets.empty() || subjects.empty()) return targets;
  if (!has_extension(subjects.front().name)) return subjects;
  // A file is looked for in its folder.
  const std::string_view parent = parent_of(subjects.front().name);
  if (!parent.empty()) add_thing(targets, parent);
  return targets;
}

/// Calls the best tool whose arguments are there, and returns it. Null if there is none, or if it is waiting.
const Known* Walk::call_best(const Wish& wish, const Clause& clause, const Things& subjects, Things& results) {
  const Toolbox::Fitting fitting = tools_.fitting(wish);
  for (std::size_t i = 0; i < fitting.size() && fitting[i] != nullptr && !waiting() && doubt_.empty(); ++i) {
    const Known& tool = *fitting[i];
    const bool sure = has_to_be_sure(tool, wish);
    const Things targets = targets_for(tool, clause, subjects);
    if (sure) doubt(tool, clause, targets);
    for (std::size_t k = i + 1; sure && k < fitting.size() && fitting[k] != nullptr && doubt_.empty(); ++k) {
      if (fitting[k]->rank == tool.rank && could_be(*fitting[k], clause, targets))
        doubt_ = joined({"`", tool.spec->name, "` fits, and `", fitting[k]->spec->name,
                         "` fits as well. Call the one that you mean by its name."});
    }
    if (!doubt_.empty()) break;
    results = call(tool, clause, targets, sure);
    if (!results.empty() && !waiting()) return &tool;
  }
  return nullptr;
}

/// Has the clause all that a call of the tool needs?
bool Walk::could_be(const Known& tool, const Clause& clause, const Things& targets) const {
  const auto first = static_cast<std::size_t>(std::max(tool.targets, tool.listed.empty() ? 0 : 1));
  const std::span<const Thing> given = std::span(targets).first(std::min(first, targets.size()));
  const Arguments arguments = arguments_for(tool, clause, given, earlier_, true, about_);
  return arguments.missing.empty() && arguments.unread.empty();
}

/// What may do harm is done as it is said or not at all: sets why rules cannot be sure of it.
void Walk::doubt(const Known& tool, const Clause& clause, const Things& targets) {
  constexpr std::string_view kReserves =
      "except excluding but or instead rather other others apart besides only not either first last one some any half "
      "most everything everyone everybody anything";
  if (clause.hinges) {
    doubt_ = "it depends on a condition, which rules cannot judge.";
    return;
  }
  for (const Token& token : clause.tokens) {
    if (token.is(kReserves) && !(token.is("one") && clause.says("each every"))) {
      doubt_ = joined({"rules cannot judge “", token.text, "” where something is changed. Name what is meant."});
      return;
    }
  }
  const bool refers = named(clause).empty() && !targets.empty() && clause.folders.empty() && clause.pattern.empty();
  const bool one = clause.refers_to_one() && !clause.refers_to_many();
  if (refers && !(one ? sure_of_it_ : sure_of_found_)) {
    doubt_ = "rules cannot tell whether what was found before is all that is meant here. Name it.";
    return;
  }
  // From where to where: "to b.md from a.md" says it the other way round.
  const bool turned = tool.targets == 2 && !targets.empty() && clause.tokens.size() > 1 && goes_to(clause, targets[0]);
  if (tool.targets == 2 && clause.folders.empty() && (targets.size() > 2 || turned))
    doubt_ = joined({"`", tool.spec->name, "` takes one thing and where it goes. Say each in a sentence of its own."});
}

/// Does the clause say "to" before the thing?
bool Walk::goes_to(const Clause& clause, const Thing& thing) {
  for (std::size_t i = 1; i < clause.tokens.size(); ++i) {
    if (clause.tokens[i].text == thing.name) return clause.tokens[i - 1].is("to into as");
  }
  return false;
}

/// What was found is from now on what this clause asked the tool for: are rules sure that it is that and no more?
void Walk::heard(const Clause& clause, const Known& tool, std::string_view target) {
  about_ = joined({tool.name, " ", canonical_words(clause.text, 40)});
  Thing thing;
  thing.name = target;
  const Arguments arguments =
      arguments_for(tool, clause, std::span(&thing, target.empty() ? 0 : 1), earlier_, true, {});
  sure_of_found_ = arguments.unread.empty();
}

/// Calls the tool, once for each target if it takes one, for each two if it takes two. What each returned, under the
/// name of its target; a failure is not `read`. Empty if an argument is missing, or if calls have to be made first.
Things Walk::call(const Known& tool, const Clause& clause, const Things& targets, bool sure) {
  const std::size_t all = std::max<std::size_t>(targets.size(), 1);
  const bool listed = !tool.listed.empty() && clause.goes_over();
  const std::size_t step = listed ? 1 : tool.targets == 0 ? all : static_cast<std::size_t>(tool.targets);
  Things results;
  std::vector<ToolCall> calls;  // all of them or none
  for (std::size_t at = 0; at < all; at += step) {
    if (at == kMostAtOnce * step) {
      left_out_ = (targets.size() - at) / step;
      break;
    }
    std::span<const Thing> given = std::span(targets).subspan(std::min(at, targets.size()));
    given = given.first(std::min(step, given.size()));
    ToolCall call;
    const auto [arguments, missing, unread] = arguments_for(tool, clause, given, earlier_, sure, about_);
    if (!missing.empty()) {
      if (missing_.empty()) missing_ = missing;
      return {};
    }
    if (sure && !unread.empty()) {
      doubt_ = joined({"rules do not know what “", unread, "” means for `", tool.spec->name,
                       "`, and do nothing in part that changes something. Say one thing in a sentence."});
      return {};
    }
    call.arguments = dump_json(arguments);
    call.name = tool.spec->name;
    call.id = joined({history_.prefix(), "c", decimal(static_cast<std::int64_t>(clause_ + 1)), ".",
                      decimal(static_cast<std::int64_t>(++calls_))});
    if (const Message* outcome = history_.outcome(call)) {
      add_thing(results, given.empty() ? text_field(arguments, "path") : given.back().name);
      results.back().text = outcome->text;
      results.back().read = !outcome->failed;
    } else {
      calls.push_back(std::move(call));
    }
  }
  pending_ = std::move(calls);
  return results;
}

}  // namespace troupe::offline

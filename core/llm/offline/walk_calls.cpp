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
  Things things;
  for (const std::string_view target : clause.targets) {
    const bool file = has_extension(target);
    if (!file && !is_url(target) && (clause.names_a_kind() || clause.targets.size() > 1)) continue;
    // "e.txt in out"
    const bool bare = file && !contains(target, "/") && folders.size() == 1;
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
  for (const std::string_view folder : folders) add_thing(targets, folder);
  if (!targets.empty() || subjects.empty()) return targets;
  if (!has_extension(subjects.front().name)) return subjects;
  // A file is looked for in its folder.
  const std::string_view parent = parent_of(subjects.front().name);
  if (!parent.empty()) add_thing(targets, parent);
  return targets;
}

/// Calls the best tool whose arguments are there, and returns it. Null if there is none, or if it is waiting.
const Known* Walk::call_best(const Wish& wish, const Clause& clause, const Things& subjects, Things& results) {
  for (const Known* tool : tools_.fitting(wish)) {
    if (tool == nullptr || waiting()) break;
    results = call(*tool, clause, targets_for(*tool, clause, subjects));
    if (!results.empty() && !waiting()) return tool;
  }
  return nullptr;
}

/// Calls the tool, once for each target if it takes one, for each two if it takes two. What each returned, under the
/// name of its target; a failure is not `read`. Empty if an argument is missing, or if calls have to be made first.
Things Walk::call(const Known& tool, const Clause& clause, const Things& targets) {
  const std::size_t all = std::max<std::size_t>(targets.size(), 1);
  const std::size_t step = tool.targets == 0 ? all : static_cast<std::size_t>(tool.targets);
  Things results;
  for (std::size_t at = 0; at < all; at += step) {
    if (at == kMostAtOnce * step) {
      left_out_ = (targets.size() - at) / step;
      break;
    }
    std::span<const Thing> given = std::span(targets).subspan(std::min(at, targets.size()));
    given = given.first(std::min(step, given.size()));
    ToolCall call;
    std::string missing;
    const Json arguments = arguments_for(tool, clause, given, earlier_, missing);
    if (!missing.empty()) {
      if (missing_.empty()) missing_ = missing;
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
      pending_.push_back(std::move(call));
    }
  }
  return results;
}

}  // namespace troupe::offline

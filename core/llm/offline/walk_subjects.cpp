// What a clause is about: the paths it names, the things an earlier clause found, or a list yet to be asked for.
#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/walk.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {

/// With `look`, files that the clause only describes ("all files in docs") are listed first.
std::vector<std::string> Walk::subjects(const Clause& clause, bool look) {
  std::vector<std::string> targets = clause.targets();
  const bool folder_only = targets.size() == 1 && !has_extension(targets.front()) && clause.names_a_kind();
  const bool described = clause.names_a_kind() || !clause.pattern().empty() || !clause.location().empty();
  if (look && (targets.empty() || folder_only) && described) {
    const bool again = !clause.location().empty() || items_.empty();
    const std::vector<Item> items = again ? lookup(clause, false) : items_;
    if (waiting()) return {};
    targets.clear();
    for (const Item& item : meant_by(clause, items)) targets.push_back(item.name);
    return targets;
  }
  if (!targets.empty() && !folder_only) {
    for (std::string& target : targets) {
      // "e.txt in out"
      const bool bare = has_extension(target) && !contains(target, "/") && clause.locations().size() == 1;
      target = rooted(bare ? join_path(clause.location(), target) : target);
    }
    // "move them to archive/": what is moved comes first.
    if (targets.size() > 1 || !(clause.refers_to_many() || clause.refers_to_one())) return targets;
  }
  if (!clause.location().empty() && clause.names_a_kind()) return {};
  std::vector<std::string> earlier;
  const bool many = clause.refers_to_many() && !items_.empty();
  if (many) {
    for (const Item& item : meant_by(clause, items_)) earlier.push_back(item.name);
  } else if (clause.refers_to_one() && !one_.empty()) {
    earlier.push_back(one_);
  }
  if (targets.empty() || folder_only) return earlier;
  return targets;
}

/// The items of a list that answers the clause's "files in docs".
std::vector<Item> Walk::lookup(const Clause& clause, bool sizes) {
  Wish wish = wish_of(clause);
  wish.lists = true;
  wish.question = true;
  const std::string pattern = clause.pattern();
  wish.verb = pattern.empty() ? "list" : "search";
  wish.said = {wish.verb, pattern.empty() ? "directory" : "fil"};
  if (sizes) wish.said.insert(wish.said.end(), {"siz", "directory", "list"});
  std::vector<std::string> where;
  if (!clause.location().empty()) where.push_back(rooted(clause.location()));
  else if (sizes && !folder_.empty()) where.push_back(folder_);
  for (const Known* tool : tools_.fitting(wish)) {
    std::vector<std::string> missing;
    std::vector<ToolCall> calls = planned(*tool, clause, where, missing);
    if (calls.empty() || !missing.empty()) continue;
    const std::vector<Done> results = perform(std::move(calls));
    if (waiting()) return {};
    did_something_ = true;
    const std::string problems = failures(results);
    if (!problems.empty()) report(problems);
    std::vector<Item> items;
    for (const Done& done : results) {
      if (done.failed) continue;
      looked_ = true;
      folder_ = where.empty() ? std::string(text_field(done.call.arguments, "path")) : where.front();
      for (Item& item : items_of(done.text, text_field(done.call.arguments, "path", folder_)))
        items.push_back(std::move(item));
    }
    items_ = items;
    items_are_news_ = true;
    return items;
  }
  return {};
}

/// The texts that an operation such as counting lines works on.
std::vector<Content> Walk::texts(const Clause& clause) {
  std::vector<std::string> targets = clause.targets();
  std::erase_if(targets, [](const std::string& target) { return !has_extension(target) && !contains(target, "://"); });
  if (!targets.empty()) {
    const std::string folder = clause.location();
    for (std::string& target : targets) {
      if (!folder.empty() && !contains(target, "/")) target = join_path(folder, target);
    }
    return read(clause, targets);
  }
  const bool described = !clause.location().empty() || (clause.names_a_kind() && items_.empty() && contents_.empty());
  if (described) {
    const std::vector<std::string> found = subjects(clause, true);
    if (waiting()) return {};
    return read(clause, found);
  }
  if (!contents_.empty() && !items_are_news_) {
    if (clause.refers_to_one() && !clause.refers_to_many() && contents_.size() > 1 && !clause.says("each all"))
      return {contents_.back()};
    return contents_;
  }
  std::vector<std::string> found;
  for (const Item& item : meant_by(clause, items_)) found.push_back(item.name);
  if (found.empty() && !one_.empty()) found.push_back(one_);
  return read(clause, found);
}

std::vector<Content> Walk::read(const Clause& clause, std::vector<std::string> targets) {
  if (targets.empty()) return {};
  const bool page = contains(targets.front(), "://");
  Wish wish;
  wish.verb = page ? "get" : "read";
  wish.said = {wish.verb, page ? "pag" : "fil"};
  wish.implied = page ? std::vector<std::string>{"url", "web"} : std::vector<std::string>{"text"};
  wish.question = true;
  for (const Known* tool : tools_.fitting(wish)) {
    if (target_property(*tool).empty() || takes_folder(*tool)) continue;
    std::vector<std::string> missing;
    std::vector<ToolCall> calls = planned(*tool, clause, targets, missing);
    if (calls.empty() || !missing.empty()) continue;
    const std::vector<Done> results = perform(std::move(calls));
    if (waiting()) return {};
    did_something_ = true;
    const std::string problems = failures(results);
    if (!problems.empty()) report(problems);
    contents_.clear();
    for (const Done& done : results) {
      if (!done.failed) contents_.push_back({label(done), std::string(done.text)});
    }
    if (targets.size() == 1) one_ = targets.front();
    items_are_news_ = false;
    return contents_;
  }
  return {};
}

}  // namespace troupe::offline

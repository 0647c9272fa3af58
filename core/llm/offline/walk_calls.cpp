// Calls: planned, looked up in the conversation, and repaired once where the failure says how.
#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/walk.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

bool is_relative(std::string_view path) {
  return !path.empty() && !path.starts_with('/') && !path.starts_with('~') && !contains(path, "://") &&
         !contains(path, ":\\");
}

/// "... outside allowed directories: /cwd/docs not in /data/files, /tmp" gives /data/files.
std::string root_named_by(std::string_view failure) {
  const std::size_t at = failure.rfind(" not in ");
  if (at == std::string_view::npos || !contains(lower(utf8_prefix(failure, 200)), "allowed")) return {};
  const std::string_view rest = failure.substr(at + 8);
  const std::string_view root = trim(rest.substr(0, rest.find_first_of(",\n")));
  return root.starts_with('/') ? std::string(root) : std::string();
}

std::string first_absolute_line(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).starts_with('/')) return std::string(trim(line));
  }
  return {};
}

}  // namespace

std::string Walk::rooted(const std::string& path) const {
  if (root_.empty() || !is_relative(path)) return path;
  return path == "." ? root_ : join_path(root_, path);
}

/// One call for each target where the tool takes one; the names of what was not found otherwise.
std::vector<ToolCall> Walk::planned(const Known& tool, const Clause& clause, std::vector<std::string> targets,
                                    std::vector<std::string>& missing) {
  Sources sources;
  sources.folder = rooted(clause.location());
  sources.earlier = text_;
  if (takes_folder(tool) && sources.folder.empty() && targets.size() == 1 && !has_extension(targets.front())) {
    sources.folder = targets.front();
  }
  std::vector<std::vector<std::string>> groups;
  if (takes_two_paths(tool)) {
    const std::string goal = sources.folder;
    std::vector<std::string> moved = clause.targets();
    std::erase_if(moved, [&](const std::string& path) { return join_path(rooted(path), "") == join_path(goal, ""); });
    for (std::string& path : moved) path = rooted(path);
    if (moved.size() == 2 && goal.empty()) groups.push_back(moved);
    if (moved.empty() && clause.refers_to_many()) {
      for (const Item& item : meant_by(clause, items_)) moved.push_back(item.name);
    } else if (moved.empty() && clause.refers_to_one() && !one_.empty()) {
      moved.push_back(one_);
    } else if (moved.size() == 1 && goal.empty() && !one_.empty() &&
               (clause.refers_to_one() || clause.refers_to_many())) {
      groups.push_back({one_, moved.front()});
    }
    // Into a folder each keeps its name.
    if (!goal.empty())
      for (const std::string& path : moved) groups.push_back({path, join_path(goal, base_name(path))});
    sources.folder.clear();
  } else if (!target_property(tool).empty() && !takes_folder(tool)) {
    for (const std::string& target : targets) groups.push_back({target});
  }
  std::vector<std::string> folders = clause.locations();
  if (takes_folder(tool) && folders.size() > 1) {
    for (std::string& folder : folders) groups.push_back({rooted(folder)});
  }
  if (groups.size() > kMostAtOnce) {
    left_out_ = groups.size() - kMostAtOnce;
    groups.resize(kMostAtOnce);
  }
  if (groups.empty()) groups.push_back(takes_two_paths(tool) ? std::vector<std::string>() : std::move(targets));
  std::vector<ToolCall> calls;
  for (std::vector<std::string>& group : groups) {
    if (takes_folder(tool) && folders.size() > 1) sources.folder = group.front();
    sources.targets = std::move(group);
    Filled filled = fill(tool, clause, sources);
    if (!filled.missing.empty()) {
      missing = std::move(filled.missing);
      return {};
    }
    if (text_field(filled.arguments, "path") == "." && !root_.empty()) filled.arguments["path"] = root_;
    calls.push_back({{}, tool.spec->name, std::move(filled.arguments), {}});
  }
  return calls;
}

std::vector<Done> Walk::perform(std::vector<ToolCall> calls) {
  std::vector<Done> results;
  for (ToolCall& call : calls) {
    call.id = joined({history_.prefix(), "c", digits(clause_ + 1), ".", digits(++calls_)});
    if (const Done* done = perform_one(call)) results.push_back(*done);
  }
  // Repairs wait until all calls of the turn have answered.
  if (!waiting())
    for (Done& done : results) done = repaired(done);
  return results;
}

/// The outcome, or null, and the call is to be made.
const Done* Walk::perform_one(const ToolCall& call) {
  const Done* done = history_.outcome(call);
  if (done == nullptr) pending_.push_back(call);
  return done;
}

Done Walk::repaired(const Done& done) {
  if (!done.failed) return done;
  ToolCall again = done.call;
  again.id += 'r';
  const bool has_path = again.arguments.is_object();
  std::string root = root_named_by(done.text);
  const std::string failure = lower(utf8_prefix(done.text, 400));
  if (root.empty() && (contains(failure, "absolute") || contains(failure, "allowed director"))) {
    if (const Known* lists = tools_.named("list allow directory")) {
      const Done* told = perform_one({done.call.id + 'a', lists->spec->name, Json::object(), {}});
      if (told == nullptr) return done;
      root = first_absolute_line(told->text);
    }
  }
  if (!root.empty() && has_path) {
    bool moved = false;
    for (auto& [name, value] : again.arguments.get_ref<Json::object_t&>()) {
      const bool path = value.is_string() && among("path source destination file filename directory", name);
      if (!path || !is_relative(value.get_ref<const std::string&>())) continue;
      const std::string relative = value.get<std::string>();
      value = relative == "." ? root : join_path(root, relative);
      moved = true;
    }
    if (!moved) return done;
    root_ = root;
    const Done* second = perform_one(again);
    return second == nullptr ? done : *second;
  }
  // A folder to write into that is not there yet.
  const bool absent = contains(failure, "enoent") || contains(failure, "parent directory does not exist") ||
                      contains(failure, "no such file or directory");
  const std::string path(text_field(again.arguments, "path", text_field(again.arguments, "destination")));
  const Known* maker = tools_.named("creat directory");
  const bool writes = again.arguments.contains("content") || again.arguments.contains("destination");
  if (!absent || !writes || parent_of(path).empty() || maker == nullptr) return done;
  Json where;
  where["path"] = std::string(parent_of(path));
  if (target_property(*maker) != "path") return done;
  if (perform_one({done.call.id + 'd', maker->spec->name, where, {}}) == nullptr) return done;
  const Done* second = perform_one(again);
  return second == nullptr ? done : *second;
}

}  // namespace troupe::offline

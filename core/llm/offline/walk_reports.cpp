// What the walk says of each clause.
#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/walk.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::size_t kMostBytes = 4000;  // of results in one clause's report

/// The folder that all absolute items lie in, so that it need not be said with each.
std::string common_folder(const std::vector<Item>& items) {
  if (items.size() < 2) return {};
  std::string_view common = parent_of(items.front().name);
  for (const Item& item : items) {
    while (!common.empty() && !(item.name.starts_with(common) && item.name.substr(common.size(), 1) == "/")) {
      common = parent_of(common);
    }
  }
  return std::string(common);
}

}  // namespace

void append_block(std::string& out, std::string_view title, std::string_view text) {
  if (!out.empty()) out += "\n\n";
  if (!title.empty()) out += joined({"**", title, "**\n"});
  out += text;
}

void Walk::report(std::string_view text) {
  did_something_ = true;
  append_block(answer_, {}, text);
}

void Walk::decline(const Clause& clause, std::string_view why) {
  left_something_ = true;
  append_block(answer_, {},
               joined({"Not done: “", repaired_utf8(utf8_prefix(clause.text, 200)),
                       clause.text.size() > 200 ? " …" : "", "”: ", why}));
}

/// A path as the task would write it: without the root, or from the folder that was searched.
std::string Walk::label(std::string_view path) const {
  for (const std::string* from : {&shown_from_, &root_}) {
    if (!from->empty() && path.starts_with(*from) && path.substr(from->size(), 1) == "/") {
      return std::string(path.substr(from->size() + 1));
    }
  }
  if (!path.starts_with('/') || folder_.size() < 2 || folder_.starts_with('/')) return std::string(path);
  const std::size_t at = path.rfind(joined({"/", folder_, "/"}));
  return std::string(at == std::string_view::npos ? path : path.substr(at + 1));
}

std::string Walk::label(const Done& done) const {
  if (!done.call.arguments.is_object()) return {};
  for (const char* name : {"path", "url", "uri", "file", "filename", "id", "source"}) {
    const Json& value = field(done.call.arguments, name);
    if (value.is_string()) return label(std::string_view(value.get_ref<const std::string&>()));
  }
  return done.call.arguments.size() == 1 && done.call.arguments.begin()->is_string()
             ? label(std::string_view(done.call.arguments.begin()->get_ref<const std::string&>()))
             : std::string();
}

std::string Walk::failures(const std::vector<Done>& results) {
  std::string out;
  for (const Done& done : results) {
    if (!done.failed) continue;
    const std::string of = label(done);
    out += joined({out.empty() ? "`" : "\n`", done.call.name, "` failed", of.empty() ? "" : " for ", of, ": ",
                   repaired_utf8(utf8_prefix(trim(done.text), 400))});
  }
  return out;
}

/// Does the next clause work on what this one found? Then its text need not be shown whole.
bool Walk::consumed() const {
  if (clauses_[clause_].says("show print display tell what")) return false;
  for (std::size_t next = clause_ + 1; next < clauses_.size(); ++next) {
    const Clause& clause = clauses_[next];
    if (clause.forbids) continue;
    if (takes_thought(clause.verb)) return false;
    const bool refers = clause.refers_to_many() || clause.refers_to_one();
    if (operation_of(clause)) return clause.targets().empty();
    return refers || (clause.targets().empty() && (clause.question || among("tell giv report extract", clause.verb)));
  }
  return false;
}

std::string Walk::listing(const std::vector<Item>& items) const {
  const std::size_t most = consumed() ? 12 : 100;
  std::string out;
  for (std::size_t i = 0; i < items.size() && i < most; ++i) {
    const bool slash = items[i].folder && !items[i].name.ends_with('/');
    out += joined({"\n- ", label(items[i].name), slash ? "/" : ""});
  }
  if (items.size() > most) out += joined({"\n- and ", digits(items.size() - most), " more"});
  return out;
}

/// For the results of a tool that lists.
std::string Walk::list_report(const Clause& clause, const std::vector<Content>& contents, std::vector<Item> items) {
  // Of a list of everything, what was asked for.
  const bool folders = !clause.says("file files allowed") && clause.says("folders directories subfolders");
  if (!clause.pattern().empty() || folders) {
    std::vector<Item> meant = meant_by(clause, items);
    if (!meant.empty()) items = std::move(meant);
  }
  items_ = std::move(items);
  items_are_news_ = true;
  shown_from_ = folder_ == "." ? common_folder(items_) : std::string();
  if (items_.size() == 1) one_ = items_.front().name;
  if (contents.empty()) return {};
  const std::string_view first = trim(contents.front().text);
  const bool tree = first.starts_with('[') && !first.starts_with("[FILE]") && !first.starts_with("[DIR]");
  const bool plain = std::ranges::none_of(items_, [](const Item& item) { return item.bytes >= 0; });
  if (!tree && plain && !items_.empty()) return joined({plural(items_.size(), "entry"), ":", listing(items_)});
  return condensed(readable(first), canonical_words(clause.text, 40), kMostBytes);
}

/// For the results of any other tool.
std::string Walk::text_report(const Clause& clause, const std::vector<Content>& contents, bool reads) {
  const std::vector<std::string> words = canonical_words(clause.text, 40);
  std::string out;
  if (reads && !contents.empty() && !contents.front().label.empty() && consumed()) {
    for (const Content& content : contents) out += joined({out.empty() ? "Read " : ", ", content.label});
    return out + '.';
  }
  for (const Content& content : contents) {
    std::string text = clause.question ? fields_named(clause, content.text) : std::string();
    if (text.empty()) text = condensed(readable(content.text), words, kMostBytes / contents.size() + 100);
    if (text.empty()) text = "(empty)";
    if (contents.size() > 1 && reads) append_block(out, content.label, text);
    else out += joined({out.empty() ? "" : "\n", text});
  }
  return out;
}

void Walk::report_results(const Clause& clause, const Known& tool, const std::vector<Done>& results) {
  std::vector<Content> contents;
  std::vector<Item> items;
  if (tool.lists()) folder_ = rooted(clause.location());
  for (const Done& done : results) {
    if (done.failed) continue;
    contents.push_back({label(done), std::string(done.text)});
    if (!tool.lists()) continue;
    const std::string_view folder = text_field(done.call.arguments, "path");
    if (folder_.empty()) folder_ = folder;
    for (Item& item : items_of(done.text, folder)) items.push_back(std::move(item));
  }
  const bool reads = tool.effects.empty() && !tool.lists();
  std::string out =
      tool.lists() ? list_report(clause, contents, std::move(items)) : text_report(clause, contents, reads);
  if (left_out_ > 0) {
    out += joined({"\n(", plural(left_out_, "more item"), " left out: ", digits(kMostAtOnce), " at a time.)"});
  }
  if (const std::string problems = failures(results); !problems.empty()) {
    out += joined({out.empty() ? "" : "\n", problems});
  }
  if (!contents.empty()) text_ = contents.size() == 1 ? contents.front().text : out;
  if (!tool.lists() && !results.empty()) {
    const Json& last = results.back().call.arguments;
    const std::vector<std::string> targets = clause.targets();
    const std::string_view goal = text_field(last, "destination", text_field(last, "path"));
    if (results.size() == 1 && !goal.empty()) one_ = goal;
    else if (!targets.empty()) one_ = rooted(targets.back());
  }
  if (reads && !contents.empty()) {
    // Records that a result holds can be gone over as well.
    if (contents.size() == 1 && trim(contents.front().text).starts_with('['))
      items_ = items_of(contents.front().text, {});
    contents_ = std::move(contents);
    items_are_news_ = false;
  }
  report(out);
}

}  // namespace troupe::offline

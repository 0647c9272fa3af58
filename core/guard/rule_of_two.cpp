#include "guard/rule_of_two.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace troupe {
namespace {

/// Words of tools that read what anybody may have written.
constexpr std::string_view kUntrusted =
    " web url urls http https fetch browse browser page pages site website websites search news feed feeds rss mail "
    "mails "
    "email emails inbox message messages comment comments issue issues ticket tickets review reviews tweet tweets post "
    "posts pull youtube transcript scrape crawl download attachment attachments forum chat channel ";

/// Words of tools that read what is nobody else's business.
constexpr std::string_view kPrivate =
    " file files folder folders directory directories disk drive database databases sql table tables mail mails email "
    "emails inbox contact contacts calendar note notes memory secret secrets password passwords env environment key "
    "keys "
    "credential credentials token customer customers account accounts invoice invoices document documents private "
    "local "
    "clipboard history salary patient patients crm repository repositories ";

/// Words of tools whose question leaves the house.
constexpr std::string_view kSends =
    " web url urls http https fetch browse browser page site website search scrape crawl download ";

constexpr std::size_t kMostOfDescription = 300;
constexpr std::size_t kMostOfArguments = 200;

bool says(std::string_view text, std::string_view words) {
  std::string word(1, ' ');
  const auto known = [&] {
    const bool found = word.size() > 1 && words.find(word + ' ') != std::string_view::npos;
    word.resize(1);
    return found;
  };
  char before = 0;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool letter = upper || (c >= 'a' && c <= 'z');
    // readFile is two words.
    if ((!letter || (upper && before >= 'a' && before <= 'z')) && known()) return true;
    if (letter) word += static_cast<char>(upper ? c - 'A' + 'a' : c);
    before = c;
  }
  return known();
}

constexpr std::uint8_t kAll = 7;

constexpr std::uint8_t bit(Doing doing) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(doing)); }

/// Whether a text stands in the task. Letters stand in every one: what is short has to be a word of it.
bool stands_in(std::string_view task, std::string_view text, bool whole_words) {
  constexpr std::size_t kShort = 4;
  if (!whole_words || text.size() >= kShort) return contains(task, text);
  const auto is_word = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? true : c >= '0' && c <= '9'; };
  for (std::size_t at = task.find(text); at != std::string_view::npos; at = task.find(text, at + 1)) {
    const std::size_t end = at + text.size();
    if ((at == 0 || !is_word(task[at - 1])) && (end == task.size() || !is_word(task[end]))) return true;
  }
  return false;
}

/// Counts what the arguments say: what of it stands in the task, and what does not.
struct Comparison {
  std::string_view task;
  std::string schema = {};  // JSON; empty: names of arguments say nothing
  int there = 0, not_there = 0;

  void count(std::string_view text) { ++(stands_in(task, text, !schema.empty()) ? there : not_there); }
  void compare(const Json& arguments) {
    if (arguments.is_object()) {
      for (const auto& [name, value] : members(arguments)) {
        // A name that the tool does not know can say anything.
        if (!schema.empty() && !contains(schema, dump_json(Json(name)))) count(name);
        compare(value);
      }
    } else if (arguments.is_array()) {
      for (const Json& each : arguments) compare(each);
    } else if (arguments.is_string() || arguments.is_number()) {
      count(arguments.is_string() ? arguments.get<std::string>() : dump_json(arguments));
    }
  }
};

/// Does all that the call says stand in the task? A call that says nothing does not.
bool is_of_the_task(const ToolSpec& tool, const Json& arguments, std::string_view task, bool tightened) {
  Comparison comparison{task};
  if (tightened) comparison.schema = dump_json(tool.input_schema);
  comparison.compare(arguments);
  return comparison.there > 0 && comparison.not_there == 0;
}

}  // namespace

ToolLabels labels_of(const ToolSpec& tool, const Json& given, bool by_both_names) {
  ToolLabels labels;
  bool labelled = false;
  for (const std::string_view called : {std::string_view(tool.name), std::string_view(tool.server_name)}) {
    const Json& own = field(given, called);
    if (!own.is_array() || (called != tool.name && !by_both_names)) continue;
    labelled = true;
    for (const Json& each : own) {
      const auto name = each.is_string() ? std::string_view(each.get_ref<const std::string&>()) : std::string_view();
      const auto known = std::ranges::find(kDoingNames, name);
      if (known != kDoingNames.end()) labels.does |= bit(static_cast<Doing>(known - kDoingNames.begin()));
    }
  }
  if (labelled) return labels;
  if (tool.server.empty()) return labels;
  if (!tool.read_only) {
    labels.does = bit(Doing::kActs);
    return labels;
  }
  const std::string text = joined({tool.server_name, " ", utf8_prefix(tool.description, kMostOfDescription)});
  if (tool.open_world && says(text, kUntrusted)) labels.does |= bit(Doing::kReadsUntrusted);
  if (says(text, kPrivate)) labels.does |= bit(Doing::kReadsPrivate);
  // Of a tool that says nothing of itself, the annotation has to tell.
  if (labels.does == 0) labels.does = bit(tool.open_world ? Doing::kReadsUntrusted : Doing::kReadsPrivate);
  labels.sends = tool.open_world && says(text, kSends);
  return labels;
}

Result<RuleOfTwo> RuleOfTwo::from_json(const Json& json) {
  RuleOfTwo rule;
  rule.off_ = json.is_boolean() && !json.get<bool>();
  for (const auto& [tool, labels] : json.items()) {
    const bool fine = !json.is_object() ||
                      (labels.is_array() && std::ranges::all_of(labels, [](const Json& each) {
                         return each.is_string() &&
                                std::ranges::find(kDoingNames, each.get_ref<const std::string&>()) != kDoingNames.end();
                       }));
    if (!fine)
      return failure(Code::kInvalidInput,
                     joined({"The labels of \"", tool, "\" are a list of private, untrusted and acts."}));
  }
  rule.given_ = json;
  return rule;
}

std::optional<Json> RuleOfTwo::objection(const ToolSpec& tool, const Json& arguments, std::string_view task,
                                         bool tightened) const {
  if (off_) return std::nullopt;
  std::uint8_t done = 0;
  for (std::size_t i = 0; i < by_.size(); ++i) {
    if (!by_[i].empty()) done |= bit(static_cast<Doing>(i));
  }
  const ToolLabels labels = labels_of(tool, given_, tightened);
  std::uint8_t does = labels.does;
  // A question to strangers can carry only what was read before.
  if (labels.sends && (done & bit(Doing::kReadsPrivate)) != 0) does |= bit(Doing::kActs);
  const bool adds = (does & ~done) != 0 || (does & bit(Doing::kActs)) != 0;
  if ((done | does) != kAll || !adds || is_of_the_task(tool, arguments, task, tightened)) return std::nullopt;
  Json path = Json::array();
  for (std::size_t i = 0; i < by_.size(); ++i) {
    if (!by_[i].empty()) path.push_back(object({{"did", kDoingNames[i]}, {"by", by_[i]}}));
  }
  return path;
}

void RuleOfTwo::change(const RuleOfTwo& to) {
  off_ = to.off_;
  given_ = to.given_;
}

void RuleOfTwo::did(const ToolSpec& tool, const Json& arguments, bool tightened) {
  if (off_ && !tightened) return;
  const ToolLabels labels = labels_of(tool, given_, tightened);
  for (std::size_t i = 0; i < by_.size(); ++i) {
    if (!labels.has(static_cast<Doing>(i)) || !by_[i].empty()) continue;
    by_[i] = joined({tool.name, " ", utf8_prefix(dump_json(arguments), kMostOfArguments)});
  }
}

}  // namespace troupe

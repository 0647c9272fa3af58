#include "guard/rule_of_two.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "guard/egress.hpp"
#include "guard/written_host.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostOfArguments = 200;
/// Values of a call that may be words of the task. What is put together of more is no longer what the user said.
constexpr int kMostPieces = 8;

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

/// Whether it is part of a word: of scripts that stand between spaces.
bool is_of_word(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || c == '_' || ((c | 0x20U) >= 'a' && (c | 0x20U) <= 'z');
  return (c >= 0xC0 && c < 0xE00) || (c >= 0x1E00 && c < 0x2000);
}

/// Whether a word may end before the byte `at`, and another begin there.
bool is_boundary(std::string_view text, std::size_t at) {
  if (at == 0 || at == text.size()) return true;
  std::size_t before = at - 1;
  while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0U) == 0x80U) --before;
  return !is_of_word(character_at(text, before).code) || !is_of_word(character_at(text, at).code);
}

/// Where the text ends that stands in whole words in the task, at or behind `from`; npos when it does not.
std::size_t end_in(std::string_view task, std::string_view text, std::size_t from) {
  for (std::size_t at = task.find(text, from); at != std::string_view::npos; at = task.find(text, at + 1)) {
    if (is_boundary(task, at) && is_boundary(task, at + text.size())) return at + text.size();
  }
  return std::string_view::npos;
}

/// Counts what the arguments say: what of it stands in the task, and what does not.
struct Comparison {
  std::string_view task;
  Look look;
  std::string schema = {};  // JSON; empty: names of arguments say nothing
  int there = 0, not_there = 0;
  bool in_list = false;
  std::size_t behind = 0;  // in the task: where what a list said so far ends

  void count(std::string_view text) {
    if (look != Look::kWary) {
      ++(stands_in(task, text, look == Look::kTightened) ? there : not_there);
      return;
    }
    if (text.empty()) return;
    // Order and repetition say something too: a list goes through the task once.
    const std::size_t end = end_in(task, text, in_list ? behind : 0);
    ++(end != std::string_view::npos ? there : not_there);
    if (end != std::string_view::npos) behind = end;
  }
  void compare(const Json& arguments) {
    if (arguments.is_object()) {
      for (const auto& [name, value] : members(arguments)) {
        // A name that the tool does not know can say anything.
        if (!schema.empty() && !contains(schema, dump_json(Json(name)))) count(name);
        compare(value);
      }
    } else if (arguments.is_array()) {
      const bool outermost = !std::exchange(in_list, true);
      if (outermost) behind = 0;
      for (const Json& each : arguments) compare(each);
      if (outermost) in_list = false;
    } else if (arguments.is_string() || arguments.is_number() || look == Look::kWary) {
      count(arguments.is_string() ? arguments.get<std::string>() : dump_json(arguments));
    }
  }
};

/// Does all that the call says stand in the task? A call that says nothing does not.
bool is_of_the_task(const ToolSpec& tool, const Json& arguments, std::string_view task, Look look) {
  Comparison comparison{task, look};
  if (look != Look::kFirst) comparison.schema = dump_json(tool.input_schema);
  comparison.compare(arguments);
  const bool composed = look == Look::kWary && comparison.there > kMostPieces;
  return comparison.there > 0 && comparison.not_there == 0 && !composed;
}

/// Whether it leads to an address of the web.
bool says_address(const Json& arguments) {
  if (arguments.is_structured())
    return std::ranges::any_of(arguments, [](const Json& each) { return says_address(each); });
  if (!arguments.is_string()) return false;
  const std::string text = lower(arguments.get_ref<const std::string&>());
  return is_web_address(text) || contains(text, "http://") || contains(text, "https://");
}

/// A question to strangers can carry only what was read before, and carries it in its arguments.
bool sends(const ToolLabels& labels, const Json& arguments, std::uint8_t done, Look look) {
  using Sends = ToolLabels::Sends;
  if ((done & bit(Doing::kReadsPrivate)) == 0 || labels.sends == Sends::kNothing) return false;
  if (look != Look::kWary) return true;
  if (arguments.empty()) return false;
  const bool asked = labels.sends == Sends::kWhatStrangersAsk && (done & bit(Doing::kReadsUntrusted)) != 0;
  return asked || labels.sends == Sends::kAll || says_address(arguments);
}

}  // namespace

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
                                         Look look) const {
  if (off_) return std::nullopt;
  std::uint8_t done = 0;
  for (std::size_t i = 0; i < by_.size(); ++i) {
    if (!by_[i].empty()) done |= bit(static_cast<Doing>(i));
  }
  if (done == 0 && look == Look::kWary) return std::nullopt;  // nothing was read that could have made the model ask
  const ToolLabels labels = labels_of(tool, given_, look);
  std::uint8_t does = labels.does;
  if (sends(labels, arguments, done, look)) does |= bit(Doing::kActs);
  const bool adds = (does & ~done) != 0 || (does & bit(Doing::kActs)) != 0;
  if ((done | does) != kAllDoings || !adds || is_of_the_task(tool, arguments, task, look)) return std::nullopt;
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

void RuleOfTwo::did(const ToolSpec& tool, const Json& arguments, Look look) {
  if (off_ && look == Look::kFirst) return;
  const ToolLabels labels = labels_of(tool, given_, look);
  for (std::size_t i = 0; i < by_.size(); ++i) {
    if (!labels.has(static_cast<Doing>(i)) || !by_[i].empty()) continue;
    by_[i] = joined({tool.name, " ", utf8_prefix(dump_json(arguments), kMostOfArguments)});
  }
}

}  // namespace troupe

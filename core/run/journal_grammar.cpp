#include "run/journal_grammar.hpp"

#include <algorithm>

namespace troupe {
namespace {

constexpr std::string_view kNames[] = {"args", "at", "error", "key", "kind", "n", "prev", "state", "step", "value"};
constexpr std::string_view kSteps[] = {"agents", "analysis", "ask",      "chat",  "choice",
                                       "now",    "random",   "recovery", "route", "search",
                                       "sleep",  "strategy", "tool",     "tools", "window"};

bool is_hex(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_time(std::string_view json) { return integer_of(json, -1) >= 0; }

}  // namespace

bool is_kind_of_step(std::string_view kind) { return std::ranges::find(kSteps, kind) != std::end(kSteps); }

std::string_view wrong_in_header(const Json& line) {
  const Json& core = field(line, "core");
  const Json& at = field(line, "at");
  const Json& parent = field(line, "parent");
  if (text_field(line, "run").empty()) return "its \"run\" is no name.";
  if (!field(line, "task").is_string()) return "its \"task\" is no text.";
  if (!is_hex(text_field(line, "seed"))) return "its \"seed\" is not of 16 hexadecimal digits.";
  if (!field(line, "config").is_object()) return "its \"config\" is no object.";
  if (!at.is_number_integer() || at.get<std::int64_t>() < 0) return "its \"at\" is no time in milliseconds.";
  if (!field(core, "release").is_string() || !field(core, "flags").is_array())
    return "its \"core\" has no release and flags.";
  if (!parent.is_null() && !parent.is_object()) return "its \"parent\" is no object.";
  return {};
}

std::string_view Grammar::wrong_in(const Fields& fields, const Entry& entry) {
  if (ended_) return "the journal goes on after its end.";
  std::string_view before;
  for (const auto& [name, value] : fields) {
    if (std::ranges::find(kNames, name) == std::end(kNames)) return "it has a field that lines do not have.";
    if (name <= before) return "its fields are not sorted, or one stands twice.";
    before = name;
  }
  if (!is_time(fields.raw("at"))) return "its \"at\" is no time in milliseconds.";
  if (entry.kind != "cancel" && entry.kind != "fork" && entry.kind != "end") return wrong_in_step(entry);
  if (!entry.value.starts_with('{')) return "it has no \"value\".";
  for (const char* name : {"args", "error", "key", "state", "step"}) {
    if (!fields.raw(name).empty()) return "it has fields of a step.";
  }
  ended_ = entry.kind == "end";
  return {};
}

std::string_view Grammar::wrong_in_step(const Entry& entry) {
  if (entry.kind.empty()) return "its \"kind\" is no name.";
  if (entry.state == Entry::State::kNone) return "its \"state\" is none of begun, done and failed.";
  if (!is_hex(entry.key)) return "its \"key\" is not of 16 hexadecimal digits.";
  if (entry.step.empty() || entry.step.find_first_not_of("0123456789.") != std::string::npos)
    return "its \"step\" is no place of a step.";
  if ((entry.state == Entry::State::kDone) == entry.value.empty())
    return "\"value\" stands where a step is done, and only there.";
  if ((entry.state == Entry::State::kFailed) != entry.error.starts_with('{') ||
      (entry.state != Entry::State::kFailed && !entry.error.empty()))
    return "\"error\" stands where a step failed, and only there.";
  const auto begun = begun_.find(entry.step);
  if (begun == begun_.end()) {
    if (entry.args.empty()) return "it is the first line of a step, and has no \"args\".";
    if (entry.state == Entry::State::kBegun) begun_.emplace(entry.step, entry.key);
    return {};
  }
  if (entry.state == Entry::State::kBegun) return "the step has begun before.";
  if (!entry.args.empty()) return "\"args\" stand on the first line of a step, and only there.";
  if (begun->second != entry.key) return "its \"key\" is not that of the step's first line.";
  begun_.erase(begun);
  return {};
}

}  // namespace troupe

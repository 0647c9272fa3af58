#include "guard/approval.hpp"

#include <algorithm>
#include <array>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "guard/wildcard.hpp"

namespace troupe {
namespace {

Result<Verdict> verdict_named(std::string_view word) {
  if (word == "allow") return Verdict::kAllow;
  if (word == "ask") return Verdict::kAsk;
  if (word == "deny") return Verdict::kDeny;
  return failure(Code::kInvalidInput, joined({"An approval is \"allow\", \"ask\" or \"deny\", not \"", word, "\"."}));
}

std::string_view risk_of(const ToolSpec& tool) {
  if (tool.read_only) return "read_only";
  return tool.destructive ? "destructive" : "writes";
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : dump_json(value); }

bool takes_digits(std::string_view& from, std::string& to) {
  const std::size_t digits = std::min(from.find_first_not_of("0123456789"), from.size());
  to += from.substr(0, digits);
  from.remove_prefix(digits);
  return digits > 0;
}

/// A number without an exponent and without zeros that say nothing: "1000" for 1e3 and 1000.00. Empty when the text is
/// none, or one beyond a double's range.
std::string plain_number(std::string_view text) {
  constexpr std::int64_t kFarthest = 400;  // digits that the point may move
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::string digits;
  bool any = takes_digits(text, digits);
  auto point = static_cast<std::int64_t>(digits.size());
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    any = takes_digits(text, digits) || any;
  }
  if (!any) return {};
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    const bool back = text.starts_with('-');
    if (back || text.starts_with('+')) text.remove_prefix(1);
    std::string exponent;
    if (!takes_digits(text, exponent)) return {};
    std::int64_t far = 0;
    for (const char digit : exponent) far = std::min(kFarthest + 1, far * 10 + (digit - '0'));
    if (far > kFarthest) return {};
    point += back ? -far : far;
  }
  if (!text.empty()) return {};
  if (point < 1) digits.insert(0, static_cast<std::size_t>(1 - point), '0');
  point = std::max<std::int64_t>(point, 1);
  if (static_cast<std::size_t>(point) > digits.size())
    digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  std::string whole = digits.substr(0, static_cast<std::size_t>(point));
  std::string part = digits.substr(static_cast<std::size_t>(point));
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  part.resize(part.find_last_not_of('0') + 1);
  const std::string plain = part.empty() ? whole : joined({whole, ".", part});
  return negative && plain != "0" ? "-" + plain : plain;
}

/// What is neither text nor number nor yes or no has to be the same.
bool fits_argument(const Json& wanted, const Json& given) {
  if (wanted.is_null() || wanted.is_structured() || given.is_null()) return dump_json(wanted) == dump_json(given);
  const std::string said = text_of(given);
  const std::string pattern = text_of(wanted);
  if (fits_wildcard(pattern, said)) return true;
  const std::string plain = plain_number(said);
  const std::string number = plain_number(pattern);
  return !plain.empty() && fits_wildcard(number.empty() ? pattern : number, plain);
}

/// Before kWary a pattern that was no text fitted nothing, and 1000.0 was not 1000.
bool fitted_argument(const Json& wanted, const Json& given) {
  return !given.is_null() && fits_wildcard(wanted.is_string() ? text_of(wanted) : std::string(), text_of(given));
}

bool fits_rule(const Json& rule, const ToolSpec& tool, std::string_view name, const Json& arguments, bool wary) {
  if (!fits_wildcard(text_field(rule, "tool", "*"), name)) return false;
  if (!fits_wildcard(text_field(rule, "server", "*"), tool.server)) return false;
  if (const std::string_view risk = text_field(rule, "risk"); !risk.empty() && risk != risk_of(tool)) return false;
  for (const auto& [argument, pattern] : field(rule, "arguments").items()) {
    const Json& given = field(arguments, argument);
    if (!(wary ? fits_argument(pattern, given) : fitted_argument(pattern, given))) return false;
  }
  return true;
}

Result<> check_rule(const Json& rule) {
  constexpr std::array<std::string_view, 5> kFields = {"tool", "server", "risk", "arguments", "then"};
  for (const auto& [name, value] : rule.items()) {
    if (std::ranges::find(kFields, name) == kFields.end())
      return failure(Code::kInvalidInput, joined({"A rule of approvals has no \"", name, "\"."}));
    if (name == "arguments" ? !value.is_object() : !value.is_string())
      return failure(Code::kInvalidInput,
                     joined({"A rule's \"", name, "\" must be ", name == "arguments" ? "an object." : "a text."}));
  }
  const std::string_view risk = text_field(rule, "risk", "writes");
  if (risk != "read_only" && risk != "writes" && risk != "destructive")
    return failure(Code::kInvalidInput,
                   joined({"A rule's \"risk\" is read_only, writes or destructive, not \"", risk, "\"."}));
  const Result<Verdict> verdict = verdict_named(text_field(rule, "then"));
  if (!verdict) return failure(verdict.error());
  return {};
}

}  // namespace

Result<ApprovalPolicy> ApprovalPolicy::from_json(const Json& json) {
  ApprovalPolicy policy;
  const std::string_view otherwise = text_field(json, "default", "auto");
  policy.automatic_ = otherwise == "auto";
  const Result<Verdict> by_default = policy.automatic_ ? Verdict::kAllow : verdict_named(otherwise);
  if (!by_default) return failure(by_default.error());
  policy.otherwise_ = *by_default;
  for (const auto& [tool, word] : field(json, "tools").items()) {
    const Result<Verdict> verdict =
        verdict_named(word.is_string() ? word.get_ref<const std::string&>() : dump_json(word));
    if (!verdict) return failure(verdict.error());
  }
  if (const Json& rules = field(json, "rules"); !rules.is_null() && !rules.is_array())
    return failure(Code::kInvalidInput, "The \"rules\" of approvals must be a list.");
  for (const Json& rule : field(json, "rules")) {
    if (Result<> checked = check_rule(rule); !checked) return failure(checked.error());
  }
  policy.rules_ = field(json, "rules");
  policy.tools_ = field(json, "tools");
  return policy;
}

Verdict ApprovalPolicy::judge(const ToolSpec& tool, const Json& arguments, Look look) const {
  const bool wary = look == Look::kWary;
  const Verdict verdict = judge_as(tool.name, tool, arguments, wary);
  if (look == Look::kFirst || tool.server_name.empty() || tool.server_name == tool.name) return verdict;
  return std::max(verdict, judge_as(tool.server_name, tool, arguments, wary));
}

Verdict ApprovalPolicy::judge_as(std::string_view name, const ToolSpec& tool, const Json& arguments, bool wary) const {
  for (const Json& rule : rules_) {
    if (fits_rule(rule, tool, name, arguments, wary))
      return verdict_named(text_field(rule, "then")).value_or(Verdict::kDeny);
  }
  const std::string_view own = text_field(tools_, name);
  if (!own.empty()) return verdict_named(own).value_or(Verdict::kDeny);
  if (!automatic_) return otherwise_;
  const bool asks = tool.server.empty() ? tool.destructive : !tool.read_only;
  return asks ? Verdict::kAsk : Verdict::kAllow;
}

std::string approval_hash(std::string_view tool, std::string_view canonical_arguments) {
  return hex(sha256(joined({tool, "\n"}), canonical_arguments), 16);
}

}  // namespace troupe

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

bool fits_rule(const Json& rule, const ToolSpec& tool, std::string_view name, const Json& arguments) {
  if (!fits_wildcard(text_field(rule, "tool", "*"), name)) return false;
  if (!fits_wildcard(text_field(rule, "server", "*"), tool.server)) return false;
  if (const std::string_view risk = text_field(rule, "risk"); !risk.empty() && risk != risk_of(tool)) return false;
  for (const auto& [argument, pattern] : field(rule, "arguments").items()) {
    const Json& given = field(arguments, argument);
    if (given.is_null()) return false;
    const std::string text = given.is_string() ? given.get<std::string>() : dump_json(given);
    if (!fits_wildcard(text_field(field(rule, "arguments"), argument), text)) return false;
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

Verdict ApprovalPolicy::judge(const ToolSpec& tool, const Json& arguments, bool by_both_names) const {
  const Verdict verdict = judge_as(tool.name, tool, arguments);
  if (!by_both_names || tool.server_name.empty() || tool.server_name == tool.name) return verdict;
  return std::max(verdict, judge_as(tool.server_name, tool, arguments));
}

Verdict ApprovalPolicy::judge_as(std::string_view name, const ToolSpec& tool, const Json& arguments) const {
  for (const Json& rule : rules_) {
    if (fits_rule(rule, tool, name, arguments)) return verdict_named(text_field(rule, "then")).value_or(Verdict::kDeny);
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

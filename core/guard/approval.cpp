#include "guard/approval.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

Result<Verdict> verdict_named(std::string_view word) {
  if (word == "allow") return Verdict::kAllow;
  if (word == "ask") return Verdict::kAsk;
  if (word == "deny") return Verdict::kDeny;
  return failure(Code::kInvalidInput, joined({"An approval is \"allow\", \"ask\" or \"deny\", not \"", word, "\"."}));
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
  policy.tools_ = field(json, "tools");
  return policy;
}

Verdict ApprovalPolicy::judge(const ToolSpec& tool) const {
  const std::string_view own = text_field(tools_, tool.name);
  if (!own.empty()) return verdict_named(own).value_or(Verdict::kDeny);
  if (!automatic_) return otherwise_;
  const bool asks = tool.server.empty() ? tool.destructive : !tool.read_only;
  return asks ? Verdict::kAsk : Verdict::kAllow;
}

std::string approval_hash(std::string_view tool, std::string_view canonical_arguments) {
  return hex(sha256(joined({tool, "\n"}), canonical_arguments), 16);
}

}  // namespace troupe

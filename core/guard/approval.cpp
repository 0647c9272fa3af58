#include "guard/approval.hpp"

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

Verdict verdict_named(std::string_view word) {
  if (word == "allow") return Verdict::kAllow;
  if (word == "ask") return Verdict::kAsk;
  if (word == "deny") return Verdict::kDeny;
  throw Error(Code::kInvalidInput, joined({"An approval is \"allow\", \"ask\" or \"deny\", not \"", word, "\"."}));
}

}  // namespace

ApprovalPolicy ApprovalPolicy::from_json(const Json& json) {
  ApprovalPolicy policy;
  const std::string_view otherwise = text_field(json, "default", "auto");
  policy.automatic_ = otherwise == "auto";
  if (!policy.automatic_) policy.otherwise_ = verdict_named(otherwise);
  for (const auto& [tool, word] : field(json, "tools").items()) {
    policy.tools_.emplace(tool, verdict_named(word.is_string() ? word.get_ref<const std::string&>() : dump_json(word)));
  }
  return policy;
}

Verdict ApprovalPolicy::judge(const ToolSpec& tool) const {
  const auto found = tools_.find(tool.name);
  if (found != tools_.end()) return found->second;
  if (!automatic_) return otherwise_;
  const bool asks = tool.server.empty() ? tool.destructive : !tool.read_only;
  return asks ? Verdict::kAsk : Verdict::kAllow;
}

std::string approval_hash(std::string_view tool, std::string_view canonical_arguments) {
  return hex(sha256(joined({tool, "\n"}), canonical_arguments), 16);
}

}  // namespace troupe

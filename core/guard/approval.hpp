// Which tools a person has to approve, and what exactly was approved.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "guard/look.hpp"
#include "llm/message.hpp"

namespace troupe {

enum class Verdict : unsigned char { kAllow, kAsk, kDeny };

/// {"rules": [{"tool","server","risk","arguments","then"}], "tools": {name: word}, "default": "auto" or a word}; a word
/// is "allow", "ask" or "deny". The first rule that fits decides, then the tool's own word, then the default.
class ApprovalPolicy {
 public:
  /// Fails with kInvalidInput for a word that is none of these.
  static Result<ApprovalPolicy> from_json(const Json& json);

  /// A rule's "tool", "server" and texts in "arguments" are patterns with * and ?; its "risk" is "read_only", "writes"
  /// or "destructive". Numbers fit each other however they are written, and also as texts. "auto" asks before what is
  /// not read-only on a server, and before an application's tool that says it destroys. The stricter of what holds for
  /// the tool's name and for its server's name for it: another server's tool may have taken the latter.
  Verdict judge(const ToolSpec& tool, const Json& arguments, Look look = Look::kWary) const;

 private:
  Verdict judge_as(std::string_view name, const ToolSpec& tool, const Json& arguments, bool wary) const;

  bool automatic_ = true;
  Verdict otherwise_ = Verdict::kAllow;
  Json rules_;
  Json tools_;  // words that were looked at, by tool
};

/// Binds an approval to the tool and to exactly these arguments: 32 hexadecimal digits.
std::string approval_hash(std::string_view tool, std::string_view canonical_arguments);

}  // namespace troupe

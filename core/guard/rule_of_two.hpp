// The rule of two: who has read private data and read what strangers wrote does not act outside without a person's
// word, in whatever order the three come. (Meta, "Agents Rule of Two", October 2025; after Willison's "lethal
// trifecta".)
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "guard/labels.hpp"
#include "llm/message.hpp"

namespace troupe {

/// What a run did so far. All agents of a run share it: what one has read, another may say.
class RuleOfTwo {
 public:
  /// {"tool": ["private","untrusted","acts"]}, or false: no rule. Fails with kInvalidInput.
  static Result<RuleOfTwo> from_json(const Json& json);

  /// When with this call the run would have done all three: the calls by which it did the others,
  /// [{"by","did"}]. Nothing when it would not, or when all that the call says stands in the task and so comes from the
  /// user. Who did all three with a person's word is asked again before each further act.
  std::optional<Json> objection(const ToolSpec& tool, const Json& arguments, std::string_view task,
                                Look look = Look::kWary) const;

  /// The call is made.
  void did(const ToolSpec& tool, const Json& arguments, Look look = Look::kWary);
  /// Goes on by another rule; what was done stays done.
  void change(const RuleOfTwo& to);

 private:
  bool off_ = false;
  Json given_;
  std::array<std::string, 3> by_;  // the first call that did it, in words; empty: none yet
};

}  // namespace troupe

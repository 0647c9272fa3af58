// What the conversation says was called and returned since the task was given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/message.hpp"

namespace troupe::offline {

struct Done {
  ToolCall call;
  std::string_view text;  // lives in the conversation
  bool failed = false;
};

class History {
 public:
  /// `messages` must outlive the history.
  explicit History(const std::vector<Message>& messages);

  std::string_view task() const { return task_; }
  /// The start of the ids of this task's calls: empty for the first task of a conversation, then "t2.", ...
  const std::string& prefix() const { return prefix_; }
  /// The outcome of the call with this id, or of the same call made by another model; null if there is none.
  const Done* outcome(const ToolCall& call) const;

 private:
  std::string_view task_;
  std::string prefix_;
  std::vector<Done> done_, foreign_;  // own calls; those of other models
};

}  // namespace troupe::offline

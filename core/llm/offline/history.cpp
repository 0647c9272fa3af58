#include "base/text.hpp"
#include "llm/offline/told.hpp"
#include "llm/offline/walk.hpp"

namespace troupe::offline {

History::History(const std::vector<Message>& messages) : messages_(messages) {
  std::int64_t tasks = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role != Message::Role::kUser) continue;
    begin_ = i;
    task_ = told_in(messages[i].text).task;
    ++tasks;
  }
  if (tasks > 1) prefix_ = joined({"t", decimal(tasks), "."});
}

const Message* History::outcome(const ToolCall& call) const {
  const std::string own = prefix_ + 'c';
  std::string_view id;  // under which the call was made
  for (std::size_t i = begin_; i < messages_.size(); ++i) {
    const Message& message = messages_[i];
    if (!id.empty() && message.call_id == id) return &message;
    for (const ToolCall& made : message.calls) {
      // Our own calls, "c3.1", are the same only with the same number: a file may be read twice.
      const bool foreign = !made.id.starts_with(own) || !contains(made.id, ".");
      if (made.id == call.id || (foreign && made.name == call.name && made.arguments == call.arguments)) id = made.id;
    }
  }
  return nullptr;
}

}  // namespace troupe::offline

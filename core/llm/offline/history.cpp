#include "llm/offline/history.hpp"

#include "base/text.hpp"

namespace troupe::offline {
namespace {

/// "c3.1": ids as this model gives them.
bool is_own(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) return false;
  id.remove_prefix(prefix.size());
  return id.size() > 3 && id[0] == 'c' && id[1] >= '0' && id[1] <= '9' && contains(id, ".");
}

}  // namespace

History::History(const std::vector<Message>& messages) {
  std::size_t begin = 0;
  std::int64_t tasks = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role != Message::Role::kUser) continue;
    begin = i;
    ++tasks;
    task_ = messages[i].text;
  }
  if (tasks > 1) prefix_ = 't' + decimal(tasks) + '.';
  const std::vector<ToolCall>* calls = nullptr;  // of the turn that the results answer
  for (std::size_t i = begin; i < messages.size(); ++i) {
    const Message& message = messages[i];
    if (message.role == Message::Role::kAssistant) calls = &message.calls;
    if (message.role != Message::Role::kTool || calls == nullptr) continue;
    for (const ToolCall& call : *calls) {
      if (call.id != message.call_id) continue;
      (is_own(call.id, prefix_) ? done_ : foreign_).push_back({call, message.text, message.failed});
      break;
    }
  }
}

const Done* History::outcome(const ToolCall& call) const {
  for (const Done& done : done_) {
    if (done.call.id == call.id) return &done;
  }
  for (const Done& done : foreign_) {
    if (done.call.name == call.name && dump_json(done.call.arguments) == dump_json(call.arguments)) return &done;
  }
  return nullptr;
}

}  // namespace troupe::offline

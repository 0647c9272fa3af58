#include "llm/conversation.hpp"

#include <utility>

#include "base/text.hpp"
#include "llm/codec.hpp"

namespace troupe {

Conversation::Conversation(std::string instruction, std::string task, Hash hash) : hash_(hash) {
  if (!instruction.empty()) add({Message::Role::kSystem, std::move(instruction), {}, {}, false});
  if (!task.empty()) add({Message::Role::kUser, std::move(task), {}, {}, false});
}

void Conversation::add(Message message) {
  std::string said(1, static_cast<char>('0' + static_cast<int>(message.role)));
  append_quoted(said, message.call_id);
  append_quoted(said, message.text);
  for (const ToolCall& call : message.calls) {
    append_quoted(said, call.id);
    append_quoted(said, call.name);
    said += call.written();
  }
  bytes_ += static_cast<std::int64_t>(said.size());
  if (hash_ == Hash::kFingerprint) fingerprint_ = fingerprint(said, fingerprint_);
  else digest_ = sha256(bytes_of(digest_), said);
  messages_.push_back(std::move(message));
}

std::string Conversation::digest() const {
  return hash_ == Hash::kFingerprint ? hexadecimal(fingerprint_) : hex(digest_, 8);
}

std::string Conversation::instruction() const {
  std::string text;
  for (const Message& message : messages_) {
    if (message.role == Message::Role::kSystem) append(text, {text.empty() ? "" : "\n\n", message.text});
  }
  return text;
}

std::string_view Conversation::rendered(const Codec& codec) const {
  if (std::exchange(codec_, &codec) != &codec) {
    text_.clear();
    rendered_ = 0;
  }
  for (; rendered_ < messages_.size(); ++rendered_) {
    codec.render(messages_[rendered_], rendered_ == 0 ? nullptr : &messages_[rendered_ - 1], text_);
  }
  return text_;
}

}  // namespace troupe

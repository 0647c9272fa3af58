#include "llm/conversation.hpp"

#include <utility>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "llm/codec.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kBytesPerToken = 4;  // of English text

/// What a hash of the conversation covers of a message.
std::string said_by(const Message& message) {
  std::string said(1, static_cast<char>('0' + static_cast<int>(message.role)));
  append_quoted(said, message.call_id);
  append_quoted(said, message.text);
  for (const ToolCall& call : message.calls) {
    append_quoted(said, call.id);
    append_quoted(said, call.name);
    said += call.written();
  }
  return said;
}

}  // namespace

Conversation::Conversation(std::string instruction, std::string task, Hash hash) : hash_(hash) {
  if (!instruction.empty()) add({Message::Role::kSystem, std::move(instruction), {}, {}, false});
  if (!task.empty()) add({Message::Role::kUser, std::move(task), {}, {}, false});
}

void Conversation::add(Message message) {
  const std::string said = said_by(message);
  bytes_ += static_cast<std::int64_t>(said.size());
  if (hash_ == Hash::kFingerprint) fingerprint_ = fingerprint(said, fingerprint_);
  else digest_ = sha256(troupe::bytes_of(digest_), said);
  messages_.push_back(std::move(message));
}

void Conversation::replace(std::vector<Message> messages) {
  const std::int64_t tokens = counted_tokens_, before = counted_bytes_;
  fingerprint_ = kNoFingerprint;
  digest_ = {};
  bytes_ = 0;
  codec_ = nullptr;
  messages_.clear();
  for (Message& message : messages) add(std::move(message));
  counted(before == 0 ? 0 : product(tokens, bytes_) / before);
}

std::int64_t Conversation::bytes_of(const Message& message) { return std::ssize(said_by(message)); }

std::int64_t Conversation::tokens(std::int64_t tool_bytes) const {
  if (counted_tokens_ == 0) return (bytes_ + tool_bytes) / kBytesPerToken;
  return sum(counted_tokens_, (bytes_ - counted_bytes_) / kBytesPerToken);
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

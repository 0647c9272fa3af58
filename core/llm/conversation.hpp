// A growing conversation. Each message is rendered once: turn 800 does not pay for turns 1 to 799 again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fingerprint.hpp"
#include "base/sha256.hpp"
#include "llm/message.hpp"

namespace troupe {

class Codec;

class Conversation {
 public:
  /// How digest() is made: of a run's behaviour flags.
  enum class Hash : unsigned char { kSha256, kFingerprint };

  /// Messages with an empty text are left out.
  Conversation(std::string instruction, std::string task, Hash hash = Hash::kFingerprint);

  void add(Message message);
  /// Others stand in the place of all messages from now on.
  void replace(std::vector<Message> messages);

  const std::vector<Message>& messages() const { return messages_; }
  /// The system messages, joined.
  std::string instruction() const;
  /// A hash of everything said so far, kept up message by message: the chat step's key contains it.
  std::string digest() const;
  /// Bytes of text said so far, for estimates.
  std::int64_t bytes() const { return bytes_; }
  /// What a message adds to them.
  static std::int64_t bytes_of(const Message& message);

  /// Tokens that it takes with tools of so many bytes: what a model counted, and an estimate of what came since.
  std::int64_t tokens(std::int64_t tool_bytes) const;
  /// A model counted it as it is.
  void counted(std::int64_t tokens) {
    counted_tokens_ = tokens;
    counted_bytes_ = bytes_;
  }
  /// So many tokens a model refused as too long; 0: none did.
  std::int64_t refused_tokens = 0;

  /// The messages as `codec` writes them. Good until the next add().
  std::string_view rendered(const Codec& codec) const;

 private:
  std::vector<Message> messages_;
  Hash hash_;
  std::uint64_t fingerprint_ = kNoFingerprint;
  Digest digest_{};
  std::int64_t bytes_ = 0;
  std::int64_t counted_tokens_ = 0, counted_bytes_ = 0;
  mutable const Codec* codec_ = nullptr;
  mutable std::string text_;
  mutable std::size_t rendered_ = 0;
};

}  // namespace troupe

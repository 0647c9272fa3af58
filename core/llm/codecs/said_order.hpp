// In which order a model said its texts and calls, and what its vendor wants back with each. It is kept as the blocks
// of Thoughts: a list of {"text":bytes}, {"call":place} and {}, each with "kept" where the vendor gave something.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llm/message.hpp"

namespace troupe {

/// Taken down while a reply is read. What is kept is canonical JSON; empty: nothing.
class SaidOrder {
 public:
  /// Of the reply's text, the next `bytes`. What has nothing to keep is one text with the one before.
  void text(std::size_t bytes, std::string_view kept = {});
  /// The next call of the reply.
  void call(std::string_view kept = {});
  /// Neither text nor call, such as a thought. What nothing follows is left out: vendors refuse it.
  void other(std::string_view kept);

  /// Whether the vendor gave anything that it wants back.
  bool kept() const;
  std::string blocks() const;

 private:
  enum class Kind : unsigned char { kText, kCall, kOther };
  struct Entry {
    Kind kind;
    std::int64_t number;  // of bytes, or the call's place
    std::string kept;
  };

  /// How many entries there are without the others at the end.
  std::size_t size() const;

  std::vector<Entry> entries_;
  std::int64_t calls_ = 0;
};

/// What an assistant's message says, part by part.
struct SaidPart {
  std::string_view text;
  const ToolCall* call = nullptr;
  std::string_view kept;  // views into the message's thoughts
  bool other = false;     // neither text nor call
};

/// In the order that `codec` took down. Where that does not fit the message, as of another vendor's reply: the text,
/// then the calls.
std::vector<SaidPart> said_parts(const Message& message, std::string_view codec);

}  // namespace troupe

// The stop rule "the same again and again": an agent that repeats itself is stuck, whatever its step limit.
#pragma once

#include <string>
#include <string_view>

#include "base/text.hpp"
#include "llm/message.hpp"

namespace troupe {

/// Watches the calls of an agent's turns. One turn may repeat another; `most` equal turns in a row are a loop.
class RepeatedCalls {
 public:
  explicit RepeatedCalls(std::int64_t most) : most_(most) {}

  /// Whether this turn's calls, tools and arguments, are the same as those of the `most` - 1 turns before it.
  bool looping(const std::vector<ToolCall>& calls) {
    std::string turn;
    for (const ToolCall& call : calls) {
      turn.append(call.name).append("\n").append(call.written()).append("\n");
    }
    times_ = turn == last_ ? times_ + 1 : 1;
    last_ = std::move(turn);
    return most_ > 0 && times_ >= most_;
  }

 private:
  std::int64_t most_;
  std::int64_t times_ = 0;
  std::string last_;
};

}  // namespace troupe

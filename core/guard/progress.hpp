// Stop rules for an agent that is stuck, whatever its step limit: the same calls, the same words, or nothing new.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fingerprint.hpp"
#include "llm/message.hpp"

namespace troupe {

/// Counts equal things in a row.
class Repeats {
 public:
  explicit Repeats(std::int64_t most) : most_(most) {}

  /// Whether this is the same as the `most` - 1 before it.
  bool looping(std::uint64_t fingerprint) {
    times_ = fingerprint == last_ ? times_ + 1 : 1;
    last_ = fingerprint;
    return most_ > 0 && times_ >= most_;
  }

 private:
  std::int64_t most_, times_ = 0;
  std::uint64_t last_ = 0;
};

/// Of a turn's calls: tools and arguments.
inline std::uint64_t fingerprint_of(const std::vector<ToolCall>& calls) {
  std::uint64_t print = kNoFingerprint;
  for (const ToolCall& call : calls) print = fingerprint(call.written(), fingerprint(call.name, print));
  return print;
}

/// Turns that bring nothing new: every result failed, or was seen before.
class Progress {
 public:
  explicit Progress(std::int64_t window) : window_(window) {}

  /// A result of this turn.
  void see(std::string_view text, bool failed) {
    const std::uint64_t print = fingerprint(text, kNoFingerprint);
    if (failed || std::ranges::find(seen_, print) != seen_.end()) return;
    brought_ = true;
    seen_.push_back(print);
  }

  /// At the end of a turn: whether the last `window` of them brought nothing.
  bool none() {
    idle_ = std::exchange(brought_, false) ? 0 : idle_ + 1;
    return window_ > 0 && idle_ >= window_;
  }

 private:
  std::int64_t window_, idle_ = 0;
  bool brought_ = false;
  std::vector<std::uint64_t> seen_;
};

}  // namespace troupe

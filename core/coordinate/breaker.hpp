// The circuit breaker: who fails again and again is left in peace for a while, and then tried with one request.
// (M. Nygard, "Release It!", 2007.)
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/numbers.hpp"

namespace troupe {

class Breaker {
 public:
  struct Options {
    std::int64_t failures = 5;      // in a row; 0: it never opens
    std::int64_t rest_ms = 10'000;  // the first time; doubled each time that the trial fails
    std::int64_t longest_ms = 300'000;
  };

  enum class State : unsigned char { kClosed, kOpen, kTrying };

  /// Whether a request may go now. In kOpen, once the rest is over, the first that asks is the trial.
  bool admits(std::int64_t now_ms) {
    if (state_ == State::kClosed) return true;
    if (state_ == State::kTrying || now_ms < until_ms_) return false;
    state_ = State::kTrying;
    return true;
  }

  void succeeded() {
    state_ = State::kClosed;
    in_a_row_ = 0;
    rest_ms_ = 0;
  }

  void failed(std::int64_t now_ms, const Options& options) {
    ++in_a_row_;
    if (state_ == State::kOpen) return;  // it was under way before
    const bool trial = state_ == State::kTrying;
    if (!trial && (options.failures == 0 || in_a_row_ < options.failures)) return;
    const std::int64_t longest = std::max(options.rest_ms, options.longest_ms);
    rest_ms_ = rest_ms_ == 0 ? options.rest_ms : std::min(sum(rest_ms_, rest_ms_), longest);
    until_ms_ = sum(now_ms, rest_ms_);
    state_ = State::kOpen;
  }

  /// It refused, and so it is there: the trial is over.
  void refused() {
    if (state_ == State::kTrying) succeeded();
  }

  /// The trial was given up before it said anything: the next one is the trial.
  void given_up() {
    if (state_ == State::kTrying) state_ = State::kOpen;
  }

  State state() const { return state_; }
  std::int64_t in_a_row() const { return in_a_row_; }
  /// REQUIRES state() == kOpen.
  std::int64_t rest_left_ms(std::int64_t now_ms) const { return std::max<std::int64_t>(0, until_ms_ - now_ms); }

 private:
  State state_ = State::kClosed;
  std::int64_t in_a_row_ = 0, rest_ms_ = 0, until_ms_ = 0;
};

}  // namespace troupe

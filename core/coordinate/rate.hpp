// So many a minute: a bucket that fills evenly and holds what one minute may take.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/numbers.hpp"

namespace troupe {

class Rate {
 public:
  /// 0: no limit.
  explicit Rate(std::int64_t a_minute = 0) : a_minute_(a_minute), level_(product(a_minute, kMinuteMs)) {}

  /// Milliseconds until `amount` may be taken; 0: now. More than a whole minute's worth waits for a full bucket.
  std::int64_t wait_ms(std::int64_t amount, std::int64_t now_ms) {
    if (a_minute_ == 0) return 0;
    fill(now_ms);
    const std::int64_t wanted = product(std::min(amount, a_minute_), kMinuteMs);
    return wanted <= level_ ? 0 : (wanted - level_ + a_minute_ - 1) / a_minute_;
  }

  /// May make a debt: what a reply cost is known afterwards.
  void take(std::int64_t amount) {
    if (a_minute_ != 0) level_ = sum(level_, -product(amount, kMinuteMs));
  }

 private:
  static constexpr std::int64_t kMinuteMs = 60'000;

  void fill(std::int64_t now_ms) {
    const std::int64_t full = product(a_minute_, kMinuteMs);
    if (last_ms_ != 0) level_ = std::min(full, sum(level_, product(now_ms - last_ms_, a_minute_)));
    last_ms_ = now_ms;
  }

  std::int64_t a_minute_;
  std::int64_t level_;  // in amounts times milliseconds of a minute
  std::int64_t last_ms_ = 0;
};

}  // namespace troupe

// How long replies take to begin: the time that 19 of 20 stay within, from counts in steps of a half.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace troupe {

class Latency {
 public:
  void add(std::int64_t ms) {
    ++counts_[step_of(ms)];
    if (++all_ < kKept) return;
    // What is old counts half.
    all_ = 0;
    for (std::uint16_t& count : counts_) all_ += count /= 2;
  }

  /// 0 while fewer than kLeast are known.
  std::int64_t slowest_ms() const {
    if (all_ < kLeast) return 0;
    std::int64_t slower = 0;
    for (std::size_t step = kSteps; step-- > 0;) {
      slower += counts_[step];
      if (slower * 20 > all_) return end_of(step);
    }
    return 0;
  }

  static constexpr std::int64_t kLeast = 20;

 private:
  static constexpr std::size_t kSteps = 48;  // 1 ms to four hours
  static constexpr std::int64_t kKept = 512;

  static std::size_t step_of(std::int64_t ms) {
    const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(2, ms));
    const auto doubling = static_cast<std::size_t>(std::bit_width(size)) - 1;
    const auto half = static_cast<std::size_t>(size >> (doubling - 1) & 1U);
    return std::min(kSteps - 1, doubling * 2 + half);
  }
  static std::int64_t end_of(std::size_t step) {
    const std::int64_t begin = std::int64_t{1} << (step / 2);
    return step % 2 == 0 ? begin + begin / 2 : begin * 2;
  }

  std::array<std::uint16_t, kSteps> counts_{};
  std::int64_t all_ = 0;
};

}  // namespace troupe

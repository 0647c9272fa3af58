// Whole numbers that come from outside: sums that stop at the ends of 64 bits, times that a clock can show.
#pragma once

#include <cstdint>
#include <limits>

namespace troupe {

constexpr std::int64_t sum(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (!__builtin_add_overflow(a, b, &result)) return result;
  return a < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

constexpr std::int64_t product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (!__builtin_mul_overflow(a, b, &result)) return result;
  return (a < 0) != (b < 0) ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

/// Milliseconds since 1970 as JavaScript's Date can hold them; what is beyond becomes the nearest.
constexpr std::int64_t plausible_ms(std::int64_t ms) {
  constexpr std::int64_t kLast = 8'640'000'000'000'000;
  return ms < 0 ? 0 : ms > kLast ? kLast : ms;
}

}  // namespace troupe

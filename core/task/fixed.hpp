// Exponentials in whole numbers: the same bits on every machine, without a mathematical library.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// 2^(i/16) in 1/65536.
inline constexpr std::array<std::uint32_t, 17> kPowersOfTwo = {65536,  68438,  71468,  74632,  77936,  81386,
                                                               84990,  88752,  92682,  96785,  101070, 105545,
                                                               110218, 115098, 120194, 125515, 131072};

/// e^x in 1/65536, for x in 1/65536 and not above 0. Off by less than 1 in 2,000.
constexpr std::uint32_t exponential(std::int64_t x) {
  // x / ln 2 = whole + fraction; 94548 / 65536 is 1 / ln 2.
  const std::int64_t scaled = (x * 94548) >> 16;
  const std::int64_t whole = scaled >> 16;
  if (whole < -31) return 0;
  const auto fraction = static_cast<std::uint32_t>(scaled & 0xFFFF);
  const std::uint32_t low = kPowersOfTwo[fraction >> 12];
  const std::uint32_t high = kPowersOfTwo[(fraction >> 12) + 1];
  const std::uint32_t power = low + (((high - low) * (fraction & 0xFFFU)) >> 12);
  return whole >= 0 ? power : power >> -whole;
}

/// 1 / (1 + e^-x) in thousandths, for x in 1/65536.
constexpr std::uint16_t logistic(std::int64_t x) {
  if (x < -8 * 65536) return 0;  // less than half a thousandth
  const std::uint32_t e = exponential(x < 0 ? x : -x);
  const std::uint32_t less = (e * 1000 + (65536 + e) / 2) / (65536 + e);
  return static_cast<std::uint16_t>(x < 0 ? less : 1000 - less);
}

/// The square root, rounded down.
constexpr std::uint32_t square_root(std::uint32_t number) {
  std::uint32_t root = 0;
  for (std::uint32_t bit = 1U << 15; bit != 0; bit >>= 1) {
    if (const std::uint32_t next = root | bit; next * next <= number) root = next;
  }
  return root;
}

}  // namespace troupe

#include "base/real.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

namespace troupe {
namespace {

/// 0.d₁d₂d₃… × 10^point, doubled and halved digit by digit. Slow, exact, and short.
class Decimal {
 public:
  /// More digits than this cannot change which double is nearest, but for being there at all.
  static constexpr int kMost = 800;

  void add(char digit) {
    if (count_ == 0 && digit == '0') {
      --point_;
    } else if (count_ < kMost) {
      digits_[static_cast<std::size_t>(count_++)] = static_cast<std::uint8_t>(digit - '0');
    } else {
      more_ = more_ || digit != '0';
    }
  }

  void move_point(int by) { point_ += by; }
  int point() const { return point_; }
  bool zero() const { return count_ == 0; }
  int first() const { return digits_[0]; }

  /// Times 2^bits, at most 60 of them.
  void grow(int bits) {
    std::array<std::uint8_t, kMost + 20> out;
    std::size_t at = out.size();
    std::uint64_t carry = 0;
    for (int i = count_; i-- > 0;) {
      carry += std::uint64_t{digits_[static_cast<std::size_t>(i)]} << static_cast<unsigned>(bits);
      out[--at] = static_cast<std::uint8_t>(carry % 10);
      carry /= 10;
    }
    for (; carry != 0; carry /= 10) out[--at] = static_cast<std::uint8_t>(carry % 10);
    const int length = static_cast<int>(out.size() - at);
    point_ += length - count_;
    count_ = std::min(length, kMost);
    std::memcpy(digits_.data(), out.data() + at, static_cast<std::size_t>(count_));
    for (std::size_t i = at + static_cast<std::size_t>(count_); i < out.size(); ++i) more_ = more_ || out[i] != 0;
    trim();
  }

  /// Divided by 2^bits, at most 60 of them.
  void shrink(int bits) {
    std::uint64_t rest = 0;
    const std::uint64_t mask = (std::uint64_t{1} << static_cast<unsigned>(bits)) - 1;
    int read = 0, written = 0;
    while (read < count_ || rest != 0) {
      rest = rest * 10 + (read < count_ ? digits_[static_cast<std::size_t>(read)] : 0U);
      ++read;
      const auto digit = static_cast<std::uint8_t>(rest >> static_cast<unsigned>(bits));
      rest &= mask;
      if (written == 0 && digit == 0) {
        --point_;
      } else if (written < kMost) {
        digits_[static_cast<std::size_t>(written++)] = digit;
      } else {
        more_ = more_ || digit != 0;
      }
    }
    count_ = written;
    trim();
  }

  /// The nearest whole number, halves to even.
  std::uint64_t rounded() const {
    std::uint64_t whole = 0;
    for (int i = 0; i < point_; ++i) whole = whole * 10 + digit(i);
    const bool half = digit(point_) == 5 && point_ + 1 >= count_ && !more_;
    const bool up = half ? whole % 2 == 1 : digit(point_) >= 5;
    return whole + (up ? 1 : 0);
  }

 private:
  std::uint8_t digit(int i) const { return i >= 0 && i < count_ ? digits_[static_cast<std::size_t>(i)] : 0; }
  void trim() {
    while (count_ > 0 && digits_[static_cast<std::size_t>(count_) - 1] == 0) --count_;
  }

  std::array<std::uint8_t, kMost> digits_{};
  int count_ = 0, point_ = 0;
  bool more_ = false;  // digits that are not zero were left out
};

/// How many halvings or doublings bring the point that many digits nearer without passing it.
int bits_for(int digits) {
  constexpr std::array<int, 19> kBits = {1, 3, 6, 9, 13, 16, 19, 23, 26, 29, 33, 36, 39, 43, 46, 49, 53, 56, 59};
  return digits < 19 ? kBits[static_cast<std::size_t>(digits)] : 60;
}

double nearest(Decimal& decimal) {
  if (decimal.zero() || decimal.point() < -330) return 0;
  if (decimal.point() > 310) return std::numeric_limits<double>::infinity();
  int exponent = 0;  // of two
  while (decimal.point() > 0) {
    const int bits = bits_for(decimal.point());
    decimal.shrink(bits);
    exponent += bits;
  }
  while (decimal.point() < 0 || decimal.first() < 5) {
    const int bits = decimal.point() < 0 ? bits_for(-decimal.point()) : decimal.first() < 2 ? 2 : 1;
    decimal.grow(bits);
    exponent -= bits;
  }
  --exponent;  // from [1/2, 1) to [1, 2)
  constexpr int kLowest = -1022, kHighest = 1023;
  while (exponent < kLowest) {
    const int bits = std::min(kLowest - exponent, 60);
    decimal.shrink(bits);
    exponent += bits;
  }
  decimal.grow(53);
  std::uint64_t mantissa = decimal.rounded();
  if (mantissa == std::uint64_t{1} << 53U) {
    mantissa >>= 1U;
    ++exponent;
  }
  if (exponent > kHighest) return std::numeric_limits<double>::infinity();
  constexpr std::uint64_t kHidden = std::uint64_t{1} << 52U;
  const auto biased = static_cast<std::uint64_t>(mantissa < kHidden ? 0 : exponent + 1023);
  return std::bit_cast<double>(biased << 52U | (mantissa & (kHidden - 1)));
}

}  // namespace

double real_of(std::string_view number) {
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  Decimal decimal;
  std::uint64_t mantissa = 0;
  int digits = 0, behind = 0;
  bool fraction = false;
  std::size_t i = 0;
  for (; i < number.size() && number[i] != 'e' && number[i] != 'E'; ++i) {
    if (number[i] == '.') {
      fraction = true;
      continue;
    }
    decimal.add(number[i]);
    if (!fraction) decimal.move_point(1);
    else ++behind;
    if (mantissa != 0 || number[i] != '0') ++digits;
    if (digits < 16) mantissa = mantissa * 10 + static_cast<std::uint64_t>(number[i] - '0');
  }
  int exponent = 0;
  const bool shrinks = i + 1 < number.size() && number[i + 1] == '-';
  for (++i; i < number.size(); ++i) {
    if (number[i] >= '0' && number[i] <= '9') exponent = std::min(exponent * 10 + (number[i] - '0'), 100'000);
  }
  if (shrinks) exponent = -exponent;

  // Both are exact, and so their product or quotient is rounded once (Clinger 1990).
  constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const int power = exponent - behind;
  double value = 0;
  if (digits < 16 && power >= -22 && power <= 22) {
    const auto whole = static_cast<double>(mantissa);
    value = power < 0 ? whole / kPowers[static_cast<std::size_t>(-power)]
                      : whole * kPowers[static_cast<std::size_t>(power)];
  } else {
    decimal.move_point(exponent);
    value = nearest(decimal);
  }
  return negative ? -value : value;
}

}  // namespace troupe

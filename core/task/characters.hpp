// What a byte of a task is, in ASCII.
#pragma once

#include <array>
#include <cstdint>

namespace troupe {

enum Ascii : std::uint8_t { kOther, kSpace, kLetter, kDigit };

inline constexpr auto kAscii = [] {
  std::array<std::uint8_t, 256> kinds{};
  for (unsigned c = 0; c < 256; ++c) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) kinds[c] = kSpace;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) kinds[c] = kLetter;
    if (c >= '0' && c <= '9') kinds[c] = kDigit;
  }
  return kinds;
}();

inline std::uint8_t kind_of(char c) { return kAscii[static_cast<unsigned char>(c)]; }
inline bool is_alphanumeric(char c) { return kind_of(c) >= kLetter; }
inline bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

}  // namespace troupe

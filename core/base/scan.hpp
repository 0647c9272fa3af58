// Looking for a byte, sixteen at a time: clang's vectors, which are SSE2, NEON or wasm's SIMD128.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace troupe {

using Bytes16 = signed char __attribute__((vector_size(16)));

/// Which is the first that is not 0, or 16.
inline std::size_t first_lane(Bytes16 bytes) {
#ifdef __wasm_simd128__
  return static_cast<std::size_t>(std::countr_zero(__builtin_wasm_bitmask_i8x16(bytes) | 0x10000U));
#else
  const auto [low, high] = std::bit_cast<std::array<std::uint64_t, 2>>(bytes);
  return static_cast<std::size_t>(low != 0 ? std::countr_zero(low) : 64 + std::countr_zero(high)) / 8;
#endif
}

/// The place of the first byte, at `from` or behind it, that `stops` at, or the text's size. `stops` takes sixteen
/// bytes and gives -1 for each at which to stop, and 0 for the others.
template <class Stops>
std::size_t stop_at(std::string_view text, std::size_t from, Stops stops) {
  for (std::size_t at = from; at < text.size(); at += sizeof(Bytes16)) {
    Bytes16 bytes{};
    if (text.size() - at >= sizeof bytes) std::memcpy(&bytes, text.data() + at, sizeof bytes);
    else std::memcpy(&bytes, text.data() + at, text.size() - at);
    const std::size_t lane = first_lane(stops(bytes));
    if (lane < sizeof bytes) return std::min(at + lane, text.size());
  }
  return text.size();
}

/// Where a run of ASCII ends that JSON takes as it is: at a quote, a backslash, a control, or a byte beyond ASCII.
inline std::size_t end_of_plain(std::string_view text, std::size_t from) {
  return stop_at(text, from, [](Bytes16 bytes) { return (bytes < ' ') | (bytes == '"') | (bytes == '\\'); });
}

/// Where the next quote or backslash stands.
inline std::size_t end_of_plain_string(std::string_view text, std::size_t from) {
  return stop_at(text, from, [](Bytes16 bytes) { return (bytes == '"') | (bytes == '\\'); });
}

}  // namespace troupe

// SHA-256 (FIPS 180-4): the journal's chain, step keys and digests of histories.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);

/// The hash of two texts one after the other, without joining them first.
Digest sha256(std::string_view first, std::string_view second);

/// The first `bytes` bytes in lower-case hexadecimal.
std::string hex(const Digest& digest, std::size_t bytes = 32);

inline std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace troupe

// Reading binary files that a build ships.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace troupe {

/// Little-endian. What lies beyond the end reads as 0 and is remembered. Inlined always: tables are read once, before a
/// runtime has made their code fast.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  [[gnu::always_inline]] std::uint32_t byte() {
    if (at_ >= bytes_.size()) {
      ended_early_ = true;
      return 0;
    }
    return static_cast<unsigned char>(bytes_[at_++]);
  }
  std::uint32_t half() {
    const std::uint32_t low = byte();
    return low | byte() << 8;
  }
  std::uint32_t whole() {
    const std::uint32_t low = half();
    return low | half() << 16;
  }
  /// Seven bits a byte, the lowest first.
  [[gnu::always_inline]] std::uint32_t varint() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 7) {
      const std::uint32_t next = byte();
      value |= (next & 0x7FU) << shift;
      if (next < 0x80) break;
    }
    return value;
  }
  /// The next `count` bytes, to be read in a loop of their own; fewer where it ends.
  std::span<const unsigned char> bytes(std::size_t count) {
    if (count > left()) ended_early_ = true;
    const std::string_view part = bytes_.substr(at_, count);
    at_ += part.size();
    return {reinterpret_cast<const unsigned char*>(part.data()), part.size()};
  }
  bool ended_early() const { return ended_early_; }
  std::size_t left() const { return bytes_.size() - at_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ended_early_ = false;
};

}  // namespace troupe

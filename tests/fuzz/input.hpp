// What the fuzz targets share: choices and texts drawn from an input, and a way to say that a rule was broken.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/frames.hpp"

namespace troupe::fuzz {

/// Draws from the bytes of an input; when they are used up, everything is 0 and empty.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }

  /// A number below `bound`, which is at most 256.
  std::size_t below(std::size_t bound) {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte % bound;
  }
  bool flag() { return below(2) == 1; }

  /// At most 255 bytes.
  std::string_view text() { return take(below(256)); }
  std::string_view rest() { return take(rest_.size()); }

  std::int64_t number() {
    std::uint64_t value = 0;
    for (const char c : take(8)) value = value << 8U | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
  }

 private:
  std::string_view take(std::size_t size) {
    const std::string_view part = rest_.substr(0, size);
    rest_.remove_prefix(part.size());
    return part;
  }

  std::string_view rest_;
};

/// A rule of the core that holds for every input.
inline void must(bool holds, const char* rule, std::string_view seen = {}) {
  if (holds) return;
  std::fprintf(stderr, "Broken rule: %s\n%.*s\n", rule, static_cast<int>(seen.size()), seen.data());
  std::abort();
}

inline std::string frame(const ObjectText& head, std::string_view body = {}) {
  FrameWriter writer;
  writer.write(head, {body});
  return std::string(writer.bytes());
}

}  // namespace troupe::fuzz

// Random numbers as data: a stream is fixed by its seed, the same on every machine.
#pragma once

#include <cstdint>

namespace troupe {

/// SplitMix64 (Steele, Lea, Flood, 2014): 64 bits of state, one addition and two multiplications a number.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  /// A number below `bound` (at least 1). The bias is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

}  // namespace troupe

// What training found: words with their concepts, and features with their weights (bench/train writes the file).
//
//   file     = "TRP3" words features heads
//   words    = count:u32, count × (key difference:varint), count × (concepts:u8), all concepts:u8
//   features = count:u32, count × (key difference:varint), count × (row:u16, a bit for each type and one for the server
//              that it has a weight for), all their weights:i8, count × (other weights:u8), all their outputs:u8, all
//              their weights:i8
//   heads    = kOutputs × (bias:i16), kHeads × (scale:u16), kOutputs × (threshold:u16)
//
// A key is the upper 20 bits of a hash, and keys are sorted. What is unknown is taken for something known one time in
// fifty: a bit more of each key would cost a twentieth of the file. Little-endian.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "task/concepts.hpp"
#include "task/outputs.hpp"

namespace troupe {

struct Weight {
  std::uint8_t output = 0;
  std::int8_t value = 0;
};

class Tables {
 public:
  /// What of a hash is no part of its key.
  static constexpr int kKeyShift = 12;

  /// Of a file's bytes. What does not fit makes tables that know nothing.
  explicit Tables(std::string_view file);

  /// The ones that this build ships.
  static std::string_view shipped();

  /// Of the hash of a word's stem; kNone of unknown words.
  const Concepts& concepts(std::uint32_t word) const;
  /// 0 of most unknown features, and most features of a text are unknown; else 1. Small enough for the nearest cache.
  std::uint32_t perhaps(std::uint32_t feature) const {
    return static_cast<std::uint32_t>(perhaps_[feature >> 21] >> (feature >> 15 & 63U)) & 1U;
  }
  /// The row of a feature, from 1 on; 0 of an unknown one.
  std::uint32_t row(std::uint32_t feature) const {
    const std::uint32_t key = feature >> kKeyShift;
    for (std::uint32_t at = key & mask_;; at = (at + 1) & mask_) {
      const Slot slot = slots_[at];
      if (slot.key_and_count >> 8 == key && slot.key_and_count != 0) return at + 1;
      if (slot.key_and_count == 0) return 0;
    }
  }
  /// None of a row that no feature has.
  std::span<const Weight> weights(std::uint32_t row) const {
    const Slot slot = slots_[row - 1];
    return {weights_.data() + slot.first, slot.key_and_count & 0xFFU};
  }
  /// Rows are below or at this.
  std::size_t rows() const { return slots_.size(); }
  /// A natural logarithm of odds, in 1/1024.
  std::int32_t bias(std::size_t output) const { return biases_[output]; }
  /// What a weight of this head stands for: a natural logarithm of odds, in 1/4096.
  std::int32_t scale(std::size_t head) const { return scales_[head]; }
  /// From which probability on an independent output counts as true, in thousandths. Risks have low ones.
  std::int32_t threshold(std::size_t output) const { return thresholds_[output]; }

 private:
  struct Word {
    std::uint32_t key = 0;
    Concepts concepts{};
  };

  /// A feature: its key, how many weights it has, and the first of them. Without one it is empty.
  struct Slot {
    std::uint32_t key_and_count = 0;
    std::uint32_t first = 0;
  };

  bool read(std::string_view file);
  // Each a function of its own also when built: a runtime makes one that computes much fast, and all of them together
  // would be a large one.
  [[gnu::noinline]] void read_words(ByteReader& in);
  [[gnu::noinline]] bool read_features(ByteReader& in);

  std::vector<Word> words_;  // open addressing, a power of two
  std::uint32_t word_mask_ = 0;
  std::array<std::uint64_t, 2048> perhaps_{};  // of the upper 17 bits of features: a known one has them
  std::vector<Slot> slots_;                    // open addressing, a power of two
  std::uint32_t mask_ = 0;
  std::vector<Weight> weights_;
  std::array<std::int32_t, kOutputs> biases_{};
  std::array<std::int32_t, kHeads> scales_{};
  std::array<std::int32_t, kOutputs> thresholds_{};
};

}  // namespace troupe

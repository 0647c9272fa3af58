// What training found: words with their concepts, and features with their weights (bench/train writes the file).
//
//   file     = "TRP2" words features heads
//   words    = count:u32, count × (hash difference:varint), count × (concepts:u8), all concepts:u8
//   features = count:u32, count × (hash difference:varint), count × (weights:u8), all outputs:u8, all weights:i8
//   heads    = kOutputs × (bias:i16), kHeads × (scale:u16), kOutputs × (threshold:u16)
//
// Hashes are sorted; their upper 24 bits count. What is unknown is taken for something known one time in thousands.
// Little-endian.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "task/concepts.hpp"
#include "task/outputs.hpp"

namespace troupe {

struct Weight {
  std::uint8_t output = 0;
  std::int8_t value = 0;
};

class Tables {
 public:
  /// Of a file's bytes. What does not fit makes tables that know nothing.
  explicit Tables(std::string_view file);

  /// The ones that this build ships.
  static std::string_view shipped();

  /// Of the hash of a word's stem; kNone of unknown words.
  const Concepts& concepts(std::uint32_t word) const;
  /// The row of a feature, from 1 on; 0 of an unknown one.
  std::uint32_t row(std::uint32_t feature) const {
    const std::uint32_t key = feature >> 8;
    for (std::uint32_t at = key & mask_;; at = (at + 1) & mask_) {
      const std::uint32_t slot = slots_[at];
      if (slot == 0) return 0;
      if (slot >> 24 == key >> 16 && keys_low_[(slot & 0xFFFFFFU) - 1] == (key & 0xFFFFU)) return slot & 0xFFFFFFU;
    }
  }
  std::span<const Weight> weights(std::uint32_t row) const {
    return {weights_.data() + rows_[row - 1], rows_[row] - rows_[row - 1]};
  }
  /// How many rows there are.
  std::size_t rows() const { return rows_.size(); }
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

  bool read(std::string_view file);

  std::vector<Word> words_;  // open addressing, a power of two
  std::uint32_t word_mask_ = 0;
  std::vector<std::uint32_t> slots_;  // upper 8 bits of a key, and its row + 1; 0: empty
  std::uint32_t mask_ = 0;
  std::vector<std::uint16_t> keys_low_;
  std::vector<std::uint32_t> rows_;
  std::vector<Weight> weights_;
  std::array<std::int32_t, kOutputs> biases_{};
  std::array<std::int32_t, kHeads> scales_{};
  std::array<std::int32_t, kOutputs> thresholds_{};
};

}  // namespace troupe

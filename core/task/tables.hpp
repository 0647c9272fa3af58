// What training found: words with their concepts, and features with their weights (bench/train writes the file).
//
//   file     = "TRP5" stamp words book features heads
//   stamp    = FNV-1a of 32 bits of what follows: which training it was
//   words    = count:u32, count × (key difference:varint), count × (concepts:u8), all concepts:u8
//   book     = rows:u8, rows × (a weight for each type and one for the server:i8)
//   features = count:u32, count × (key difference:varint), count × (number of its row, from 1 on; 0: none:u8), count ×
//              (other weights:u8), all their outputs:u8, all their weights:i8
//   heads    = kOutputs × (bias:i16), kHeads × (scale:u16), kOutputs × (threshold:u16)
//
// What a feature says of the types and of the server is one of few rows (vector quantisation): bench/train/book.mjs
// finds them, and which feature gets which.
// A key is the upper 20 bits of a hash, and keys are sorted. What is unknown is taken for something known one time in
// fifty: a bit more of each key would cost a twentieth of the file. Little-endian.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "task/concepts.hpp"
#include "task/outputs.hpp"

namespace troupe {

/// What a feature says of each type and, last, of the server.
using Row = std::array<std::int16_t, kTypes.size() + 1>;
/// The output that a place of a row is for.
constexpr std::size_t output_of(std::size_t in_row) {
  return in_row < kTypes.size() ? kFirstType + in_row : kServerNeeded;
}

/// What it says of the outputs behind the types. Of the server that is nothing: it stands in the row.
using Others = std::array<std::int8_t, kOutputs - kTypes.size()>;

class Tables {
 public:
  /// What of a hash is no part of its key.
  static constexpr int kKeyShift = 12;

  /// Of a file's bytes. What does not fit makes tables that know nothing.
  explicit Tables(std::string_view file);

  /// The ones that this build ships.
  static std::string_view shipped();

  /// Which training they are of; 0 of tables that know nothing.
  std::uint32_t stamp() const { return stamp_; }
  /// Of the hash of a word's stem; kNone of unknown words.
  const Concepts& concepts(std::uint32_t word) const;
  /// 0 of most unknown features, and most features of a text are unknown; else 1. Small enough for the nearest cache.
  std::uint32_t perhaps(std::uint32_t feature) const {
    return static_cast<std::uint32_t>(perhaps_[feature >> 21] >> (feature >> 15 & 63U)) & 1U;
  }
  /// The place of a feature, from 1 on; 0 of an unknown one.
  std::uint32_t place(std::uint32_t feature) const {
    const std::uint32_t key = feature >> kKeyShift;
    for (std::uint32_t at = key & mask_;; at = (at + 1) & mask_) {
      const Slot slot = slots_[at];
      if (slot.key_and_row >> 9 == key && slot.key_and_row != 0) return at + 1;
      if (slot.key_and_row == 0) return 0;
    }
  }
  /// The number of its row in the book.
  std::uint16_t row_of(std::uint32_t place) const {
    return static_cast<std::uint16_t>(slots_[place - 1].key_and_row & 0x1FFU);
  }
  /// Row 0 is all 0; so is that of a feature that has none.
  const Row& row(std::uint16_t number) const { return book_[number]; }
  /// The number of what it says of other outputs; 0 of the many that say nothing of them.
  std::uint32_t others_of(std::uint32_t place) const { return slots_[place - 1].others; }
  const Others& others(std::uint32_t number) const { return others_[number]; }
  /// Places are below or at this.
  std::size_t places() const { return slots_.size(); }
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

  /// A feature: its key, its row in the book (see there; 0: the slot is empty), and what it says of other outputs.
  struct Slot {
    std::uint32_t key_and_row = 0;
    std::uint32_t others = 0;
  };

  bool read(std::string_view file);
  // Each a function of its own also when built: a runtime makes one that computes much fast, and all of them together
  // would be a large one.
  [[gnu::noinline]] void read_words(ByteReader& in);
  [[gnu::noinline]] void read_book(ByteReader& in);
  [[gnu::noinline]] bool read_features(ByteReader& in);

  std::uint32_t stamp_ = 0;
  std::vector<Word> words_;  // open addressing, a power of two
  std::uint32_t word_mask_ = 0;
  std::array<std::uint64_t, 2048> perhaps_{};  // of the upper 17 bits of features: a known one has them
  std::vector<Row> book_;                      // two of nothing, then those of the file
  std::vector<Slot> slots_;                    // open addressing, a power of two
  std::uint32_t mask_ = 0;
  std::vector<Others> others_;  // one of nothing, then those of the features that have any
  std::array<std::int32_t, kOutputs> biases_{};
  std::array<std::int32_t, kHeads> scales_{};
  std::array<std::int32_t, kOutputs> thresholds_{};
};

}  // namespace troupe

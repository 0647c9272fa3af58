#include "task/tables.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace troupe {
namespace {

constexpr unsigned char kShipped[] = {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
#embed "tables.bin"
#pragma clang diagnostic pop
};

constexpr Concepts kNoConcepts{};

/// In the book before the rows of the file: the one of an empty slot, and the one of a feature that has none.
constexpr std::size_t kNoRows = 2;

std::int16_t signed_of(unsigned char byte) { return static_cast<std::int16_t>(byte < 128 ? byte : byte - 256); }

std::vector<std::uint32_t> keys_in(ByteReader& in) {
  std::vector<std::uint32_t> keys(std::min<std::size_t>(in.whole(), in.left()));
  std::uint32_t key = 0;
  for (std::uint32_t& each : keys) each = key += in.varint();
  return keys;
}

}  // namespace

std::string_view Tables::shipped() { return {reinterpret_cast<const char*>(kShipped), sizeof kShipped}; }

Tables::Tables(std::string_view file) {
  if (read(file)) return;
  words_.assign(1, {});
  word_mask_ = 0;
  perhaps_.fill(0);
  book_.assign(kNoRows, {});
  slots_.assign(1, {});
  mask_ = 0;
  others_.assign(1, {});
  thresholds_.fill(500);
  stamp_ = 0;
}

bool Tables::read(std::string_view file) {
  if (!file.starts_with("TRP5")) return false;
  ByteReader in(file.substr(4));
  stamp_ = in.whole();
  read_words(in);
  read_book(in);
  if (!read_features(in)) return false;
  for (std::int32_t& bias : biases_) bias = static_cast<std::int16_t>(in.half());
  for (std::int32_t& scale : scales_) scale = static_cast<std::int32_t>(in.half());
  for (std::int32_t& threshold : thresholds_) threshold = static_cast<std::int32_t>(in.half());
  return !in.ended_early();
}

void Tables::read_words(ByteReader& in) {
  std::vector<std::uint32_t> keys = keys_in(in);
  const std::span<const unsigned char> concepts = in.bytes(keys.size());
  keys.resize(concepts.size());
  word_mask_ = std::bit_ceil(static_cast<std::uint32_t>(keys.size()) * 2 + 2) - 1;
  words_.assign(std::size_t{word_mask_} + 1, {});
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::uint32_t at = keys[i] & word_mask_;
    while (words_[at].concepts[0] != Concept::kNone) at = (at + 1) & word_mask_;
    words_[at].key = keys[i];
    for (std::uint32_t k = 0; k < concepts[i]; ++k) {
      const std::uint32_t id = in.byte();
      if (k < words_[at].concepts.size() && id < kConceptNames.size()) words_[at].concepts[k] = Concept(id);
    }
  }
}

void Tables::read_book(ByteReader& in) {
  const std::size_t rows = in.byte();
  const std::span<const unsigned char> weights = in.bytes(rows * Row().size());
  book_.assign(kNoRows + rows, {});
  for (std::size_t i = 0; i < weights.size(); ++i)
    book_[kNoRows + i / Row().size()][i % Row().size()] = signed_of(weights[i]);
}

bool Tables::read_features(ByteReader& in) {
  const std::vector<std::uint32_t> keys = keys_in(in);
  const std::size_t features = keys.size();
  const std::span<const unsigned char> rows = in.bytes(features), counts = in.bytes(features);
  std::size_t weights = 0;
  for (const unsigned char count : counts) weights += count;
  const std::span<const unsigned char> outputs = in.bytes(weights), values = in.bytes(weights);
  if (in.ended_early()) return false;
  const auto is_row = [&](unsigned char row) { return row + kNoRows <= book_.size(); };
  const auto is_other = [](unsigned char output) { return output >= kTypes.size() && output < kOutputs; };
  if (!std::ranges::all_of(rows, is_row) || !std::ranges::all_of(outputs, is_other)) return false;
  // Fuller than a table of words: most unknown features are turned away before they look here.
  mask_ = std::bit_ceil(static_cast<std::uint32_t>(features) * 4 / 3 + 2) - 1;
  slots_.assign(std::size_t{mask_} + 1, {});
  others_.assign(1, {});
  std::size_t next = 0;
  for (std::size_t i = 0; i < features; ++i) {
    perhaps_[keys[i] >> 9 & 2047U] |= std::uint64_t{1} << (keys[i] >> 3 & 63U);
    std::uint32_t at = keys[i] & mask_;
    while (slots_[at].key_and_row != 0) at = (at + 1) & mask_;
    slots_[at].key_and_row = keys[i] << 9 | (rows[i] + 1U);
    if (counts[i] == 0) continue;
    slots_[at].others = static_cast<std::uint32_t>(others_.size());
    Others& others = others_.emplace_back();
    for (const std::size_t end = next + counts[i]; next < end; ++next)
      others[outputs[next] - kTypes.size()] = static_cast<std::int8_t>(values[next]);
  }
  return true;
}

const Concepts& Tables::concepts(std::uint32_t word) const {
  const std::uint32_t key = word >> kKeyShift;
  for (std::uint32_t at = key & word_mask_;; at = (at + 1) & word_mask_) {
    const Word& found = words_[at];
    if (found.concepts[0] == Concept::kNone) return kNoConcepts;
    if (found.key == key) return found.concepts;
  }
}

}  // namespace troupe

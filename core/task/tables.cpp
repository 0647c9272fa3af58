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

/// The bits of a row: one for each type, and one for the server.
constexpr unsigned kRowBits = kTypes.size() + 1;

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
  slots_.assign(1, {});
  mask_ = 0;
  weights_.clear();
  thresholds_.fill(500);
}

bool Tables::read(std::string_view file) {
  if (!file.starts_with("TRP3")) return false;
  ByteReader in(file.substr(4));
  read_words(in);
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

bool Tables::read_features(ByteReader& in) {
  const std::vector<std::uint32_t> keys = keys_in(in);
  const std::size_t features = keys.size();
  const std::span<const unsigned char> rows = in.bytes(features * 2);
  if (in.ended_early()) return false;
  const auto row_of = [&](std::size_t i) {
    return (unsigned{rows[2 * i]} | unsigned{rows[2 * i + 1]} << 8U) & ((1U << kRowBits) - 1);
  };
  std::size_t in_rows = 0, others = 0;
  for (std::size_t i = 0; i < features; ++i) in_rows += static_cast<std::size_t>(std::popcount(row_of(i)));
  const std::span<const unsigned char> row_values = in.bytes(in_rows), counts = in.bytes(features);
  for (const unsigned char count : counts) others += count;
  const std::span<const unsigned char> outputs = in.bytes(others), values = in.bytes(others);
  if (in.ended_early() || std::ranges::any_of(outputs, [](unsigned char each) { return each >= kOutputs; }))
    return false;
  // Fuller than a table of words: most unknown features are turned away before they look here.
  mask_ = std::bit_ceil(static_cast<std::uint32_t>(features) * 4 / 3 + 2) - 1;
  slots_.assign(std::size_t{mask_} + 1, {});
  weights_.resize(in_rows + others);
  std::size_t row_at = 0, other_at = 0;
  Weight* next = weights_.data();
  for (std::size_t i = 0; i < features; ++i) {
    const Weight* const first = next;
    for (unsigned left = row_of(i); left != 0; left &= left - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(left));
      const std::size_t output = bit < kTypes.size() ? kFirstType + bit : kServerNeeded;
      *next++ = {static_cast<std::uint8_t>(output), static_cast<std::int8_t>(row_values[row_at++])};
    }
    for (unsigned k = 0; k < counts[i]; ++k, ++other_at)
      *next++ = {outputs[other_at], static_cast<std::int8_t>(values[other_at])};
    const auto count = static_cast<std::size_t>(next - first);
    if (count == 0 || count > 0xFF) return false;
    perhaps_[keys[i] >> 9 & 2047U] |= std::uint64_t{1} << (keys[i] >> 3 & 63U);
    std::uint32_t at = keys[i] & mask_;
    while (slots_[at].key_and_count != 0) at = (at + 1) & mask_;
    slots_[at] = {keys[i] << 8 | static_cast<std::uint32_t>(count),
                  static_cast<std::uint32_t>(first - weights_.data())};
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

#include "task/tables.hpp"

#include <bit>
#include <cstddef>

#include "base/bytes.hpp"

namespace troupe {
namespace {

constexpr unsigned char kShipped[] = {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
#embed "tables.bin"
#pragma clang diagnostic pop
};

constexpr Concepts kNoConcepts{};

}  // namespace

std::string_view Tables::shipped() { return {reinterpret_cast<const char*>(kShipped), sizeof kShipped}; }

Tables::Tables(std::string_view file) {
  if (read(file)) return;
  words_.assign(1, {});
  word_mask_ = 0;
  slots_.assign(1, 0);
  mask_ = 0;
  rows_.clear();
  weights_.clear();
  thresholds_.fill(500);
}

bool Tables::read(std::string_view file) {
  if (!file.starts_with("TRP1")) return false;
  ByteReader in(file.substr(4));
  const std::uint32_t words = in.whole();
  if (words > in.left()) return false;
  word_mask_ = std::bit_ceil(words * 2 + 2) - 1;
  words_.assign(std::size_t{word_mask_} + 1, {});
  std::uint32_t hash = 0;
  for (std::uint32_t i = 0; i < words; ++i) {
    hash += in.varint();
    std::uint32_t at = hash & word_mask_;
    while (words_[at].concepts[0] != Concept::kNone) at = (at + 1) & word_mask_;
    words_[at].hash = hash;
    const std::uint32_t count = in.byte();
    for (std::uint32_t k = 0; k < count; ++k) {
      const std::uint32_t id = in.byte();
      if (k < words_[at].concepts.size() && id < kConceptNames.size()) words_[at].concepts[k] = Concept(id);
    }
  }
  const std::uint32_t features = in.whole();
  if (features > in.left()) return false;
  mask_ = std::bit_ceil(features * 2 + 2) - 1;
  slots_.assign(std::size_t{mask_} + 1, 0);
  keys_low_.reserve(features);
  rows_.reserve(features + 1);
  std::uint32_t key = 0;
  for (std::uint32_t i = 0; i < features; ++i) {
    key += in.varint();
    keys_low_.push_back(static_cast<std::uint16_t>(key));
    rows_.push_back(static_cast<std::uint32_t>(weights_.size()));
    std::uint32_t at = key & mask_;
    while (slots_[at] != 0) at = (at + 1) & mask_;
    slots_[at] = (key >> 16) << 24 | (i + 1);
    for (std::uint32_t left = in.byte(); left > 0; --left) {
      const auto output = static_cast<std::uint8_t>(in.byte());
      const auto value = static_cast<std::int8_t>(in.byte());
      if (output < kOutputs) weights_.push_back({output, value});
    }
    if (in.ended_early()) return false;
  }
  rows_.push_back(static_cast<std::uint32_t>(weights_.size()));
  for (std::int32_t& bias : biases_) bias = static_cast<std::int16_t>(in.half());
  for (std::int32_t& scale : scales_) scale = static_cast<std::int32_t>(in.half());
  for (std::int32_t& threshold : thresholds_) threshold = static_cast<std::int32_t>(in.half());
  return !in.ended_early();
}

const Concepts& Tables::concepts(std::uint32_t word) const {
  for (std::uint32_t at = word & word_mask_;; at = (at + 1) & word_mask_) {
    const Word& found = words_[at];
    if (found.concepts[0] == Concept::kNone) return kNoConcepts;
    if (found.hash == word) return found.concepts;
  }
}

}  // namespace troupe

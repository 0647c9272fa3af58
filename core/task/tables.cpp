#include "task/tables.hpp"

#include <algorithm>
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
  perhaps_.fill(0);
  slots_.assign(1, {});
  mask_ = 0;
  weights_.clear();
  thresholds_.fill(500);
}

bool Tables::read(std::string_view file) {
  if (!file.starts_with("TRP2")) return false;
  ByteReader in(file.substr(4));
  std::vector<std::uint32_t> keys;
  std::span<const unsigned char> counts;
  const auto read_keys = [&] {
    keys.assign(std::min<std::size_t>(in.whole(), in.left()), 0);
    std::uint32_t key = 0;
    for (std::uint32_t& each : keys) each = key += in.varint();
    counts = in.bytes(keys.size());
    keys.resize(counts.size());
  };
  read_keys();
  word_mask_ = std::bit_ceil(static_cast<std::uint32_t>(keys.size()) * 2 + 2) - 1;
  words_.assign(std::size_t{word_mask_} + 1, {});
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::uint32_t at = keys[i] & word_mask_;
    while (words_[at].concepts[0] != Concept::kNone) at = (at + 1) & word_mask_;
    words_[at].key = keys[i];
    for (std::uint32_t k = 0; k < counts[i]; ++k) {
      const std::uint32_t id = in.byte();
      if (k < words_[at].concepts.size() && id < kConceptNames.size()) words_[at].concepts[k] = Concept(id);
    }
  }
  read_keys();
  // Fuller than a table of words: most unknown features are turned away before they look here.
  mask_ = std::bit_ceil(static_cast<std::uint32_t>(keys.size()) * 4 / 3 + 2) - 1;
  slots_.assign(std::size_t{mask_} + 1, {});
  std::size_t weights = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (counts[i] == 0) continue;
    perhaps_[keys[i] >> 13 & 2047U] |= std::uint64_t{1} << (keys[i] >> 7 & 63U);
    std::uint32_t at = keys[i] & mask_;
    while (slots_[at].key_and_count != 0) at = (at + 1) & mask_;
    slots_[at] = {keys[i] << 8 | counts[i], static_cast<std::uint32_t>(weights)};
    weights += counts[i];
  }
  const std::span<const unsigned char> outputs = in.bytes(weights), values = in.bytes(weights);
  if (in.ended_early() || std::ranges::any_of(outputs, [](unsigned char each) { return each >= kOutputs; }))
    return false;
  weights_.resize(weights);
  for (std::size_t i = 0; i < weights; ++i) weights_[i] = {outputs[i], static_cast<std::int8_t>(values[i])};
  for (std::int32_t& bias : biases_) bias = static_cast<std::int16_t>(in.half());
  for (std::int32_t& scale : scales_) scale = static_cast<std::int32_t>(in.half());
  for (std::int32_t& threshold : thresholds_) threshold = static_cast<std::int32_t>(in.half());
  return !in.ended_early();
}

const Concepts& Tables::concepts(std::uint32_t word) const {
  const std::uint32_t key = word >> 8;
  for (std::uint32_t at = key & word_mask_;; at = (at + 1) & word_mask_) {
    const Word& found = words_[at];
    if (found.concepts[0] == Concept::kNone) return kNoConcepts;
    if (found.key == key) return found.concepts;
  }
}

}  // namespace troupe

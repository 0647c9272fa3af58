#include "servers/thesaurus.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace troupe {
namespace {

constexpr unsigned char kShipped[] = {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
#embed "thesaurus.bin"
#pragma clang diagnostic pop
};

}  // namespace

std::string_view Thesaurus::shipped() { return {reinterpret_cast<const char*>(kShipped), sizeof kShipped}; }

Thesaurus::Thesaurus(std::string_view file) {
  if (!file.starts_with("TRT2")) return;
  ByteReader in(file.substr(4));
  const auto read_hashes = [&] {
    std::vector<std::uint32_t> hashes(std::min<std::size_t>(in.whole(), in.left()));
    std::uint32_t hash = 0;
    for (std::uint32_t& each : hashes) each = hash += in.varint();
    return hashes;
  };
  const std::vector<std::uint32_t> terms = read_hashes();
  std::uint32_t first = 0;
  const std::vector<std::uint32_t> names = read_hashes();
  const std::span<const unsigned char> counts = in.bytes(names.size());
  entries_.reserve(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    entries_.push_back({names[i], first, counts[i]});
    first += counts[i];
  }
  related_.assign(std::min<std::size_t>(first, file.size()), {});
  for (const Entry& entry : entries_) {
    std::size_t index = 0;
    for (std::uint32_t i = entry.first; i < entry.first + entry.count && i < related_.size(); ++i) {
      index += in.varint();
      if (index < terms.size()) related_[i].term = terms[index];
    }
  }
  const std::span<const unsigned char> strengths = in.bytes(related_.size());
  for (std::size_t i = 0; i < strengths.size(); ++i) related_[i].strength = strengths[i];
  if (!in.ended_early()) return;
  entries_.clear();
  related_.clear();
}

std::span<const Related> Thesaurus::related(std::uint32_t name) const {
  const auto found = std::ranges::lower_bound(entries_, name, {}, &Entry::term);
  if (found == entries_.end() || found->term != name) return {};
  return std::span(related_).subspan(found->first, found->count);
}

}  // namespace troupe

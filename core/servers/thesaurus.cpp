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
  if (!file.starts_with("TRT1")) return;
  ByteReader in(file.substr(4));
  std::vector<std::uint32_t> terms(std::min<std::size_t>(in.whole(), file.size()));
  std::uint32_t term = 0;
  for (std::uint32_t& each : terms) each = term += in.varint();
  const std::uint32_t count = in.whole();
  term = 0;
  for (std::uint32_t i = 0; i < count && !in.ended_early(); ++i) {
    term += in.varint();
    Entry entry{term, static_cast<std::uint32_t>(related_.size()), 0};
    for (std::uint32_t left = in.byte(); left > 0; --left) {
      const std::uint32_t index = in.varint();
      const auto strength = static_cast<std::uint8_t>(in.byte());
      if (index < terms.size()) related_.push_back({terms[index], strength});
    }
    entry.count = static_cast<std::uint32_t>(related_.size()) - entry.first;
    entries_.push_back(entry);
  }
}

std::span<const Related> Thesaurus::related(std::uint32_t name) const {
  const auto found = std::ranges::lower_bound(entries_, name, {}, &Entry::term);
  if (found == entries_.end() || found->term != name) return {};
  return std::span(related_).subspan(found->first, found->count);
}

}  // namespace troupe

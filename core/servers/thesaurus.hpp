// What people say who want a server of a name: "song" and "play" for "spotify", "meeting" for "calendar". Learned from
// what servers of such names say of themselves, and written down for what is known everywhere
// (bench/train/thesaurus.mjs).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace troupe {

/// A word that people say.
struct Related {
  std::uint32_t term = 0;
  std::uint8_t strength = 0;  // as a count in a document, in 1/8 (see TermCount)
};

class Thesaurus {
 public:
  /// Of a file's bytes:
  ///
  ///   file  = "TRT2" words names
  ///   words = count:u32, count × (hash difference:varint)
  ///   names = count:u32, count × (hash difference:varint), count × (words:u8), all words' (index difference:varint),
  ///           all words' (strength:u8)
  ///
  /// Hashes and the indexes of one name are sorted.
  explicit Thesaurus(std::string_view file);
  static std::string_view shipped();

  /// What is said for a term of a name; none if nothing is known.
  std::span<const Related> related(std::uint32_t name) const;

 private:
  struct Entry {
    std::uint32_t term = 0;
    std::uint32_t first = 0, count = 0;
  };
  std::vector<Entry> entries_;  // sorted by term
  std::vector<Related> related_;
};

}  // namespace troupe

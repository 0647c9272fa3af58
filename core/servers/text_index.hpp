// A text index in memory: BM25 over weighted fields (Robertson and Zaragoza 2009) with a lower bound for a term that is
// there (BM25+, Lv and Zhai 2011), in whole numbers, built document by document.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace troupe {

/// A term of a question, and how much it counts, in 1/256.
struct WeightedTerm {
  std::uint32_t term = 0;
  std::uint32_t weight = 256;
};

/// A term of a document, and how much of it there is, in 1/8.
struct TermCount {
  std::uint32_t term = 0;
  std::uint32_t count = 0;
};

class TextIndex {
 public:
  /// More are refused.
  static constexpr std::size_t kMostDocuments = 1U << 20U;

  /// Adds a document; its number counts from 0. Counts of one term add up. `length` is what its counts add up to, but
  /// for those that do not make it longer.
  std::uint32_t add(std::vector<TermCount> counts, std::uint32_t length);
  std::size_t size() const { return lengths_.size(); }

  struct Hit {
    std::uint32_t document = 0;
    std::uint32_t score = 0;  // in 1/4096 of a bit
  };
  /// The best `most` documents with a score, the best first; of equal ones the earlier first.
  std::vector<Hit> search(std::span<const WeightedTerm> question, std::size_t most);

  /// The scores of all documents in the last search. Good until the next one.
  std::span<const std::uint32_t> scores() const { return scores_; }
  /// What one document scores.
  std::uint32_t score(std::uint32_t document, std::span<const WeightedTerm> question);

  /// Does the document have the term?
  bool has(std::uint32_t document, std::uint32_t term);
  /// How telling a term is: log2 of how rare it is, in 1/256; 0 if no document has it.
  std::uint32_t rarity(std::uint32_t term);
  /// The same of a term that one document has; at least 1.
  std::uint32_t highest_rarity() const;

  /// Bytes that it takes.
  std::size_t memory() const;

  std::string serialise();
  static Result<TextIndex> read(std::string_view bytes);

 private:
  struct Term {
    std::uint32_t hash = 0;
    std::uint32_t first = 0, count = 0;  // postings
  };
  struct Pending {
    std::uint32_t term;
    std::uint32_t posting;
  };

  void settle();
  const Term* find(std::uint32_t term) const;
  /// The posting of a document, or null.
  const std::uint32_t* posting(const Term& term, std::uint32_t document) const;
  std::uint32_t rarity(const Term& term) const;
  std::uint32_t score(const Term& term, std::uint32_t posting, std::uint32_t weight) const;

  std::vector<Term> terms_;                // sorted by hash
  std::vector<std::uint32_t> postings_;    // document << 12 | weighted count, in 1/8
  std::vector<std::uint32_t> lengths_;     // of each document, in 1/8
  std::vector<Pending> pending_;           // not in postings_ yet
  std::uint64_t length_ = 0;               // of all documents
  std::vector<std::uint32_t> saturation_;  // of each document: k1 · (1 - b + b · length / mean), in 1/8
  std::vector<std::uint32_t> scores_;
};

}  // namespace troupe

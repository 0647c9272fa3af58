// What a task's verdicts are made from: words, pairs of words, concepts, the skeleton of function words and marks, and
// counts of structure. Each feature is a hash; training finds its weights.
#pragma once

#include <cstdint>
#include <vector>

#include "task/concepts.hpp"
#include "task/tables.hpp"
#include "task/tokens.hpp"

namespace troupe {

/// Kinds of features: training may keep a head from using one. What tells a shape must not be the words of a domain.
enum class FeatureGroup : std::uint8_t { kWord, kPair, kConcept, kConceptPair, kSkeleton, kStructure, kPart };

struct Feature {
  std::uint32_t hash = 0;
  std::uint16_t token = 0;  // of the tokens; kNoToken if it belongs to the whole
  FeatureGroup group{};
};

inline constexpr std::uint16_t kNoToken = 0xFFFF;

/// What is known of a token once the whole is read.
struct Reading {
  Concepts concepts{};
  std::uint32_t skeleton = 0;  // of function words their hash, of others their kind
  std::uint16_t clause = 0;
  bool begins = false;   // a clause
  bool negated = false;  // behind a "not" of its clause
};

class Features {
 public:
  /// Only the first and the last tokens of a long text count; a task says what it wants there.
  static constexpr std::size_t kMostFirst = 400;
  static constexpr std::size_t kMostLast = 150;

  void read(const Tokens& tokens, const Tables& tables);

  const std::vector<Feature>& list() const { return list_; }
  /// One for each token that counts: see counted().
  const std::vector<Reading>& readings() const { return readings_; }
  /// The token of a reading.
  std::uint16_t token_of(std::size_t reading) const { return tokens_[reading]; }
  std::size_t clauses() const { return clauses_; }

 private:
  void understand(const Tokens& tokens, const Tables& tables);
  void add_words(const Tokens& tokens);
  void add_concepts(const Tokens& tokens);
  void add_skeleton(const Tokens& tokens);
  void add_structure(const Tokens& tokens);
  void add(FeatureGroup group, std::uint32_t a, std::uint32_t b, std::uint16_t token);
  void add_count(std::uint32_t what, std::size_t count);

  std::vector<Feature> list_;
  std::vector<Reading> readings_;
  std::vector<std::uint16_t> tokens_;
  std::vector<std::uint32_t> skeleton_;
  std::size_t clauses_ = 0;
};

}  // namespace troupe

// What a task's verdicts are made from: words, pairs of words, concepts, the skeleton of function words and marks, and
// counts of structure. Each feature is a hash; training finds its weights.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
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
  std::uint16_t token = 0;  // of the tokens
  std::uint16_t clause = 0;
  bool begins = false;   // a clause
  bool negated = false;  // behind a "not" of its clause
};

/// What is counted of a text. The count stands for features of its own: "at least 1", "at least 2", and so on.
enum class Counted : std::uint8_t {
  kQuotedWords,
  kWords,
  kNames,
  kActions,
  kLeadingActions,
  kThen,
  kEach,
  kDepends,
  kIterate,
  kTeam,
  kParallel,
  kQuestionWords,
  kNegated,
  kCommas,
  kStops,
  kQuestionMarks,
  kSemicolons,
  kBreaks,
  kBullets,
  kNumbers,
  kOtherNames,
  kQuotations,
  kClauses,
};
inline constexpr std::size_t kCountedKinds = 23;
inline constexpr std::array<std::uint16_t, 17> kCountSteps = {1,  2,  3,  4,  5,  6,  8,   10, 13,
                                                              17, 22, 29, 38, 50, 75, 120, 250};

/// The feature of a count that reached a step.
std::uint32_t count_feature(std::size_t counted, std::size_t step);
/// How many steps a count reached.
std::size_t steps_reached(std::uint32_t count);

class Features {
 public:
  /// Only the first and the last tokens of a long text count; a task says what it wants there.
  static constexpr std::size_t kMostFirst = 400;
  static constexpr std::size_t kMostLast = 150;

  void read(const Tokens& tokens, const Tables& tables);

  /// All but the counts. A feature may stand there more than once.
  std::span<const Feature> list() const { return {list_.data(), size_}; }
  const std::array<std::uint32_t, kCountedKinds>& counts() const { return counts_; }
  /// How many there are, repeats and the steps of counts among them: what evens the lengths of texts out.
  std::size_t size() const;
  /// One for each token that counts.
  const std::vector<Reading>& readings() const { return readings_; }

 private:
  struct Said {
    std::uint32_t what;
    std::uint32_t where;
    std::uint16_t clause;
  };

  void add(FeatureGroup group, std::uint32_t a, std::uint32_t b, std::uint16_t token);
  void add_token(const Token& token, std::uint16_t at, const Tables& tables);
  void add_word(const Token& token, Reading& reading);
  void add_concepts(const Token& token, const Reading& reading);
  void add_gram(std::uint32_t symbol, std::uint16_t at);
  void add_act(std::uint32_t act, std::uint16_t at);
  void count(Counted what) { ++counts_[static_cast<std::size_t>(what)]; }

  std::vector<Feature> list_;  // of which size_ are good
  std::size_t size_ = 0;
  std::vector<Reading> readings_;
  std::array<std::uint32_t, kCountedKinds> counts_{};
  // Of the text that is being read.
  std::array<std::uint32_t, 2> words_{};     // the last ones
  std::array<std::uint32_t, 3> skeleton_{};  // its last symbols
  std::array<std::uint32_t, 2> acts_{};
  std::array<Said, 8> said_{};
  std::uint32_t concepts_ = 0, head_ = 0;
  std::uint16_t clause_ = 0;
  int negation_ = 0;
  bool begins_ = true;
};

}  // namespace troupe

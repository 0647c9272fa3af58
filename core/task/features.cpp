#include "task/features.hpp"

#include <algorithm>
#include <string_view>

namespace troupe {
namespace {

/// A "not" reaches so many words.
constexpr int kNegationReach = 6;
/// Concepts that stand so many tokens apart are still a pair.
constexpr std::uint32_t kPairReach = 10;
/// Features of one token at most.
constexpr std::size_t kMostOfToken = 64;

constexpr std::uint32_t mixed(std::uint32_t a, std::uint32_t b) {
  std::uint32_t hash = (a ^ (b + 0x9E3779B9U + (a << 6) + (a >> 2))) * 0x85EBCA6BU;
  hash ^= hash >> 15;
  return hash * 0x9E3779B1U;
}

/// What tells features of one group apart.
enum Salt : std::uint32_t {
  kPlain = 0x1000,
  kInQuotes,
  kNegated,
  kFirst,
  kOfText,
  kAcross,
  kGram,
  kActions,
  kCount,
  kBegin,
};

/// What stands in the skeleton for a word of content.
constexpr std::uint32_t kStar = 0x2A2A2A2A;
constexpr std::uint32_t kSentenceEnd = 200;

constexpr bool is_action(Concept of) {
  return of >= Concept::kDestroy && of <= Concept::kMonitor && of != Concept::kQuestion;
}

constexpr bool ends_clause(char mark) {
  return mark == '.' || mark == ',' || mark == ';' || mark == ':' || mark == '!' || mark == '?' || mark == '>';
}

}  // namespace

std::uint32_t count_feature(std::size_t counted, std::size_t step) {
  return mixed(kCount + static_cast<std::uint32_t>(counted) * 64, static_cast<std::uint32_t>(step));
}

std::size_t steps_reached(std::uint32_t count) {
  std::size_t steps = 0;
  while (steps < kCountSteps.size() && count >= kCountSteps[steps]) ++steps;
  return steps;
}

std::size_t Features::size() const {
  std::size_t size = size_;
  for (const std::uint32_t count : counts_) size += steps_reached(count);
  return size;
}

inline void Features::add(FeatureGroup group, std::uint32_t a, std::uint32_t b, std::uint16_t token) {
  list_[size_++] = {mixed(a + (static_cast<std::uint32_t>(group) << 24), b), token, group};
}

void Features::read(const Tokens& tokens, const Tables& tables) {
  const std::vector<Token>& list = tokens.list();
  size_ = 0;
  readings_.clear();
  counts_.fill(0);
  words_ = {0, kBegin};
  skeleton_ = {0, 0, kBegin};
  acts_ = {};
  concepts_ = head_ = 0;
  clause_ = 0;
  negation_ = 0;
  begins_ = true;
  const std::size_t end = std::min<std::size_t>(list.size(), kNoToken);
  const std::size_t last = std::max(std::min(end, kMostFirst), end - std::min(end, kMostLast));
  for (std::size_t i = 0; i < end; ++i) {
    if (i == kMostFirst) i = last;
    if (i >= end) break;
    if (list_.size() < size_ + kMostOfToken) list_.resize(size_ * 2 + 8 * kMostOfToken);
    add_token(list[i], static_cast<std::uint16_t>(i), tables);
  }
  counts_[static_cast<std::size_t>(Counted::kQuotations)] = static_cast<std::uint32_t>(tokens.quotations().size());
  counts_[static_cast<std::size_t>(Counted::kClauses)] = readings_.empty() ? 0 : clause_ + 1U;
}

void Features::add_token(const Token& token, std::uint16_t at, const Tables& tables) {
  Reading& reading = readings_.emplace_back();
  reading.token = at;
  reading.clause = clause_;
  const bool quote = token.kind == Token::Kind::kMark && token.mark == '"';
  if (token.quoted) count(Counted::kQuotedWords);
  if (token.kind == Token::Kind::kWord) {
    reading.concepts = tables.concepts(token.hash);
    if (reading.concepts[0] == Concept::kNone && token.parts[0] != 0)
      reading.concepts = tables.concepts(token.parts[0]);
    add_word(token, reading);
    return;
  }
  if (!quote) {
    add(FeatureGroup::kWord, token.quoted ? kInQuotes : kPlain, token.hash, at);
    if (token.quoted) return;
    add(FeatureGroup::kPair, words_[1], token.hash, at);
    words_ = {words_[1], token.hash};
  }
  switch (token.kind) {
    case Token::Kind::kMark:
      if (token.mark == ',') count(Counted::kCommas);
      if (token.mark == '.') count(Counted::kStops);
      if (token.mark == '?') count(Counted::kQuestionMarks);
      if (token.mark == ';') count(Counted::kSemicolons);
      break;
    case Token::Kind::kBreak: count(Counted::kBreaks); break;
    case Token::Kind::kBullet: count(Counted::kBullets); break;
    case Token::Kind::kNumber:
    case Token::Kind::kAmount:
    case Token::Kind::kDate: count(Counted::kNumbers); break;
    default: count(Counted::kOtherNames);
  }
  add_gram(token.hash, at);
  if (token.mark == '.') add_act(kSentenceEnd, at);
  if (token.kind < Token::Kind::kMark) {
    begins_ = false;
  } else if (token.kind != Token::Kind::kMark || ends_clause(token.mark)) {
    begins_ = true;
    negation_ = 0;
    if (readings_.size() > 1 && readings_[readings_.size() - 2].clause == clause_) ++clause_;
    reading.clause = clause_;
  }
}

void Features::add_word(const Token& token, Reading& reading) {
  const std::uint16_t at = reading.token;
  const Concepts& concepts = reading.concepts;
  if (token.quoted) {
    add(FeatureGroup::kWord, kInQuotes, token.hash, at);
    add_concepts(token, reading);
    return;
  }
  reading.negated = negation_ > 0;
  if (negation_ > 0) --negation_;
  reading.begins = begins_;
  bool function = false;
  bool filler = false;
  std::uint32_t act = 0;
  count(Counted::kWords);
  if (token.named) count(Counted::kNames);
  if (reading.negated) count(Counted::kNegated);
  for (const Concept each : concepts) {
    switch (each) {
      case Concept::kNone: break;
      case Concept::kFunction: function = true; break;
      case Concept::kNegation: negation_ = kNegationReach; break;
      case Concept::kPolite: filler = true; break;
      case Concept::kThen:
        filler = true;
        count(Counted::kThen);
        act = static_cast<std::uint32_t>(each) + 1;
        break;
      case Concept::kEach:
        count(Counted::kEach);
        act = static_cast<std::uint32_t>(each) + 1;
        break;
      case Concept::kDepends:
        count(Counted::kDepends);
        act = static_cast<std::uint32_t>(each) + 1;
        break;
      case Concept::kIterate: count(Counted::kIterate); break;
      case Concept::kTeam: count(Counted::kTeam); break;
      case Concept::kParallel: count(Counted::kParallel); break;
      case Concept::kQuestion: count(Counted::kQuestionWords); break;
      default: break;
    }
  }
  const auto action = std::ranges::find_if(concepts, is_action);
  if (action != concepts.end()) {
    act = static_cast<std::uint32_t>(*action) + 1;
    count(Counted::kActions);
    if (reading.begins) count(Counted::kLeadingActions);
  }
  if (!filler) begins_ = false;
  const std::uint32_t how = reading.negated ? kNegated : kPlain;
  add(FeatureGroup::kWord, how, token.hash, at);
  if (reading.begins) add(FeatureGroup::kWord, kFirst, token.hash, at);
  if (!function) {
    for (const std::uint32_t part : token.parts) {
      if (part != 0) add(FeatureGroup::kPart, how, part, at);
    }
  }
  add(FeatureGroup::kPair, words_[1], token.hash, at);
  words_ = {words_[1], token.hash};
  if (concepts[0] != Concept::kNone) add_concepts(token, reading);
  if (function || skeleton_[2] != kStar) add_gram(function ? token.hash : kStar, at);
  if (act != 0) add_act(act, at);
}

void Features::add_concepts(const Token& token, const Reading& reading) {
  const std::uint16_t at = reading.token;
  const auto where = static_cast<std::uint32_t>(readings_.size());
  for (const Concept each : reading.concepts) {
    if (each == Concept::kNone) break;
    if (each == Concept::kFunction) continue;
    const std::uint32_t how = token.quoted ? kInQuotes : reading.negated ? kNegated : kPlain;
    const std::uint32_t what = mixed(how, static_cast<std::uint32_t>(each));
    add(FeatureGroup::kConcept, kPlain, what, at);
    if (token.quoted) continue;
    if (reading.begins) add(FeatureGroup::kConcept, kFirst, what, at);
    if (head_ == 0) add(FeatureGroup::kConcept, kOfText, what, at);
    else add(FeatureGroup::kConceptPair, head_ ^ kOfText, what, at);
    // Pairs within a clause, and what a clause before was about.
    for (std::uint32_t k = concepts_; k > 0 && concepts_ - k < 6; --k) {
      const Said& other = said_[(k - 1) % said_.size()];
      if (other.where == where) continue;
      if (where - other.where > kPairReach) break;
      add(FeatureGroup::kConceptPair, other.what + (other.clause == reading.clause ? 0 : kAcross), what, at);
    }
    said_[concepts_++ % said_.size()] = {what, where, reading.clause};
  }
  if (head_ == 0 && !token.quoted && reading.concepts[0] > Concept::kThen)
    head_ = mixed(kPlain, static_cast<std::uint32_t>(reading.concepts[0]));
}

/// The skeleton goes on: runs of two to four of its symbols.
void Features::add_gram(std::uint32_t symbol, std::uint16_t at) {
  std::uint32_t gram = mixed(kGram, symbol);
  for (std::uint32_t n = 0; n < 3; ++n) {
    const std::uint32_t before = skeleton_[2 - n];
    if (before == 0) break;
    gram = mixed(gram, before);
    add(FeatureGroup::kSkeleton, gram, n, at);
  }
  skeleton_ = {skeleton_[1], skeleton_[2], symbol};
}

/// What is to be done, in its order: runs of two and three.
void Features::add_act(std::uint32_t act, std::uint16_t at) {
  add(FeatureGroup::kSkeleton, kActions, mixed(acts_[1], act), at);
  if (acts_[0] != 0) add(FeatureGroup::kSkeleton, kActions + mixed(acts_[0], acts_[1]), act, at);
  acts_ = {acts_[1], act};
}

}  // namespace troupe

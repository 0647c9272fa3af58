#include "task/features.hpp"

#include <algorithm>
#include <array>

namespace troupe {
namespace {

/// A "not" reaches so many words.
constexpr int kNegationReach = 6;
/// Concepts that stand so many words apart are still a pair.
constexpr std::size_t kPairReach = 10;

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
  kAfterGap,
  kPrefix,
};

constexpr std::uint32_t kStar = 0x2A2A2A2A;

bool is_action(Concept of) { return of >= Concept::kDestroy && of <= Concept::kMonitor && of != Concept::kQuestion; }

bool ends_clause(char mark) { return std::string_view(".,;:!?>").find(mark) != std::string_view::npos; }

}  // namespace

void Features::add(FeatureGroup group, std::uint32_t a, std::uint32_t b, std::uint16_t token) {
  list_.push_back({mixed(a + (static_cast<std::uint32_t>(group) << 24), b), token, group});
}

/// The count in unary: "at least 1, at least 2, ..." are features of their own.
void Features::add_count(std::uint32_t what, std::size_t count) {
  static constexpr std::array<std::uint16_t, 17> kSteps = {1,  2,  3,  4,  5,  6,  8,   10, 13,
                                                           17, 22, 29, 38, 50, 75, 120, 250};
  for (std::uint32_t i = 0; i < kSteps.size() && count >= kSteps[i]; ++i) {
    add(FeatureGroup::kStructure, kCount + what * 64, i, kNoToken);
  }
}

void Features::read(const Tokens& tokens, const Tables& tables) {
  list_.clear();
  understand(tokens, tables);
  add_words(tokens);
  add_concepts(tokens);
  add_skeleton(tokens);
  add_structure(tokens);
}

void Features::understand(const Tokens& tokens, const Tables& tables) {
  const std::vector<Token>& list = tokens.list();
  readings_.clear();
  tokens_.clear();
  const std::size_t last_begin =
      std::max(std::min(list.size(), kMostFirst), list.size() - std::min(list.size(), kMostLast));
  int negation = 0;
  bool begins = true;
  std::uint16_t clause = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i == kMostFirst) i = last_begin;
    if (i >= list.size() || i >= kNoToken) break;
    const Token& token = list[i];
    Reading reading;
    reading.skeleton = token.hash;
    if (token.kind == Token::Kind::kWord) {
      reading.concepts = tables.concepts(token.hash);
      if (reading.concepts[0] == Concept::kNone && token.part != 0) reading.concepts = tables.concepts(token.part);
      if (!is_among(reading.concepts, Concept::kFunction)) reading.skeleton = kStar;
      if (token.quoted) {
        reading.skeleton = kStar;
      } else {
        reading.negated = negation > 0;
        if (negation > 0) --negation;
        if (is_among(reading.concepts, Concept::kNegation)) negation = kNegationReach;
      }
      const bool filler = is_among(reading.concepts, Concept::kPolite) || is_among(reading.concepts, Concept::kThen);
      reading.begins = begins;
      if (!filler) begins = false;
    } else if (token.kind == Token::Kind::kMark || token.kind == Token::Kind::kBreak ||
               token.kind == Token::Kind::kBullet) {
      if (!token.quoted && (token.kind != Token::Kind::kMark || ends_clause(token.mark))) {
        begins = true;
        negation = 0;
        if (!readings_.empty() && readings_.back().clause == clause) ++clause;
      }
    } else {
      begins = false;
    }
    reading.clause = clause;
    readings_.push_back(reading);
    tokens_.push_back(static_cast<std::uint16_t>(i));
  }
  clauses_ = readings_.empty() ? 0 : std::size_t{readings_.back().clause} + 1;
}

void Features::add_words(const Tokens& tokens) {
  std::uint32_t before = kBegin;
  std::uint32_t before_that = kBegin;
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    const Token& token = tokens.list()[tokens_[i]];
    if (token.kind == Token::Kind::kMark && token.mark == '"') continue;
    const std::uint16_t at = tokens_[i];
    const std::uint32_t how = token.quoted ? kInQuotes : readings_[i].negated ? kNegated : kPlain;
    add(FeatureGroup::kWord, how, token.hash, at);
    if (token.quoted) continue;
    if (token.part != 0) add(FeatureGroup::kPart, how, token.part, at);
    add(FeatureGroup::kPair, before, token.hash, at);
    if (before_that != kBegin) add(FeatureGroup::kPair, before_that ^ kAfterGap, token.hash, at);
    before_that = before;
    before = token.hash;
    if (readings_[i].begins) add(FeatureGroup::kWord, kFirst, token.hash, at);
  }
}

void Features::add_concepts(const Tokens& tokens) {
  struct Said {
    std::uint32_t what;
    std::size_t where;
    std::uint16_t clause;
  };
  std::array<Said, 32> said{};
  std::size_t count = 0;
  std::uint32_t head = 0;
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    const Reading& reading = readings_[i];
    if (tokens.list()[tokens_[i]].kind != Token::Kind::kWord) continue;
    const std::uint16_t at = tokens_[i];
    const bool quoted = tokens.list()[at].quoted;
    for (const Concept each : reading.concepts) {
      if (each == Concept::kNone || each == Concept::kFunction) continue;
      const std::uint32_t how = quoted ? kInQuotes : reading.negated ? kNegated : kPlain;
      const std::uint32_t what = mixed(how, static_cast<std::uint32_t>(each));
      add(FeatureGroup::kConcept, kPlain, what, at);
      if (quoted) continue;
      if (reading.begins) add(FeatureGroup::kConcept, kFirst, what, at);
      if (head == 0) {
        add(FeatureGroup::kConcept, kOfText, what, at);
      } else {
        add(FeatureGroup::kConceptPair, head ^ kOfText, what, at);
      }
      // Pairs within a clause, and what a clause before was about.
      for (std::size_t k = count; k-- > 0 && count - k <= 8;) {
        const Said& other = said[k % said.size()];
        if (other.where == i) continue;
        if (i - other.where > kPairReach) break;
        add(FeatureGroup::kConceptPair, other.what + (other.clause == reading.clause ? 0 : kAcross), what, at);
      }
      said[count++ % said.size()] = {what, i, reading.clause};
      if (count == said.size() * 2) count = said.size();
    }
    if (head == 0 && reading.concepts[0] > Concept::kThen)
      head = mixed(kPlain, static_cast<std::uint32_t>(reading.concepts[0]));
  }
}

void Features::add_skeleton(const Tokens& tokens) {
  skeleton_.assign(1, kBegin);
  std::array<std::uint32_t, 3> acts{};
  std::size_t actions = 0;
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    const Token& token = tokens.list()[tokens_[i]];
    const Reading& reading = readings_[i];
    if (token.quoted && !(token.kind == Token::Kind::kMark && token.mark == '"')) continue;
    const std::uint16_t at = tokens_[i];
    if (reading.skeleton != kStar || skeleton_.back() != kStar) {
      skeleton_.push_back(reading.skeleton);
      std::uint32_t gram = kGram;
      for (std::size_t n = 0; n < 4 && n < skeleton_.size(); ++n) {
        gram = mixed(gram, skeleton_[skeleton_.size() - 1 - n]);
        if (n > 0) add(FeatureGroup::kSkeleton, gram, static_cast<std::uint32_t>(n), at);
      }
    }
    std::uint32_t act = 0;
    if (token.kind == Token::Kind::kWord) {
      for (const Concept each : reading.concepts) {
        if (is_action(each)) {
          act = static_cast<std::uint32_t>(each) + 1;
          break;
        }
        if (each == Concept::kThen || each == Concept::kEach || each == Concept::kDepends)
          act = static_cast<std::uint32_t>(each) + 1;
      }
    } else if (reading.skeleton == static_cast<std::uint32_t>('.')) {
      act = 200;
    }
    if (act == 0) continue;
    ++actions;
    acts = {acts[1], acts[2], act};
    add(FeatureGroup::kSkeleton, kActions, mixed(acts[1], acts[2]), at);
    if (actions > 2) add(FeatureGroup::kSkeleton, kActions + mixed(acts[0], acts[1]), acts[2], at);
  }
}

void Features::add_structure(const Tokens& tokens) {
  std::array<std::size_t, 24> counts{};
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    const Token& token = tokens.list()[tokens_[i]];
    const Reading& reading = readings_[i];
    if (token.quoted) {
      ++counts[0];
      continue;
    }
    switch (token.kind) {
      case Token::Kind::kWord: {
        ++counts[1];
        if (token.named) ++counts[2];
        const Concepts& all = reading.concepts;
        if (std::ranges::any_of(all, is_action)) {
          ++counts[3];
          if (reading.begins) ++counts[4];
        }
        if (is_among(all, Concept::kThen)) ++counts[5];
        if (is_among(all, Concept::kEach)) ++counts[6];
        if (is_among(all, Concept::kDepends)) ++counts[7];
        if (is_among(all, Concept::kIterate)) ++counts[8];
        if (is_among(all, Concept::kTeam)) ++counts[9];
        if (is_among(all, Concept::kParallel)) ++counts[10];
        if (is_among(all, Concept::kQuestion)) ++counts[11];
        if (reading.negated) ++counts[12];
        break;
      }
      case Token::Kind::kMark:
        if (token.mark == ',') ++counts[13];
        if (token.mark == '.') ++counts[14];
        if (token.mark == '?') ++counts[15];
        if (token.mark == ';') ++counts[16];
        break;
      case Token::Kind::kBreak: ++counts[17]; break;
      case Token::Kind::kBullet: ++counts[18]; break;
      case Token::Kind::kNumber:
      case Token::Kind::kAmount:
      case Token::Kind::kDate: ++counts[19]; break;
      default: ++counts[20];
    }
  }
  counts[21] = tokens.quotations().size();
  counts[22] = clauses_;
  for (std::size_t what = 0; what < counts.size(); ++what) add_count(static_cast<std::uint32_t>(what), counts[what]);
}

}  // namespace troupe

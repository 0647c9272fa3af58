#include "task/clauses.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace troupe {
namespace {

template <std::size_t kCount>
constexpr std::array<std::uint32_t, kCount> stems(const std::array<std::string_view, kCount>& words) {
  std::array<std::uint32_t, kCount> hashes{};
  for (std::size_t i = 0; i < kCount; ++i) hashes[i] = word_hash(words[i]);
  return hashes;
}

/// Stems of words by which a clause refers to what one before it gave.
constexpr auto kReferences = stems(std::array<std::string_view, 11>{"it", "them", "this", "that", "thos", "thes",
                                                                    "result", "they", "its", "their", "each"});
/// Words between two things that are asked for.
constexpr auto kJoints = stems(std::array<std::string_view, 13>{"and", "then", "but", "or", "und", "dann", "et", "puis",
                                                                "y", "luego", "e", "poi", "depoi"});

template <std::size_t kCount>
bool is_one_of(const std::array<std::uint32_t, kCount>& words, std::uint32_t hash) {
  return std::ranges::find(words, hash) != words.end();
}

bool is_action(const Reading& reading) {
  return std::ranges::any_of(reading.concepts, [](Concept each) {
    return each >= Concept::kDestroy && each <= Concept::kMonitor && each != Concept::kQuestion;
  });
}

/// What stands between two clauses and belongs to neither. A "then" says that a clause needs the one before it.
bool is_between(const Token& token) {
  return token.kind >= Token::Kind::kMark || (token.kind == Token::Kind::kWord && token.hash == kJoints[0]);
}

struct Part {
  std::size_t first, last;  // readings
};

/// Is the comma or the "and" at `i` followed by a verb that asks for another thing?
bool begins_another(const Tokens& tokens, const Features& features, std::size_t i) {
  for (std::size_t k = i + 1; k < features.readings().size() && k <= i + 3; ++k) {
    const Token& token = tokens.list()[features.readings()[k].token];
    if (token.kind != Token::Kind::kWord) return false;
    const Reading& reading = features.readings()[k];
    if (is_action(reading)) return true;
    const bool filler = is_one_of(kJoints, token.hash) || is_among(reading.concepts, Concept::kThen) ||
                        is_among(reading.concepts, Concept::kPolite);
    if (!filler) return false;
  }
  return false;
}

/// What clause `i` needs: the one before it, if it says "then" or refers to something that it does not name itself.
std::uint64_t needs_of(const Tokens& tokens, const Features& features, const Part& part, std::size_t i) {
  if (i == 0 || i >= kMostClauses) return 0;
  bool refers = false;
  for (std::size_t k = part.first; k < part.last; ++k) {
    const Token& token = tokens.list()[features.readings()[k].token];
    if (token.quoted || token.kind != Token::Kind::kWord) continue;
    const Reading& reading = features.readings()[k];
    if (k < part.first + 3 && is_among(reading.concepts, Concept::kThen)) refers = true;
    if (is_one_of(kReferences, token.hash)) refers = true;
  }
  return refers ? std::uint64_t{1} << (i - 1) : 0;
}

}  // namespace

void add_clauses(const Tokens& tokens, const Features& features, std::vector<TaskClause>& clauses) {
  const std::vector<Reading>& readings = features.readings();
  std::size_t first = 0;
  const auto close = [&](std::size_t end) {
    std::size_t last = end;
    while (last > first && tokens.list()[features.readings()[last - 1].token].kind >= Token::Kind::kMark) --last;
    while (first < last && is_between(tokens.list()[features.readings()[first].token])) ++first;
    if (last > first && clauses.size() < kMostClauses) {
      const Span span{tokens.list()[readings[first].token].begin, tokens.list()[readings[last - 1].token].end};
      clauses.push_back({span, needs_of(tokens, features, {first, last}, clauses.size())});
    }
    first = end;
  };
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const Token& token = tokens.list()[features.readings()[i].token];
    if (token.quoted) continue;
    if (token.kind == Token::Kind::kMark) {
      const char mark = token.mark;
      if (mark == '.' || mark == ';' || mark == '?' || mark == '!' || mark == '>') close(i + 1);
      else if (mark == ',' && i > first && begins_another(tokens, features, i)) close(i + 1);
    } else if (token.kind == Token::Kind::kBreak || token.kind == Token::Kind::kBullet) {
      close(i + 1);
    } else if (token.kind == Token::Kind::kWord && i > first + 1 && is_one_of(kJoints, token.hash) &&
               begins_another(tokens, features, i)) {
      close(i);
    }
  }
  close(readings.size());
}

void add_things(const Tokens& tokens, const Features& features, std::vector<NamedThing>& things) {
  using Kind = NamedThing::Kind;
  const auto add = [&](Kind kind, std::uint32_t begin, std::uint32_t end) {
    if (things.size() < kMostThings) things.push_back({kind, {begin, end}});
  };
  std::size_t quotation = 0;
  const auto quotations_before = [&](std::uint32_t begin) {
    for (; quotation < tokens.quotations().size() && tokens.quotations()[quotation].begin <= begin; ++quotation)
      add(Kind::kQuotation, tokens.quotations()[quotation].begin, tokens.quotations()[quotation].end);
  };
  bool after_name = false;
  for (std::size_t i = 0; i < features.readings().size(); ++i) {
    const Token& token = tokens.list()[features.readings()[i].token];
    quotations_before(token.begin);
    bool name = false;
    switch (token.kind) {
      case Token::Kind::kPath: add(Kind::kPath, token.begin, token.end); break;
      case Token::Kind::kUrl: {
        const std::string_view text = tokens.text(token);
        const bool repository =
            text.find("github.com/") != std::string_view::npos || text.find("gitlab.com/") != std::string_view::npos;
        add(repository ? Kind::kRepository : Kind::kUrl, token.begin, token.end);
        break;
      }
      case Token::Kind::kMail: add(Kind::kMail, token.begin, token.end); break;
      case Token::Kind::kNumber: add(Kind::kNumber, token.begin, token.end); break;
      case Token::Kind::kAmount: add(Kind::kAmount, token.begin, token.end); break;
      case Token::Kind::kDate: add(Kind::kDate, token.begin, token.end); break;
      case Token::Kind::kIdentifier: add(Kind::kIdentifier, token.begin, token.end); break;
      case Token::Kind::kWord:
        if (token.quoted) break;
        if (token.named && !is_among(features.readings()[i].concepts, Concept::kFunction)) {
          name = true;
          const bool time = is_among(features.readings()[i].concepts, Concept::kTime);
          if (after_name && !time && !things.empty() && things.back().kind == Kind::kName)
            things.back().span.end = token.end;
          else add(time ? Kind::kDate : Kind::kName, token.begin, token.end);
        }
        break;
      default: break;
    }
    after_name = name;
  }
  quotations_before(static_cast<std::uint32_t>(tokens.text().size()));
}

}  // namespace troupe

#include "task/clauses.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "task/names.hpp"

namespace troupe {
namespace {

template <std::size_t kCount>
constexpr std::array<std::uint32_t, kCount> stems(const std::array<std::string_view, kCount>& words) {
  std::array<std::uint32_t, kCount> hashes{};
  for (std::size_t i = 0; i < kCount; ++i) hashes[i] = word_hash(words[i]);
  return hashes;
}

/// Stems of words by which a clause refers to what one before it gave. Not those that are articles as well.
constexpr auto kReferences = stems(std::array<std::string_view, 28>{
    "it",   "them",     "this", "that",      "thos",   "thes",      "result", "they",  "its",     "their",
    "each", "sie",      "ihn",  "dies",      "diesen", "davon",     "darau",  "damit", "ergebni", "cela",
    "ceci", "resultat", "esto", "resultado", "questo", "risultato", "isso",   "isto"});
/// Words between two things that are asked for: those that only join them, and those that say which comes first.
constexpr auto kJoints =
    stems(std::array<std::string_view, 10>{"and", "but", "or", "und", "aber", "et", "mai", "y", "pero", "e"});
constexpr auto kThens = stems(std::array<std::string_view, 6>{"then", "dann", "pui", "luego", "poi", "depoi"});

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
  return token.kind >= Token::Kind::kMark || (token.kind == Token::Kind::kWord && is_one_of(kJoints, token.hash));
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
    const bool filler = is_one_of(kJoints, token.hash) || is_one_of(kThens, token.hash) ||
                        is_among(reading.concepts, Concept::kThen) || is_among(reading.concepts, Concept::kPolite);
    if (!filler) return false;
  }
  return false;
}

/// What the next clause needs: if it says "then", all before it that no other needs, and if it refers to something that
/// it does not name itself, the one before it.
std::uint64_t needs_of(const Tokens& tokens, const Features& features, const Part& part,
                       const std::vector<TaskClause>& before) {
  if (before.empty() || before.size() >= kMostClauses) return 0;
  bool refers = false, then = false;
  for (std::size_t k = part.first; k < part.last; ++k) {
    const Token& token = tokens.list()[features.readings()[k].token];
    if (token.quoted || token.kind != Token::Kind::kWord) continue;
    const Reading& reading = features.readings()[k];
    if (k < part.first + 3 && is_among(reading.concepts, Concept::kThen)) then = true;
    if (is_one_of(kReferences, token.hash)) refers = true;
  }
  const std::uint64_t last = std::uint64_t{1} << (before.size() - 1);
  if (!then) return refers ? last : 0;
  std::uint64_t needs = last << 1U;
  needs -= 1;
  for (const TaskClause& each : before) needs &= ~each.needs;
  return needs | last;
}

/// Whether nothing but a comma and blanks lies between.
bool is_near(std::string_view text, std::size_t end, std::size_t begin) {
  return begin >= end && begin - end <= 2 &&
         text.substr(end, begin - end).find_first_not_of(" ,") == std::string_view::npos;
}

/// "may 12", "12 may": what is no name may still be a month.
bool stands_by_number(const Tokens& tokens, std::size_t i, const Features& features) {
  const auto is_number = [&](std::size_t at) {
    return at < features.readings().size() && tokens.list()[features.readings()[at].token].kind == Token::Kind::kNumber;
  };
  return (i > 0 && is_number(i - 1)) || is_number(i + 1);
}

/// With the sign of "-5", which "2-5" has not.
std::uint32_t begin_of_number(std::string_view text, std::uint32_t begin) {
  const bool minus = begin > 0 && text[begin - 1] == '-' && (begin == 1 || text[begin - 2] == ' ');
  return begin - (minus ? 1 : 0);
}

/// With its currency, which stands before or behind it.
Span sum_of_money(std::string_view text, Span number) {
  for (const std::string_view sign : {"$", "€", "£", "¥", "₹"}) {
    if (text.substr(0, number.begin).ends_with(sign))
      return {number.begin - static_cast<std::uint32_t>(sign.size()), number.end};
  }
  std::size_t end = number.end;
  if (end < text.size() && text[end] == ' ') ++end;
  std::size_t last = end + word_at(text, end).size();
  for (const std::string_view sign : {"$", "€", "£", "¥", "₹"}) {
    if (text.substr(end).starts_with(sign)) last = end + sign.size();
  }
  return {number.begin, static_cast<std::uint32_t>(last)};
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
      clauses.push_back({span, needs_of(tokens, features, {first, last}, clauses)});
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
    } else if (token.kind == Token::Kind::kWord && i > first + 1 &&
               (is_one_of(kJoints, token.hash) || is_one_of(kThens, token.hash)) &&
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
  std::size_t month_at = 0;  // of the things, so many stood there once a month did
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
      case Token::Kind::kMail: {
        const bool repository = tokens.text(token).starts_with("git@");
        add(repository ? Kind::kRepository : Kind::kMail, token.begin, token.end);
        break;
      }
      case Token::Kind::kNumber:
        // Of "May 12, 2025" and "12 May 2025" one date.
        if (!things.empty() && things.back().kind == Kind::kDate && month_at == things.size() &&
            is_near(tokens.text(), things.back().span.end, token.begin)) {
          things.back().span.end = token.end;
        } else {
          add(Kind::kNumber, begin_of_number(tokens.text(), token.begin), token.end);
        }
        break;
      case Token::Kind::kAmount: {
        const Span span = sum_of_money(tokens.text(), {token.begin, token.end});
        add(Kind::kAmount, span.begin, span.end);
        break;
      }
      case Token::Kind::kDate: add(Kind::kDate, token.begin, token.end); break;
      case Token::Kind::kIdentifier: add(Kind::kIdentifier, token.begin, token.end); break;
      case Token::Kind::kWord:
        if (token.quoted || (!things.empty() && token.begin < things.back().span.end)) break;  // "500 EUR"
        if (is_month(tokens.text(token)) && (token.named || stands_by_number(tokens, i, features))) {
          const bool day = !things.empty() && things.back().kind == Kind::kNumber &&
                           is_near(tokens.text(), things.back().span.end, token.begin);
          if (day) things.back() = {Kind::kDate, {things.back().span.begin, token.end}};
          else add(Kind::kDate, token.begin, token.end);
          month_at = things.size();
          break;
        }
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

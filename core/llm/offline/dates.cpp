#include "llm/offline/dates.hpp"

#include "base/text.hpp"

namespace troupe::offline {
namespace {

constexpr std::string_view kMonths[] = {
    "january jan", "february feb", "march mar",          "april apr",   "may",          "june jun",
    "july jul",    "august aug",   "september sep sept", "october oct", "november nov", "december dec"};

/// 1 to 12, or 0.
int month_of(const Token& token) {
  for (int i = 0; i < 12; ++i) {
    if (token.is(kMonths[i])) return i + 1;
  }
  return 0;
}

/// "3", "3rd", "03"; or 0.
std::int64_t day_of(const Token& token) {
  std::string_view digits = token.text;
  for (const std::string_view ending : {"st", "nd", "rd", "th"}) {
    if (digits.ends_with(ending)) digits.remove_suffix(2);
  }
  return whole_number(digits, 0);
}

std::int64_t year_of(const Token& token) { return token.text.size() == 4 ? whole_number(token.text, 0) : 0; }

std::int64_t days_in(int month, std::int64_t year) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::string two_digits(std::int64_t number) { return joined({number < 10 ? "0" : "", decimal(number)}); }

}  // namespace

std::string take_written_date(std::span<Token> tokens) {
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const bool month_first = month_of(tokens[i - 1]) > 0;
    const int month = month_of(tokens[month_first ? i - 1 : i]);
    const std::int64_t day = day_of(tokens[month_first ? i : i - 1]);
    std::size_t at = i + 1;
    if (at < tokens.size() && tokens[at].kind == Token::Kind::kComma) ++at;
    if (month == 0 || at >= tokens.size()) continue;
    const std::int64_t year = year_of(tokens[at]);
    if (year == 0 || day < 1 || day > days_in(month, year)) continue;
    for (std::size_t used = i - 1; used <= at; ++used) tokens[used].kind = Token::Kind::kEnd;
    return joined({tokens[at].text, "-", two_digits(month), "-", two_digits(day)});
  }
  return {};
}

}  // namespace troupe::offline

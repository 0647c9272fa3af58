#include "task/names.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "task/characters.hpp"
#include "task/letters.hpp"

namespace troupe {
namespace {

constexpr std::string_view kWebEndings = " com org net io dev gov edu app ai co uk de fr jp cn ru br info example ";

bool ends_name(char c) {
  return kind_of(c) == kSpace || std::string_view("\"'`<>(){}[],;|").find(c) != std::string_view::npos;
}

/// The letters behind the last dot, if they are one to five letters or digits of one case: "md" of "notes.md". Where a
/// sentence begins without a space, as in "done.Then", there is none.
std::string_view ending_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const std::string_view ending = name.substr(dot + 1);
  const auto is_small = [](char c) { return (c >= 'a' && c <= 'z') || kind_of(c) == kDigit; };
  const auto is_capital = [](char c) { return (c >= 'A' && c <= 'Z') || kind_of(c) == kDigit; };
  const bool fits = !ending.empty() && ending.size() <= 5 && kind_of(ending[0]) == kLetter &&
                    (std::ranges::all_of(ending, is_small) || std::ranges::all_of(ending, is_capital));
  return fits ? ending : std::string_view();
}

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return kind_of(c) == kDigit; });
}

bool is_web_ending(std::string_view ending) {
  return !ending.empty() && contains(kWebEndings, troupe::joined({" ", lower(ending), " "}));
}

bool is_in_scheme(char c) { return is_alphanumeric(c) || c == '+' || c == '-'; }

/// Bytes of ":12" or ":12:3" behind a file's name.
std::size_t line_number(std::string_view chunk) {
  std::size_t end = chunk.size();
  for (int i = 0; i < 2; ++i) {
    const std::size_t colon = chunk.substr(0, end).rfind(':');
    if (colon == std::string_view::npos || colon < 2 || colon + 1 == end ||
        !is_digits(chunk.substr(colon + 1, end - colon - 1)))
      break;
    end = colon;
  }
  return chunk.size() - end;
}

/// Signs and words of money, folded.
constexpr std::array<std::string_view, 5> kSigns = {"$", "€", "£", "¥", "₹"};
constexpr std::string_view kCurrencies =
    " eur euro euros usd dollar dollars gbp pounds chf franken jpy yen inr rupees pln brl reais sek nok dkk kr czk ";

/// Words that a stop behind them does not end.
constexpr std::string_view kAbbreviations = " dr mr mrs ms prof st sr jr vs nr bzw ca sra mme approx ";

/// Months, as they are written in dates in six languages, folded.
constexpr std::string_view kMonths =
    " january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
    " januar februar marz mai juni juli oktober dezember"
    " janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre"
    " enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    " gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre"
    " janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro ";

}  // namespace

std::size_t foreign_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  bool spaced = true;
  while (end < text.size() && is_beyond_ascii(text[end])) {
    const Character character = character_at(text, end);
    if (!is_letter(character.code)) break;
    spaced = spaced && !is_written_without_spaces(character.code);
    end += character.bytes;
  }
  if (spaced) return end;
  const bool goes_on = end + 1 < text.size() && (text[end] == '/' || text[end] == '.' || text[end] == '\\') &&
                       is_alphanumeric(text[end + 1]);
  return goes_on ? end : at;
}

std::size_t chunk_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && !ends_name(text[end])) {
    if (!is_beyond_ascii(text[end])) {
      ++end;
    } else if (const std::size_t foreign = foreign_end(text, end); foreign > end) {
      end = foreign;
    } else {
      break;
    }
  }
  return end;
}

bool joins(char c) {
  return c == '.' || c == '/' || c == '@' || c == '_' || c == ':' || c == '\\' || c == '*' || c == '~';
}

Token::Kind name_kind(std::string_view chunk) {
  const std::size_t scheme = chunk.find("://");
  const bool web = (scheme != std::string_view::npos && scheme > 0 && scheme < 16 &&
                    std::ranges::all_of(chunk.substr(0, scheme), is_in_scheme)) ||
                   starts_with_ignoring_case(chunk, "www.");
  if (web) return Token::Kind::kUrl;
  chunk = chunk.substr(0, chunk.size() - line_number(chunk));
  if (is_abbreviation(chunk)) return Token::Kind::kMark;
  const std::string_view ending = ending_of(chunk);
  const std::size_t at = chunk.find('@');
  if (at != std::string_view::npos && at > 0 && !ending.empty()) return Token::Kind::kMail;
  if (chunk.starts_with('/') || chunk.starts_with("./") || chunk.starts_with("../") || chunk.starts_with("~/") ||
      (chunk.size() > 3 && chunk[1] == ':' && chunk[2] == '\\')) {
    return chunk.size() > 1 ? Token::Kind::kPath : Token::Kind::kMark;
  }
  // "gitlab.com/foo/bar"
  const std::string_view host = chunk.substr(0, std::min(chunk.find('/'), chunk.size()));
  if (host.size() < chunk.size() && is_web_ending(ending_of(host))) return Token::Kind::kUrl;
  if (!ending.empty() && !is_digits(chunk.substr(0, 1)))
    return is_web_ending(ending) ? Token::Kind::kUrl : Token::Kind::kPath;
  if (chunk.ends_with('/')) return Token::Kind::kPath;
  const bool glob = chunk.find('*') != std::string_view::npos;
  if (glob) return Token::Kind::kPath;
  return chunk.find('_') != std::string_view::npos ? Token::Kind::kIdentifier : Token::Kind::kMark;
}

bool is_date(std::string_view chunk) {
  const std::size_t time = chunk.find('T');
  if (time != std::string_view::npos && time + 1 < chunk.size() && kind_of(chunk[time + 1]) == kDigit)
    chunk = chunk.substr(0, time);
  const char separator = chunk.find('-') != std::string_view::npos   ? '-'
                         : chunk.find('/') != std::string_view::npos ? '/'
                                                                     : '.';
  std::array<int, 3> numbers{};
  std::size_t parts = 0;
  std::size_t longest = 0;
  for (const std::string_view part : split(chunk, separator)) {
    if (part.empty() || part.size() > 4 || part.size() == 3 || !is_digits(part) || parts == numbers.size())
      return false;
    for (const char c : part) numbers[parts] = numbers[parts] * 10 + (c - '0');
    longest = std::max(longest, part.size());
    ++parts;
  }
  if (parts == 2) return separator == '-' && chunk.size() == 7;
  if (parts != 3 || (separator == '-' && longest < 4)) return false;
  const auto is_day = [](int number) { return number >= 1 && number <= 31; };
  const auto is_month = [](int number) { return number >= 1 && number <= 12; };
  if (chunk.find(separator) == 4) return is_month(numbers[1]) && is_day(numbers[2]);
  return is_day(numbers[0]) && is_day(numbers[1]) &&
         (is_month(numbers[1]) || (separator == '/' && is_month(numbers[0])));
}

std::string_view word_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (kind_of(text[end]) == kLetter || is_beyond_ascii(text[end]))) ++end;
  return text.substr(at, end - at);
}

bool is_month(std::string_view word) {
  return word.size() >= 3 && word.size() <= 12 && contains(kMonths, joined({" ", folded(word), " "}));
}

bool is_money(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view before = text.substr(0, begin), behind = text.substr(end, 24);
  const std::string_view next = behind.substr(behind.starts_with(' ') ? 1 : 0);
  return std::ranges::any_of(kSigns,
                             [&](std::string_view sign) { return before.ends_with(sign) || next.starts_with(sign); }) ||
         contains(kCurrencies, joined({" ", lower(word_at(next, 0)), " "}));
}

bool is_abbreviation(std::string_view chunk) {
  if (chunk.size() < 3 || chunk.size() > 7) return false;
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    if (i % 2 == 0 ? kind_of(chunk[i]) != kLetter : chunk[i] != '.') return false;
  }
  return true;
}

bool is_abbreviated(std::string_view word) {
  return word.size() <= 6 && contains(kAbbreviations, joined({" ", word, " "}));
}

}  // namespace troupe

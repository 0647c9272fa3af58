#include "llm/offline/tokens.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == '\0'; }

bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+') || text.starts_with('#')) text.remove_prefix(1);
  const auto odd = [](char c) { return !is_digit(c) && c != '.' && c != ','; };
  return !text.empty() && is_digit(text.front()) && std::ranges::none_of(text, odd) &&
         std::ranges::count(text, '.') <= 1;
}

/// 2026-03-01, with or without a time after it.
bool is_iso_date(std::string_view text) {
  if (text.size() < 10 || (text.size() > 10 && text[10] != 'T')) return false;
  for (std::size_t i = 0; i < 10; ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return false;
  }
  return true;
}

Kind kind_of(std::string_view text) {
  if (is_number(text)) return Kind::kNumber;
  if (is_iso_date(text)) return Kind::kDate;
  if (contains(text, "://") || starts_with_ignoring_case(text, "www.")) return Kind::kUrl;
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos && at > 0 && contains(text.substr(at), ".")) return Kind::kEmail;
  if (text == "and/or" || text == "w/o") return Kind::kWord;
  const bool arithmetic = std::ranges::none_of(text, is_letter);
  if ((contains(text, "/") || contains(text, "\\")) && (!arithmetic || text == "/" || text == "./")) return Kind::kPath;
  if (contains(text, "*.") || text.starts_with('~') || has_extension(text)) return Kind::kPath;
  if (text.size() > 2 && text[0] == '.' && is_letter(text[1])) return Kind::kPath;
  return Kind::kWord;
}

constexpr std::string_view kMonths = "jan feb mar apr may jun jul aug sep oct nov dec";

bool is_month(const Token& token) {
  return token.kind == Kind::kWord && is_letter(token.text.front()) && token.text.front() < 'a' &&
         (among(kMonths, token.lowered) ||
          among("january february march april june july august september october november december", token.lowered));
}

bool is_number_below(const Token& token, std::int64_t limit) {
  const std::optional<std::int64_t> number = whole_number(token.text);
  return token.kind == Kind::kNumber && number && *number > 0 && *number < limit;
}

/// "3 March 2026" and "March 3, 2026" become one token, written 2026-03-03.
void join_plain_dates(std::vector<Token>& tokens) {
  std::vector<Token> joined;
  for (std::size_t i = 0; i < tokens.size();) {
    const bool day_first = i + 2 < tokens.size() && is_number_below(tokens[i], 32) && is_month(tokens[i + 1]);
    const bool month_first = i + 2 < tokens.size() && is_month(tokens[i]) && is_number_below(tokens[i + 1], 32);
    const std::size_t year = i + 2 + (month_first && tokens[i + 2].kind == Kind::kComma ? 1 : 0);
    if ((day_first || month_first) && year < tokens.size() && is_number_below(tokens[year], 10000)) {
      const Token& month = tokens[day_first ? i + 1 : i];
      const std::size_t place = kMonths.find(std::string_view(month.lowered).substr(0, 3)) / 4 + 1;
      const auto two = [](std::string_view digits) { return (digits.size() < 2 ? "-0" : "-") + std::string(digits); };
      Token date = tokens[i];
      date.kind = Kind::kDate;
      date.text =
          tokens[year].text + two(decimal(static_cast<std::int64_t>(place))) + two(tokens[day_first ? i : i + 1].text);
      date.end = tokens[year].end;
      joined.push_back(std::move(date));
      i = year + 1;
    } else {
      joined.push_back(std::move(tokens[i]));
      ++i;
    }
  }
  tokens = std::move(joined);
}

struct Quote {
  std::string_view open, close;
};
constexpr Quote kQuotes[] = {{"\"", "\""}, {"`", "`"}, {"'", "'"}, {"“", "”"}, {"‘", "’"}, {"«", "»"}};

class Lexer {
 public:
  explicit Lexer(std::string_view task) : task_(task) {}

  std::vector<Token> all() {
    while (at_ < task_.size()) {
      const char c = task_[at_];
      if (is_blank(c) || c == '(' || c == ')' || c == '[' || c == ']') ++at_;
      else if (c == '\n' || c == ';') mark(Kind::kEnd);
      else if (c == ',') mark(Kind::kComma);
      else if (c == ':') mark(Kind::kColon);
      else if (!quoted()) chunk();
    }
    mark(Kind::kEnd);
    return std::move(tokens_);
  }

 private:
  void add(Kind kind, std::size_t begin, std::size_t end, std::string_view text) {
    Token token{kind, std::string(text), {}, {}, begin, std::min(end, task_.size())};
    if (kind == Kind::kWord) {
      token.lowered = lower(text);
      token.meaning = canonical(token.lowered);
    }
    tokens_.push_back(std::move(token));
  }

  void mark(Kind kind) {
    add(kind, at_, at_ + 1, {});
    ++at_;
  }

  bool quoted() {
    for (std::size_t i = 0; i < std::size(kQuotes); ++i) {
      const Quote& quote = kQuotes[i];
      if (unclosed_[i] || !task_.substr(at_).starts_with(quote.open)) continue;
      const std::size_t begin = at_ + quote.open.size();
      std::size_t end = task_.find(quote.close, begin);
      // An apostrophe within a word closes nothing.
      while (quote.open == "'" && end != std::string_view::npos && end + 1 < task_.size() &&
             is_letter(task_[end + 1])) {
        end = task_.find(quote.close, end + 1);
      }
      if (end == std::string_view::npos) {
        unclosed_[i] = true;  // then there is none for a later one either: the text is searched once
        continue;
      }
      add(Kind::kQuoted, at_, end + quote.close.size(), task_.substr(begin, end - begin));
      at_ = end + quote.close.size();
      return true;
    }
    return false;
  }

  /// Up to the next blank, then without the punctuation at its end.
  void chunk() {
    const std::size_t begin = at_;
    bool url = false;
    for (; at_ < task_.size(); ++at_) {
      const char c = task_[at_];
      url = url || task_.substr(at_).starts_with("://");
      if (is_blank(c) || c == '\n' || c == '"' || c == '`') break;
      if (!url && (c == ';' || c == '(' || c == ')' || (c == ',' && !between_digits(at_)))) break;
    }
    const std::string_view whole = task_.substr(begin, at_ - begin);
    std::size_t size = whole.size();
    const bool dots = whole == "." || whole == ".." || whole == "./" || whole == "/";
    while (!dots && size > 0 && among(". , : ; ! ? ' )", whole.substr(size - 1, 1))) --size;
    const std::string_view kept = whole.substr(0, size);
    if (whole == "." || whole == "..") add(Kind::kPath, begin, at_, whole);
    else if (!kept.empty()) add(kind_of(kept), begin, begin + size, kept);
    const std::string_view after = whole.substr(size);
    if (dots) return;
    if (after.find_first_of(".!?;") != std::string_view::npos) add(Kind::kEnd, begin + size, at_, after);
    else if (contains(after, ",")) add(Kind::kComma, begin + size, at_, after);
    else if (contains(after, ":")) add(Kind::kColon, begin + size, at_, after);
    if (at_ == begin) ++at_;
  }

  bool between_digits(std::size_t at) const {
    return at > 0 && at + 3 < task_.size() && is_digit(task_[at - 1]) && is_digit(task_[at + 1]) &&
           is_digit(task_[at + 2]) && is_digit(task_[at + 3]);
  }

  std::string_view task_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  bool unclosed_[std::size(kQuotes)] = {};
};

}  // namespace

bool Token::is(std::string_view words) const { return kind == Kind::kWord && among(words, lowered); }

std::vector<Token> tokens_of(std::string_view task) {
  std::vector<Token> tokens = Lexer(task).all();
  join_plain_dates(tokens);
  return tokens;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+') || text.starts_with('#')) text.remove_prefix(1);
  std::int64_t number = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == ',') continue;
    if (!is_digit(c) || ++digits > 15) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  if (digits == 0) return std::nullopt;
  return negative ? -number : number;
}

bool has_extension(std::string_view path) {
  const std::string_view name = base_name(path);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string_view ending = name.substr(dot + 1);
  const auto alphanumeric = [](char c) { return is_letter(c) || is_digit(c); };
  return !ending.empty() && ending.size() <= 8 && std::ranges::all_of(ending, alphanumeric) &&
         std::ranges::any_of(ending, is_letter) && !among("e.g i.e", name);
}

std::string_view base_name(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view parent_of(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string join_path(std::string_view directory, std::string_view name) {
  while (directory.size() > 1 && directory.ends_with('/')) directory.remove_suffix(1);
  if (directory.empty() || directory == "." || name.starts_with('/')) return std::string(name);
  return std::string(directory) + (directory.ends_with('/') ? "" : "/") + std::string(name);
}

}  // namespace troupe::offline

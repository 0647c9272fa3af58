#include "llm/offline/tokens.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_any(char c, std::string_view of) { return of.find(c) != std::string_view::npos; }

bool has_letter(std::string_view text) {
  for (const char c : text) {
    if (is_letter(c)) return true;
  }
  return false;
}

bool is_number(std::string_view text) {
  if (is_any(text.front(), "-+#")) text.remove_prefix(1);
  return !text.empty() && is_digit(text.front()) && text.find_first_not_of("0123456789.,") == std::string_view::npos &&
         text.find('.') == text.rfind('.');
}

/// 2026-03-01, with or without a time after it.
bool is_iso_date(std::string_view text) {
  if (text.size() < 10 || (text.size() > 10 && text[10] != 'T')) return false;
  for (std::size_t i = 0; i < 10; ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return false;
  }
  return true;
}

bool is_path(std::string_view text) {
  if (text == "/" || text == "./" || text == "." || text == "..") return true;
  if (text == "and/or" || text == "w/o") return false;
  if (text.find_first_of("/\\") != std::string_view::npos) return has_letter(text);
  return text.front() == '~' || contains(text, "*.") || has_extension(text) ||
         (text.size() > 2 && text[0] == '.' && is_letter(text[1]));
}

Kind kind_of(std::string_view text) {
  if (is_number(text)) return Kind::kNumber;
  if (is_iso_date(text)) return Kind::kDate;
  if (is_url(text)) return Kind::kUrl;
  return is_path(text) ? Kind::kPath : Kind::kWord;
}

struct Quote {
  std::string_view open, close;
};
constexpr Quote kQuotes[] = {{"\"", "\""}, {"`", "`"}, {"'", "'"}, {"“", "”"}, {"‘", "’"}, {"«", "»"}};

class Lexer {
 public:
  Lexer(std::string_view task, std::string_view lowered) : task_(task), lowered_(lowered) {}

  std::vector<Token> all() {
    while (at_ < task_.size()) {
      const char c = task_[at_];
      const bool after_blank = at_ == 0 || is_any(task_[at_ - 1], kBlank);
      if (is_any(c, "\n;") || (is_any(c, ".!?") && !after_blank)) add(Kind::kEnd, 1);
      else if (is_any(c, kBlank) || is_any(c, "()[]")) ++at_;
      else if (c == ',') add(Kind::kComma, 1);
      else if (c == ':') add(Kind::kColon, 1);
      else if (!quoted()) chunk();
    }
    add(Kind::kEnd, 0);
    return std::move(tokens_);
  }

 private:
  static constexpr std::string_view kAfterNumber = " \t\r\n.,;:!?)";
  static constexpr std::string_view kBlank{" \t\r\f\v\n\0", 7};

  /// The next `size` bytes.
  void add(Kind kind, std::size_t size) {
    Token token{kind, task_.substr(at_, size), {}, {}, at_, at_ + size};
    if (kind == Kind::kWord) {
      token.word = lowered_.substr(at_, size);
      token.meaning = canonical(token.word);
    }
    tokens_.push_back(token);
    at_ += size;
  }

  bool quoted() {
    // An apostrophe within or after a word opens nothing.
    const bool within = at_ > 0 && is_letter(task_[at_ - 1]);
    for (std::size_t i = 0; i < std::size(kQuotes); ++i) {
      const Quote& quote = kQuotes[i];
      const bool apostrophe = quote.open == "'";
      if (unclosed_[i] || !task_.substr(at_).starts_with(quote.open) || (apostrophe && within)) continue;
      const std::size_t begin = at_ + quote.open.size();
      std::size_t end = task_.find(quote.close, begin);
      while (apostrophe && end < task_.size() && end + 1 < task_.size() && is_letter(task_[end + 1])) {
        end = task_.find(quote.close, end + 1);
      }
      // If there is none, then there is none for a later one either: the text is searched once.
      unclosed_[i] = end == std::string_view::npos;
      if (unclosed_[i]) continue;
      add(Kind::kQuoted, end + quote.close.size() - at_);
      tokens_.back().text = task_.substr(begin, end - begin);
      return true;
    }
    return false;
  }

  /// Up to the next blank, then without the punctuation at its end.
  void chunk() {
    std::size_t end = at_;
    bool url = false;
    for (; end < task_.size(); ++end) {
      const char c = task_[end];
      url = url || task_.substr(end).starts_with("://");
      if (is_any(c, kBlank) || is_any(c, "\"`")) break;
      if (!url && is_any(c, ";(),") && !parts_thousands(end)) break;
    }
    std::string_view kept = task_.substr(at_, end - at_);
    if (kept.size() > 2 || !is_any(task_[at_], "./")) {
      while (!kept.empty() && is_any(kept.back(), ".,:;!?')")) kept.remove_suffix(1);
    }
    if (kept.empty()) ++at_;
    else add(kind_of(kept), kept.size());
  }

  /// Is it the comma of "1,000"?
  bool parts_thousands(std::size_t comma) const {
    if (task_[comma] != ',' || comma == at_ || comma > at_ + 24 || !is_number(task_.substr(at_, comma - at_)))
      return false;
    for (std::size_t i = comma + 1; i < comma + 4; ++i) {
      if (i >= task_.size() || !is_digit(task_[i])) return false;
    }
    return comma + 4 == task_.size() || is_any(task_[comma + 4], kAfterNumber);
  }

  std::string_view task_, lowered_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  bool unclosed_[std::size(kQuotes)] = {};
};

}  // namespace

bool Token::is(std::string_view words) const { return among(words, word); }

std::vector<Token> tokens_of(std::string_view task, std::string_view lowered) { return Lexer(task, lowered).all(); }

std::string without_commas(std::string_view number) {
  std::string digits(number);
  std::erase(digits, ',');
  return digits;
}

std::int64_t whole_number(std::string_view text, std::int64_t otherwise) {
  std::int64_t number = 0;
  for (const char c : text) {
    if (!is_digit(c) || text.size() > 15) return otherwise;
    number = number * 10 + (c - '0');
  }
  return text.empty() ? otherwise : number;
}

bool is_url(std::string_view text) { return contains(text, "://") || text.starts_with("www."); }

bool is_bare_name(std::string_view text) {
  return !text.empty() && text.find_first_of("/\\.~*@") == std::string_view::npos;
}

bool has_extension(std::string_view path) {
  const std::string_view name = base_name(path);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name == "e.g" || name == "i.e") return false;
  const std::string_view ending = name.substr(dot + 1);
  if (ending.size() > 8 || !has_letter(ending)) return false;
  for (const char c : ending) {
    if (!is_letter(c) && !is_digit(c)) return false;
  }
  return true;
}

std::string_view without_slash(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string_view base_name(std::string_view path) {
  path = without_slash(path);
  return path.substr(path.find_last_of("/\\") + 1);
}

std::string_view parent_of(std::string_view path) {
  path = without_slash(path);
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string join_path(std::string_view directory, std::string_view name) {
  directory = without_slash(directory);
  if (directory.empty() || directory == "." || name.starts_with('/')) return std::string(name);
  return joined({directory, directory == "/" ? "" : "/", name});
}

}  // namespace troupe::offline

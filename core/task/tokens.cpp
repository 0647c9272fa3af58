#include "task/tokens.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "task/characters.hpp"
#include "task/letters.hpp"
#include "task/names.hpp"
#include "task/stem.hpp"

namespace troupe {
namespace {

/// A quotation that does not end within so many bytes is none.
constexpr std::size_t kLongestQuotation = 4000;

bool begins_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }

/// Hashes of parts: no part is a word, and a beginning is no ending.
std::uint32_t beginning(std::string_view letters) { return word_hash(letters) ^ '*'; }
std::uint32_t middle(std::string_view letters) { return word_hash(letters) ^ '~'; }
std::uint32_t ending(std::string_view letters) { return word_hash(letters) ^ '$'; }

struct Quotes {
  std::string_view open, close;
};

constexpr std::array kQuotes = {Quotes{"```", "```"}, Quotes{"`", "`"},   Quotes{"\"", "\""}, Quotes{"'", "'"},
                                Quotes{"“", "”"},     Quotes{"„", "“"},   Quotes{"„", "”"},   Quotes{"«", "»"},
                                Quotes{"‘", "’"},     Quotes{"「", "」"}, Quotes{"『", "』"}, Quotes{"《", "》"}};

/// Marks of other scripts, and what they do in ASCII.
struct Mark {
  char32_t code;
  char ascii;
};

constexpr std::array kMarks = {
    Mark{0x3002, '.'}, Mark{0xFF0E, '.'}, Mark{0x964, '.'},   Mark{0x6D4, '.'},   Mark{0x3001, ','}, Mark{0xFF0C, ','},
    Mark{0x60C, ','},  Mark{0xFF1F, '?'}, Mark{0x61F, '?'},   Mark{0xFF01, '!'},  Mark{0xFF1B, ';'}, Mark{0x61B, ';'},
    Mark{0xFF1A, ':'}, Mark{0x2026, '.'}, Mark{0x2013, '-'},  Mark{0x2014, '-'},  Mark{0x2192, '>'}, Mark{0xBF, '?'},
    Mark{0xA1, '!'},   Mark{0x2022, '*'}, Mark{0x2018, '\''}, Mark{0x2019, '\''}, Mark{0xB7, '*'}};

/// May a quotation begin with it? Of what is not ASCII the first byte.
bool may_quote(char c) { return c == '"' || c == '\'' || c == '`' || c == '\xE2' || c == '\xC2' || c == '\xE3'; }

}  // namespace

std::uint32_t hash_of_word(std::string_view word) {
  std::string letters = folded(word);
  return word_hash(stem(letters.data(), letters.size()));
}

Token& Tokens::add(Token::Kind kind, std::size_t begin, std::size_t end) {
  Token& token = list_.emplace_back();
  token.kind = kind;
  token.begin = static_cast<std::uint32_t>(begin);
  token.end = static_cast<std::uint32_t>(end);
  token.quoted = begin < quoted_until_;
  token.hash = static_cast<std::uint32_t>(kind) * 0x9E3779B1U + 1;
  return token;
}

void Tokens::read(std::string_view text) {
  text_ = text;
  list_.clear();
  quotations_.clear();
  quoted_until_ = 0;
  closing_ = 0;
  chunk_end_ = 0;
  no_close_.fill(0);
  sentence_begins_ = true;
  for (std::size_t at = 0; at < text.size();) {
    if (closing_ > 0 && at >= quoted_until_) {
      at = quoted_until_ + closing_;
      quoted_until_ = closing_ = 0;
      continue;
    }
    const char c = text[at];
    switch (kind_of(c)) {
      case kSpace:
        if (c == '\n' && !list_.empty() && list_.back().kind != Token::Kind::kBreak) {
          add(Token::Kind::kBreak, at, at + 1);
          sentence_begins_ = true;
        }
        ++at;
        break;
      case kLetter: at = word(at); break;
      case kDigit: at = number(at); break;
      default: at = other(at);
    }
  }
}

/// What begins with neither a letter nor a digit of ASCII.
std::size_t Tokens::other(std::size_t at) {
  const char c = text_[at];
  if (may_quote(c)) {
    if (const std::size_t inside = quotation(at); inside > at) return inside;
  }
  // "and/or" is no path.
  const bool within = c == '/' && at > 0 && (is_alphanumeric(text_[at - 1]) || is_beyond_ascii(text_[at - 1]));
  if (joins(c) && !within) {
    if (const std::size_t end = joined(at); end > at) return end;
  }
  return is_beyond_ascii(c) ? word(at) : mark(at);
}

/// Is `at` the opening quote of something that is closed? Then its inside begins at what is returned.
std::size_t Tokens::quotation(std::size_t at) {
  if (at < quoted_until_) return at;
  const std::string_view rest = text_.substr(at, kLongestQuotation);
  for (std::size_t i = 0; i < kQuotes.size(); ++i) {
    const Quotes& quotes = kQuotes[i];
    if (!rest.starts_with(quotes.open)) continue;
    // "It's" opens nothing.
    if (quotes.open == "'" && at > 0 && (is_alphanumeric(text_[at - 1]) || is_beyond_ascii(text_[at - 1]))) return at;
    // What was looked through for a close is not looked through again.
    std::size_t close =
        rest.find(quotes.close, std::max(quotes.open.size(), no_close_[i] - std::min(no_close_[i], at)));
    while (quotes.open == "'" && close != std::string_view::npos && close + 1 < rest.size() &&
           is_alphanumeric(rest[close + 1])) {
      close = rest.find(quotes.close, close + 1);
    }
    if (close == std::string_view::npos)
      no_close_[i] = std::max(no_close_[i], at + rest.size() - quotes.close.size() + 1);
    if (close == std::string_view::npos || close == quotes.open.size()) continue;
    // Who puts quotes around all of a task quotes nothing.
    if (quotes.open[0] != '`' && close * 4 > text_.size() * 3) continue;
    const std::size_t begin = at + quotes.open.size();
    quoted_until_ = at + close;
    closing_ = quotes.close.size();
    quotations_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(quoted_until_)});
    Token& token = add(Token::Kind::kMark, at, begin);
    token.mark = '"';
    token.quoted = false;
    token.hash = '"';
    return begin;
  }
  return at;
}

/// A name of several parts that begins here: a path, a URL, an address. Its end, or `at` if there is none.
std::size_t Tokens::joined(std::size_t at) {
  if (is_beyond_ascii(text_[at]) && foreign_end(text_, at) == at) return at;
  if (at >= chunk_end_) chunk_end_ = chunk_end(text_, at);
  if (chunk_end_ > at + kLongestName) return at;
  std::size_t end = chunk_end_;
  // Without the marks that end a sentence.
  while (end > at && std::string_view(".:!?").find(text_[end - 1]) != std::string_view::npos) --end;
  if (end <= at + 1) return at;
  const Token::Kind kind = name_kind(text_.substr(at, end - at));
  if (kind == Token::Kind::kMark) return at;
  add(kind, at, end);
  sentence_begins_ = false;
  return end;
}

std::size_t Tokens::number(std::size_t at) {
  const bool line_begins = list_.empty() || list_.back().kind == Token::Kind::kBreak;
  std::size_t end = at;
  while (end < text_.size() &&
         (is_alphanumeric(text_[end]) || (std::string_view(".,:/-").find(text_[end]) != std::string_view::npos &&
                                          end + 1 < text_.size() && kind_of(text_[end + 1]) == kDigit)))
    ++end;
  if (line_begins && end - at <= 2 && end + 1 < text_.size() && (text_[end] == '.' || text_[end] == ')') &&
      kind_of(text_[end + 1]) == kSpace) {
    add(Token::Kind::kBullet, at, end + 1);
    sentence_begins_ = true;
    return end + 1;
  }
  if (const std::size_t name = joined(at); name > end) return name;
  // "12. Mai"
  if (end - at <= 2 && text_.substr(end).starts_with(". ") && is_month(word_at(text_, end + 2))) ++end;
  const bool amount = is_money(text_, at, end);
  const bool date = end - at >= 6 && is_date(text_.substr(at, end - at));
  add(amount ? Token::Kind::kAmount : date ? Token::Kind::kDate : Token::Kind::kNumber, at, end);
  sentence_begins_ = false;
  return end;
}

std::size_t Tokens::word(std::size_t at) {
  std::size_t end = at;
  std::size_t size = 0;
  bool ascii = true;
  const std::string_view text = text_;
  char* const letters = letters_.data();
  while (end < text.size() && size < kLongestWord) {
    const char c = text[end];
    if (const std::uint8_t kind = kind_of(c); kind >= kLetter) {
      letters[size++] = kind == kLetter ? static_cast<char>(c | 0x20) : c;
      ++end;
      continue;
    }
    if (c == '\'' && end > at && end + 1 < text.size() && kind_of(text[end + 1]) == kLetter &&
        end + 1 != quoted_until_ && end != quoted_until_) {
      ++end;
      continue;
    }
    if (!is_beyond_ascii(c)) break;
    const Character character = character_at(text, end);
    // A typographic apostrophe inside of a word.
    if (character.code == 0x2019 && end > at && end + 3 < text.size() && kind_of(text[end + 3]) == kLetter) {
      end += 3;
      continue;
    }
    const bool alone = is_written_without_spaces(character.code);
    if (!is_letter(character.code) || (alone && end > at)) break;
    folded_.clear();
    append_folded(folded_, character.code);
    for (const char letter : folded_) letters[size++] = letter;
    ascii = false;
    end += character.bytes;
    if (alone) break;
  }
  size_ = size;
  if (end == at) return mark(at);
  // "notes.md", "a/b", "snake_case", "me@example.org": names, if the whole chunk is one.
  if (end < text_.size() && joins(text_[end])) {
    if (const std::size_t name = joined(at); name > end) return name;
  }
  if (end < text_.size() && text_[end] == '.' && ascii) end = abbreviation(at, end);
  // Before the stem, which may write over the letters.
  const std::array<std::uint32_t, 3> found = ascii ? parts_of_ascii() : parts(at);
  Token& token = add(Token::Kind::kWord, at, end);
  token.parts = found;
  token.named = !sentence_begins_ && text_[at] >= 'A' && text_[at] <= 'Z';
  token.hash = word_hash(stem(letters_.data(), size_));
  sentence_begins_ = false;
  return end;
}

/// A word that ends at `end`, before a stop, may be an abbreviation: then the stop is a part of it. Where it ends.
std::size_t Tokens::abbreviation(std::size_t at, std::size_t end) {
  if (end == at + 1) {  // of several letters: "U.S."
    while (end + 1 < text_.size() && text_[end] == '.' && kind_of(text_[end + 1]) == kLetter &&
           (end + 2 == text_.size() || !is_alphanumeric(text_[end + 2]))) {
      letters_[size_++] = static_cast<char>(text_[end + 1] | 0x20);
      end += 2;
    }
    return end > at + 1 && end < text_.size() && text_[end] == '.' ? end + 1 : end;
  }
  return is_abbreviated({letters_.data(), size_}) ? end + 1 : end;
}

/// As `parts`, where each letter is a byte: most are.
std::array<std::uint32_t, 3> Tokens::parts_of_ascii() const {
  const std::string_view letters(letters_.data(), size_);
  return {size_ > 4 ? beginning(letters.substr(0, 4)) : 0, size_ > 5 ? ending(letters.substr(size_ - 5)) : 0,
          size_ > 7 ? middle(letters.substr(2, 4)) : 0};
}

/// Parts of the word at hand, which begins at `at`: see Tokens.
std::array<std::uint32_t, 3> Tokens::parts(std::size_t at) const {
  const char32_t first = is_beyond_ascii(text_[at]) ? character_at(text_, at).code : 0;
  if (is_written_without_spaces(first)) {
    std::array<std::uint32_t, 3> parts{};
    std::size_t end = at + character_at(text_, at).bytes;
    for (std::size_t i = 0; i < 2 && end < text_.size() && is_beyond_ascii(text_[end]); ++i) {
      const Character next = character_at(text_, end);
      if (!is_written_without_spaces(next.code)) break;
      end += next.bytes;
      parts[i] = word_hash(text_.substr(at, end - at));
    }
    return parts;
  }
  const std::string_view letters(letters_.data(), size_);
  // Of the first letters, 0 where there are no more.
  std::array<std::size_t, 9> ends{};
  std::size_t count = 0;
  for (std::size_t end = 1; end <= size_ && count < ends.size(); ++end) {
    if (end == size_ || begins_letter(letters[end])) ends[count++] = end;
  }
  const auto last = [&](int wanted) {
    std::size_t begin = size_;
    while (wanted > 0) wanted -= begins_letter(letters[--begin]) ? 1 : 0;
    return ending(letters.substr(begin));
  };
  if (first >= 0xAC00 && first <= 0xD7A3) {
    return {count > 2 ? word_hash(letters.substr(0, ends[1])) : 0,
            count > 1 ? beginning(letters.substr(0, ends[0])) : 0, count > 2 ? last(2) : 0};
  }
  return {count > 4 ? beginning(letters.substr(0, ends[3])) : 0, count > 5 ? last(5) : 0,
          count > 7 ? middle(letters.substr(ends[1], ends[5] - ends[1])) : 0};
}

std::size_t Tokens::mark(std::size_t at) {
  const Character character = character_at(text_, at);
  const std::size_t end = at + character.bytes;
  char mark = character.code < 0x80 ? static_cast<char>(character.code) : '~';
  for (const Mark& each : kMarks) {
    if (each.code == character.code) mark = each.ascii;
  }
  const bool line_begins = list_.empty() || list_.back().kind == Token::Kind::kBreak;
  if (line_begins && (mark == '-' || mark == '*') && end < text_.size() && kind_of(text_[end]) == kSpace) {
    add(Token::Kind::kBullet, at, end);
    sentence_begins_ = true;
    return end;
  }
  Token& token = add(Token::Kind::kMark, at, end);
  token.mark = mark;
  token.hash = static_cast<std::uint32_t>(static_cast<unsigned char>(mark));
  if (mark == '.' || mark == '!' || mark == '?' || mark == ':') sentence_begins_ = true;
  return end;
}

}  // namespace troupe

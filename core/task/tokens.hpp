// A task cut into words, numbers, names and marks, each with its place in the text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

struct Token {
  enum class Kind : std::uint8_t {
    kWord,
    kNumber,
    kAmount,
    kDate,
    kPath,
    kUrl,
    kMail,
    kIdentifier,
    kMark,
    kBreak,
    kBullet
  };

  Kind kind = Kind::kWord;
  char mark = 0;                         // of a mark: the character, or what stands for it in ASCII
  bool quoted = false;                   // stands in a quotation or in code
  bool named = false;                    // begins with a capital, and not because a sentence begins
  std::uint32_t begin = 0, end = 0;      // bytes of the text
  std::uint32_t hash = 0;                // of a word's stem; of other tokens, of their kind
  std::array<std::uint32_t, 3> parts{};  // of a word, the first of its begin: see Tokens; 0 of short words
};

/// A quotation or a piece of code, without its quotes.
struct Quotation {
  std::uint32_t begin = 0, end = 0;
};

/// A text in its tokens. A word's parts are what stands for it where endings or the lack of spaces hide it: of a Han,
/// Kana or Thai character the two and the three characters that begin with it; of Hangul the first two syllables, the
/// first one and the last two; elsewhere the first four letters of a longer word, of those of six and more the last
/// five and of those of eight and more the third to the sixth. Linear in the length of the text, whatever its bytes;
/// the room is used again and again.
class Tokens {
 public:
  /// Longer words are cut in pieces. Bytes, folded.
  static constexpr std::size_t kLongestWord = 64;

  void read(std::string_view text);

  const std::vector<Token>& list() const { return list_; }
  std::vector<Token>& list() { return list_; }
  const std::vector<Quotation>& quotations() const { return quotations_; }
  std::string_view text() const { return text_; }
  std::string_view text(const Token& token) const { return text_.substr(token.begin, token.end - token.begin); }

 private:
  std::size_t other(std::size_t at);
  std::size_t quotation(std::size_t at);
  std::size_t joined(std::size_t at);
  std::size_t number(std::size_t at);
  std::size_t word(std::size_t at);
  std::size_t abbreviation(std::size_t at, std::size_t end);
  std::size_t mark(std::size_t at);
  std::array<std::uint32_t, 3> parts(std::size_t at) const;
  std::array<std::uint32_t, 3> parts_of_ascii() const;
  Token& add(Token::Kind kind, std::size_t begin, std::size_t end);

  std::string_view text_;
  std::array<char, kLongestWord + 8> letters_{};  // of the word at hand, folded
  std::size_t size_ = 0;                          // of them
  std::string folded_;
  std::vector<Token> list_;
  std::vector<Quotation> quotations_;
  std::size_t quoted_until_ = 0;            // where the closing quote begins
  std::size_t closing_ = 0;                 // its bytes
  std::size_t chunk_end_ = 0;               // of what may be a name: looked for once, however many may begin in it
  std::array<std::size_t, 12> no_close_{};  // of each kind of quotes: up to where none closes
  bool sentence_begins_ = true;
};

/// What a word's stem is hashed to, in a text as in the tables: FNV-1a of 32 bits over the folded stem.
constexpr std::uint32_t word_hash(std::string_view stem) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char c : stem) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  return hash;
}

/// The stem's hash of one word, whatever its case.
std::uint32_t hash_of_word(std::string_view word);

}  // namespace troupe

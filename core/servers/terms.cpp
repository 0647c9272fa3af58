#include "servers/terms.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "task/letters.hpp"
#include "task/stem.hpp"
#include "task/tokens.hpp"

namespace troupe {
namespace {

constexpr std::size_t kLongestTerm = 40;
/// Of a hash 22 bits are a term: more would find no more, and make the thesaurus a fifth larger.
constexpr int kTermShift = 10;

constexpr std::array kEverywhere = {word_hash("mcp"),     word_hash("server"),   word_hash("model"),
                                    word_hash("context"), word_hash("protocol"), word_hash("us"),
                                    word_hash("via")};

bool is_upper(char32_t code) { return code >= 'A' && code <= 'Z'; }
bool is_lower(char32_t code) { return code >= 'a' && code <= 'z'; }

}  // namespace

void append_terms(std::vector<std::uint32_t>& out, std::string_view text, const Tables& tables) {
  std::string word;
  char32_t before = 0;
  const auto end_word = [&] {
    if (word.empty()) return;
    const std::uint32_t hash = word_hash(stem(word.data(), word.size()));
    const bool counts = (word.size() > 1 || static_cast<unsigned char>(word[0]) >= 0x80) &&
                        std::ranges::find(kEverywhere, hash) == kEverywhere.end() &&
                        !is_among(tables.concepts(hash), Concept::kFunction);
    if (counts) out.push_back(hash >> kTermShift);
    word.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    at += character.bytes;
    const char32_t code = character.code;
    if (!is_letter(code)) {
      end_word();
    } else if (is_written_without_spaces(code)) {
      // A pair of neighbours is a word as likely as not.
      end_word();
      append_folded(word, code);
      if (at < text.size()) {
        const Character next = character_at(text, at);
        if (is_written_without_spaces(next.code)) append_folded(word, next.code);
      }
      end_word();
    } else {
      if ((is_lower(before) && is_upper(code)) || word.size() > kLongestTerm) end_word();
      append_folded(word, code);
    }
    before = code;
  }
  end_word();
}

}  // namespace troupe

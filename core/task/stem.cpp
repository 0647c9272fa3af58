#include "task/stem.hpp"

#include <cstddef>

namespace troupe {
namespace {

constexpr bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'; }

bool has_vowel(std::string_view word) {
  for (const char c : word) {
    if (is_vowel(c)) return true;
  }
  return false;
}

/// "plann" is "plan", but "call" is "call".
std::string_view without_double(std::string_view word) {
  const std::size_t size = word.size();
  if (size < 4) return word;
  const char last = word[size - 1];
  if (last != word[size - 2] || is_vowel(last) || last == 'l' || last == 's' || last == 'z') return word;
  return word.substr(0, size - 1);
}

}  // namespace

std::string_view stem(char* letters, std::size_t size) {
  std::string_view word(letters, size);
  if (size < 4) return word;
  // All endings that are taken off end with one of these.
  const char last = word.back();
  if (last != 's' && last != 'e' && last != 'd' && last != 'g') return word;
  const auto with_y = [&](std::size_t ending) {
    letters[word.size() - ending] = 'y';
    return word.substr(0, word.size() - ending + 1);
  };
  if (word.ends_with("ies") && size > 4) return with_y(3);
  if (word.ends_with("ied") && size > 4) return with_y(3);
  if (word.ends_with("sses")) {
    word.remove_suffix(2);
  } else if (word.ends_with("xes") || word.ends_with("ches") || word.ends_with("shes") || word.ends_with("zes")) {
    word.remove_suffix(2);
  } else if (word.back() == 's') {
    const char before = word[size - 2];
    if (before != 's' && before != 'u' && before != 'i') word.remove_suffix(1);
  }
  if (word.size() > 5 && word.ends_with("ing") && has_vowel(word.substr(0, word.size() - 3))) {
    word = without_double(word.substr(0, word.size() - 3));
  } else if (word.size() > 4 && word.ends_with("ed") && has_vowel(word.substr(0, word.size() - 2))) {
    word = without_double(word.substr(0, word.size() - 2));
  }
  if (word.size() > 3 && word.back() == 'e') word.remove_suffix(1);
  return word;
}

}  // namespace troupe

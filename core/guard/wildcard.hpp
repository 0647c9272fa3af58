// Patterns as people write them in configurations: * stands for any text, ? for one byte.
#pragma once

#include <cstddef>
#include <string_view>

namespace troupe {

/// Linear in practice: the last * is the only one that is tried again.
inline bool fits_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace troupe

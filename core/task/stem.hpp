// A light stemmer: what inflected forms of a word have in common. It takes endings off, and knows no exceptions.
#pragma once

#include <string_view>

namespace troupe {

/// The stem of a folded word, a prefix of it but for "ies", which becomes "y": "files" and "filing" are "fil", "copies"
/// is "copy". English alone; words of other scripts stay as they are.
/// `word` may be changed: it lies in a text that only the caller reads.
std::string_view stem(char* word, std::size_t size);

}  // namespace troupe

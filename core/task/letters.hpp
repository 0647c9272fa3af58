// Letters of the world's scripts: which there are, and what they are once case and accents are taken off. No locale, no
// library: what a build's tables of Unicode say must not decide how a task is read.
#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// Letters, digits and marks of any script; of ASCII [A-Za-z0-9].
bool is_letter(char32_t code);
/// Han, Kana and Thai are written without spaces: each of their characters is a word of its own.
bool is_written_without_spaces(char32_t code);

/// Appends the letter lowered, without its accent: "É" as "e", "ß" as "ss", "Ж" as "ж".
void append_folded(std::string& out, char32_t code);
/// Appends the character as UTF-8.
void append_utf8(std::string& out, char32_t code);

/// What equal words have in common whatever their case and accents.
std::string folded(std::string_view text);

}  // namespace troupe

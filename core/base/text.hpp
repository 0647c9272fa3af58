// Plain text: UTF-8, words, cutting. ASCII rules only where a locale would differ between machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Bytes of the well-formed UTF-8 sequence at `at` (1 to 4), or 0 if there is none (Unicode 16, table 3-7).
std::size_t utf8_length_at(std::string_view text, std::size_t at);

/// Where there is none: bytes that one U+FFFD replaces, at least 1 (the same section's "maximal subparts", which is
/// also what browsers and nlohmann's dump do).
std::size_t utf8_broken_at(std::string_view text, std::size_t at);

/// A character and the bytes that it takes, at least 1; of bytes that are no UTF-8 U+FFFD.
struct Character {
  char32_t code = 0;
  std::uint8_t bytes = 1;
};

/// The character at `at`, which is inside of the text.
Character character_at(std::string_view text, std::size_t at);

/// The longest prefix of at most `bytes` bytes that ends between characters.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes);

/// ASCII letters lowered, everything else as it is.
std::string lower(std::string_view text);
std::string_view trim(std::string_view text);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool contains(std::string_view text, std::string_view part);

/// The parts between separators; empty parts are kept.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The text with what is no well-formed UTF-8 replaced by U+FFFD.
std::string repaired_utf8(std::string_view text);

/// Appends the parts one after the other; they are not of `out`. What many small writes go through: one check of the
/// room for all of them.
void append(std::string& out, std::initializer_list<std::string_view> parts);

/// The parts one after the other. One call instead of a chain of `+`, each link of which would be a temporary to
/// unwind.
std::string joined(std::initializer_list<std::string_view> parts);

/// Decimal digits of a number; no locale.
std::string decimal(std::int64_t number);
/// "4 seconds", "1 second" or "250 milliseconds".
std::string duration(std::int64_t ms);

/// Edits (insert, delete, replace) that turn `a` into `b`, for "did you mean" sentences.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace troupe

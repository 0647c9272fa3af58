// A task cut into words, quoted texts, paths, URLs, numbers and dates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::offline {

struct Token {
  enum class Kind : unsigned char { kWord, kQuoted, kPath, kUrl, kNumber, kDate, kComma, kColon, kEnd };

  Kind kind = Kind::kWord;
  std::string_view text;           // as written, quotes left out
  std::string_view word;           // of a word: lowered
  std::string_view meaning;        // of a word: canonical()
  std::size_t begin = 0, end = 0;  // in the task

  bool is(std::string_view words) const;  // a word, and one of these?
};

/// Linear in the length of the task, whatever its bytes. `lowered` is lower(task); the tokens are views of both.
std::vector<Token> tokens_of(std::string_view task, std::string_view lowered);

/// The number without the commas between its thousands.
std::string without_commas(std::string_view number);

/// The whole number that the digits are, or `otherwise`.
std::int64_t whole_number(std::string_view text, std::int64_t otherwise);

bool is_url(std::string_view text);
/// "LICENSE": the name of a file that has neither an ending nor a place.
bool is_bare_name(std::string_view text);
/// Has the last part of the path an ending such as ".md"?
bool has_extension(std::string_view path);
std::string_view base_name(std::string_view path);
/// The directory that the path lies in; empty if it names none.
std::string_view parent_of(std::string_view path);
std::string_view without_slash(std::string_view path);
std::string join_path(std::string_view directory, std::string_view name);

}  // namespace troupe::offline

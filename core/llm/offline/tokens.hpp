// A task cut into words, quoted texts, paths, URLs, numbers, dates and addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::offline {

struct Token {
  enum class Kind : unsigned char { kWord, kQuoted, kPath, kUrl, kNumber, kDate, kEmail, kComma, kColon, kEnd };

  Kind kind = Kind::kWord;
  std::string text;                // as written, quotes left out
  std::string lowered;             // of a word
  std::string meaning;             // of a word: canonical()
  std::size_t begin = 0, end = 0;  // in the task

  bool is(std::string_view words) const;  // a word, and one of these?
};

/// Linear in the length of the task, whatever its bytes.
std::vector<Token> tokens_of(std::string_view task);

/// The number that the text is, if it is a whole one that fits.
std::optional<std::int64_t> whole_number(std::string_view text);

/// Has the last part of the path an ending such as ".md"?
bool has_extension(std::string_view path);
std::string_view base_name(std::string_view path);
/// The directory that the path lies in; empty if it names none.
std::string_view parent_of(std::string_view path);
std::string join_path(std::string_view directory, std::string_view name);

}  // namespace troupe::offline

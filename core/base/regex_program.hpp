// What a regular expression is read into.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace troupe {

/// Steps, of which some take a character. They begin at the first.
struct RegexProgram {
  enum class Kind : std::uint8_t { kEither, kOneOf, kNoneOf, kBegin, kEnd, kEdge, kNoEdge, kFound };

  struct Step {
    Kind kind;
    // Of kEither: how far from here it goes on, so that copies need no change. Of kOneOf and kNoneOf: which ranges.
    std::int32_t a, b;
  };

  struct Range {
    std::int32_t first, last;
  };

  std::vector<Step> steps;
  std::vector<Range> ranges;
};

/// Where there is no character, such as before the first.
inline constexpr std::int32_t kNoCharacter = -1;

/// What \w stands for.
inline constexpr RegexProgram::Range kWord[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};

bool has(std::span<const RegexProgram::Range> ranges, std::int32_t character);

/// The program of a pattern, if it is understood: matches() says when. What was read and written is taken off `work`.
std::optional<RegexProgram> program_of(std::string_view pattern, std::int64_t& work);

}  // namespace troupe

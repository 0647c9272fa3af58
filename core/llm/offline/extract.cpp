#include "llm/offline/extract.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::size_t kMostLines = 4000;  // a text with more is judged by its beginning
constexpr std::size_t kMostBytes = 300;   // of a line
constexpr int kMostPoints = 8;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/// How many of the words a line has in it.
int points_of(std::string_view line, std::string_view words) {
  const std::string own = canonical_words(line, 40);
  int points = 0;
  while (!words.empty() && points < kMostPoints) points += among(own, next_word(words)) ? 1 : 0;
  return points;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  for (std::string_view& line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  return lines;
}

std::size_t word_count(std::string_view text) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    words += !is_space(text[i]) && (i == 0 || is_space(text[i - 1])) ? 1 : 0;
  return words;
}

std::vector<std::string_view> headings_of(std::string_view text) {
  std::vector<std::string_view> headings;
  bool code = false;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("```")) code = !code;
    const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
    if (!code && marks > 0 && marks <= 6 && line.substr(marks).starts_with(' '))
      headings.push_back(trim(line.substr(marks)));
  }
  return headings;
}

std::string condensed(std::string_view text, std::string_view words, std::size_t bytes) {
  text = trim(text);
  if (text.size() <= bytes) return std::string(text);
  const std::vector<std::string_view> lines = lines_of(text);
  std::string points;  // one byte for each line; of those that are taken, kTaken
  constexpr char kTaken = -1;
  for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i)
    points += static_cast<char>(points_of(lines[i], words));
  // The ones with the most points first, and among equals the first, as long as they fit.
  for (int level = kMostPoints; level >= 0; --level) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      const std::size_t cost = std::min(lines[i].size(), kMostBytes) + 1;
      if (points[i] != level || cost > bytes) continue;
      bytes -= cost;
      points[i] = kTaken;
    }
  }
  std::string out;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i] != kTaken) continue;
    out += utf8_prefix(lines[i], kMostBytes);
    out += lines[i].size() > kMostBytes ? " …\n" : "\n";
    ++kept;
  }
  return joined({out, "(", decimal(static_cast<std::int64_t>(kept)), " of ", counted(lines.size(), "line"), " shown)"});
}

}  // namespace troupe::offline

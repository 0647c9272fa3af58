// Shortening by extraction: every word of the outcome stands in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::offline {

/// The lines without their ends; none after the last newline.
std::vector<std::string_view> lines_of(std::string_view text);
std::size_t word_count(std::string_view text);
/// Headings of Markdown, without their marks.
std::vector<std::string_view> headings_of(std::string_view text);

/// The text itself if it has at most `bytes`; else the lines that have most of the words in them, in their order, and
/// a note of what was left out. `words` are canonical.
std::string condensed(std::string_view text, std::string_view words, std::size_t bytes);

}  // namespace troupe::offline

// Shortening by extraction: every word of the outcome stands in the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace troupe::offline {

/// The lines without their ends; none after the last newline.
std::vector<std::string_view> lines_of(std::string_view text);
std::size_t word_count(std::string_view text);
/// Headings of Markdown, without their marks.
std::vector<std::string> headings_of(std::string_view text);

/// The text itself if it has at most `bytes`; else the lines nearest to the words, in their order, and a note of
/// what was left out. `words` are canonical.
std::string condensed(std::string_view text, const std::vector<std::string>& words, std::size_t bytes);

/// The title and the sentences that carry most, at most `sentences`, and a note of how many there were.
std::string summary_of(std::string_view text, const std::vector<std::string>& words, std::size_t sentences);

/// The members of an object, sorted; none of anything else.
const Json::object_t& members(const Json& value);

/// JSON as indented lines that a person can read; other text as it is.
std::string readable(std::string_view text);
std::string readable_json(const Json& value);

}  // namespace troupe::offline

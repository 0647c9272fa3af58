// The terms of a text as an index knows them: stems of its words, hashed; names such as "readFile" and "read_file" in
// their words.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "task/tables.hpp"

namespace troupe {

/// Appends the terms of `text`, in their order, repeats and all. Words that every text has ("the", "please") and words
/// that every server has ("mcp", "server") are left out.
void append_terms(std::vector<std::uint32_t>& out, std::string_view text, const Tables& tables);

}  // namespace troupe

// What lines of a journal look like (docs/journal.md, "Grammar"), beside the chain that holds them together.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.hpp"
#include "base/json_parse.hpp"
#include "run/journal.hpp"

namespace troupe {

/// What is wrong in a header, as a sentence; empty: nothing.
std::string_view wrong_in_header(const Json& line);

/// The kinds that docs/journal.md has. A run itself does not ask: a step of another kind it would not attempt.
bool is_kind_of_step(std::string_view kind);

/// The lines after the header, one after the other.
class Grammar {
 public:
  /// What is wrong in the next line, as a sentence; empty: nothing.
  std::string_view wrong_in(const Fields& fields, const Entry& entry);

 private:
  std::string_view wrong_in_step(const Entry& entry);

  std::unordered_map<std::string, std::string> begun_;  // steps that have no end yet, and their keys
  bool ended_ = false;
};

}  // namespace troupe

// What can be computed honestly from texts and lists: counting, first lines, titles, the longest, a summary.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/offline/clauses.hpp"
#include "llm/offline/things.hpp"

namespace troupe::offline {

struct Operation {
  enum class Kind : unsigned char { kNone, kCount, kFirst, kSummary, kTitle, kLargest, kSmallest };

  Kind kind = Kind::kNone;
  std::string_view unit;    // "line", "word", "character", "heading", "byte"; "file", "folder", "item"
  std::int64_t amount = 1;  // "first 5 lines"

  explicit operator bool() const { return kind != Kind::kNone; }
  /// Does it count names, and no texts?
  bool counts_things() const { return kind == Kind::kCount && (unit == "file" || unit == "folder" || unit == "item"); }
};

Operation operation_of(const Clause& clause);

/// The outcome, one line or block for each thing, and a total where there is one. Their texts are known unless the
/// operation counts things.
std::string computed(const Operation& operation, const Clause& clause, const Things& things);

}  // namespace troupe::offline

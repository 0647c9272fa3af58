// What can be computed honestly from texts and lists: counting, first lines, headings, the largest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/offline/clauses.hpp"
#include "llm/offline/items.hpp"

namespace troupe::offline {

/// A text that a tool returned, and what it is the text of.
struct Content {
  std::string label;
  std::string text;
};

struct Operation {
  enum class Kind : unsigned char {
    kNone,
    kCount,
    kFirst,
    kLast,
    kSummary,
    kHeadings,
    kLargest,
    kSmallest,
    kMatching,
    kSizes
  };
  Kind kind = Kind::kNone;
  std::string unit;        // "line", "word", "character", "sentence", "heading", "file", "folder", "item", "byte"
  std::size_t amount = 1;  // "first 5 lines"

  explicit operator bool() const { return kind != Kind::kNone; }
  /// Does it need the texts of files, and not only their names?
  bool needs_texts() const;
};

Operation operation_of(const Clause& clause);

/// The outcome for these texts, one line or block for each, and a total where there is one.
std::string computed(const Operation& operation, const Clause& clause, const std::vector<Content>& contents);

/// The outcome for the items of a list. Empty if the list does not tell it.
std::string computed(const Operation& operation, const std::vector<Item>& items);

/// The fields of a JSON object that the clause names ("its name and version"), readable; empty if it names none.
std::string fields_named(const Clause& clause, std::string_view text);

/// The value of arithmetic on whole numbers ("2+2", "7 * 3 - 1"; no parentheses) in the text, with it; or empty.
std::string arithmetic(std::string_view text);

}  // namespace troupe::offline

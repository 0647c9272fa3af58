#include "llm/offline/operations.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Operation::Kind;

constexpr std::size_t kSummaryBytes = 600;

/// The first word of a row is the unit.
constexpr std::string_view kUnits[] = {
    "line lines row rows",
    "word words",
    "character characters letters chars",
    "byte bytes",
    "heading headings title titles section sections",
    "file files documents pages notes",
    "folder folders directory directories",
    "item items entry entries result results them",
};

/// The unit that a word means, or empty.
std::string_view unit_of(const Token& token) {
  for (std::string_view row : kUnits) {
    if (token.is(row)) return next_word(row);
  }
  return {};
}

std::string_view first_unit(std::span<const Token> tokens, std::string_view otherwise) {
  for (const Token& token : tokens) {
    if (const std::string_view unit = unit_of(token); !unit.empty()) return unit;
  }
  return otherwise;
}

std::size_t count_of(std::string_view unit, std::string_view text) {
  if (unit == "line") return lines_of(text).size();
  if (unit == "word") return word_count(text);
  if (unit == "heading") return headings_of(text).size();
  if (unit != "character") return text.size();  // bytes
  std::size_t characters = 0;
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return characters;
}

/// Blank lines are no answer to "the first line".
std::string first_lines(std::string_view text, std::int64_t amount) {
  std::string out;
  for (const std::string_view line : lines_of(text)) {
    if (trim(line).empty()) continue;
    out += joined({out.empty() ? "" : "\n", utf8_prefix(line, 400)});
    if (--amount <= 0) break;
  }
  return out.empty() ? "(empty)" : out;
}

std::string title_of(std::string_view text) {
  const std::vector<std::string_view> headings = headings_of(text);
  return headings.empty() ? "no title" : std::string(headings.front());
}

/// For one text.
std::string outcome_of(const Operation& operation, const Clause& clause, std::string_view text) {
  switch (operation.kind) {
    case Kind::kCount: return counted(count_of(operation.unit, text), operation.unit);
    case Kind::kSummary: return condensed(text, canonical_words(clause.text, 40), kSummaryBytes);
    case Kind::kTitle: return title_of(text);
    default: return first_lines(text, operation.amount);
  }
}

std::string extreme(const Operation& operation, const Things& things) {
  const std::string_view unit = operation.unit == "line" || operation.unit == "word" ? operation.unit : "byte";
  const Thing* best = nullptr;
  std::size_t most = 0;
  for (const Thing& thing : things) {
    const std::size_t count = count_of(unit, thing.text);
    if (best != nullptr && (operation.kind == Kind::kLargest ? count <= most : count >= most)) continue;
    best = &thing;
    most = count;
  }
  return best == nullptr ? "" : joined({best->name, " (", counted(most, unit), ")"});
}

std::string number_of(std::string_view unit, const Things& things) {
  std::size_t number = 0;
  for (const Thing& thing : things) number += unit == "item" || thing.folder == (unit == "folder") ? 1 : 0;
  return counted(number, unit);
}

}  // namespace

Operation operation_of(const Clause& clause) {
  const Token none;
  for (std::size_t i = 0; i < clause.tokens.size(); ++i) {
    const Token& token = clause.tokens[i];
    const std::span<const Token> rest = clause.tokens.subspan(i + 1);
    const Token& next = rest.empty() ? none : rest.front();
    if (token.is("count counts") || (token.is("how") && next.is("many")) || (token.is("number") && next.is("of")))
      return {Kind::kCount, first_unit(rest, "item")};
    if (token.is("first")) {
      const std::int64_t amount = whole_number(next.text, 0);
      const Token& unit = amount > 0 && rest.size() > 1 ? rest[1] : next;
      if (unit_of(unit) == "line") return {Kind::kFirst, "line", std::clamp<std::int64_t>(amount, 1, 100)};
    }
    if (token.meaning == "summary" || (token.is("about") && clause.question && clause.says("what")))
      return {Kind::kSummary, {}};
    const bool compares = token.is("more most fewer fewest least") && !unit_of(next).empty();
    if (compares || token.is("largest biggest longest smallest shortest"))
      return {token.is("largest biggest longest more most") ? Kind::kLargest : Kind::kSmallest, first_unit(rest, "")};
    if (token.is("title titles heading headings") && clause.verb != "search") return {Kind::kTitle, {}};
  }
  return {};
}

std::string computed(const Operation& operation, const Clause& clause, const Things& things) {
  if (operation.counts_things()) return number_of(operation.unit, things);
  if (operation.kind == Kind::kLargest || operation.kind == Kind::kSmallest) return extreme(operation, things);
  std::string out;
  std::size_t total = 0;
  const bool blocks = operation.amount > 1 || operation.kind == Kind::kSummary;
  for (const Thing& thing : things) {
    const std::string text = outcome_of(operation, clause, thing.text);
    if (things.size() == 1) return joined({thing.name, thing.name.empty() ? "" : ": ", text});
    if (!out.empty()) out += blocks ? "\n\n" : "\n";
    out += joined({blocks ? "**" : "- ", thing.name, blocks ? "**\n" : ": ", text});
    if (operation.kind == Kind::kCount) total += count_of(operation.unit, thing.text);
  }
  if (operation.kind == Kind::kCount) out += joined({"\nTogether: ", counted(total, operation.unit)});
  return out;
}

}  // namespace troupe::offline

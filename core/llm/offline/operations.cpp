#include "llm/offline/operations.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Operation::Kind;

/// The unit that a word means, or empty.
std::string_view unit_of(const Token& token) {
  if (token.is("line lines row rows")) return "line";
  if (token.is("word words")) return "word";
  if (token.is("character characters letters chars")) return "character";
  if (token.is("byte bytes")) return "byte";
  if (token.is("sentence sentences")) return "sentence";
  if (token.is("heading headings title titles section sections header headers")) return "heading";
  if (token.is("file files documents pages notes")) return "file";
  if (token.is("folder folders directory directories")) return "folder";
  if (token.is("item items entry entries result results match matches them")) return "item";
  return {};
}

std::string first_unit(const Clause& clause, std::size_t from, std::string_view otherwise) {
  for (std::size_t i = from; i < clause.tokens.size(); ++i) {
    if (const std::string_view unit = unit_of(clause.tokens[i]); !unit.empty()) return std::string(unit);
  }
  return std::string(otherwise);
}

std::size_t count_of(std::string_view unit, std::string_view text) {
  if (unit == "line") return lines_of(text).size();
  if (unit == "word") return word_count(text);
  if (unit == "heading") return headings_of(text).size();
  if (unit == "byte") return text.size();
  std::size_t characters = 0;
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return characters;
}

std::string first_or_last(const Operation& operation, std::string_view text) {
  std::vector<std::string_view> parts = lines_of(text);
  std::string joint = "\n";
  std::vector<std::string> kept;
  if (operation.unit == "word" || operation.unit == "sentence") {
    std::string_view rest = trim(text);
    parts.clear();
    joint = " ";
    const std::string_view ends = operation.unit == "word" ? " \n\t\r" : ".!?\n";
    while (!rest.empty()) {
      std::size_t end = std::min(rest.find_first_of(ends), rest.size());
      if (operation.unit == "sentence" && end < rest.size() && rest[end] != '\n') ++end;
      const std::string_view part = trim(rest.substr(0, end));
      if (!part.empty() && !(operation.unit == "sentence" && part.starts_with('#'))) parts.push_back(part);
      rest.remove_prefix(std::min(std::max<std::size_t>(end, 1), rest.size()));
    }
  } else if (operation.amount == 1) {
    // Blank lines are no answer to "the first line".
    std::erase_if(parts, [](std::string_view line) { return trim(line).empty(); });
  }
  const std::size_t amount = std::min(operation.amount, parts.size());
  if (amount == 0) return "(empty)";
  const std::size_t from = operation.kind == Kind::kFirst ? 0 : parts.size() - amount;
  std::string out;
  for (std::size_t i = from; i < from + amount; ++i) out += (i > from ? joint : "") + std::string(parts[i]);
  return std::string(utf8_prefix(out, 2000));
}

std::string matching(const Clause& clause, std::string_view text) {
  const std::vector<std::string> quotes = clause.quotes();
  const std::string wanted = quotes.empty() ? "" : lower(quotes.front());
  std::string out;
  std::size_t found = 0;
  for (const std::string_view line : lines_of(text)) {
    if (!contains(lower(line), wanted)) continue;
    if (++found <= 10) out += (out.empty() ? "" : "\n") + std::string(utf8_prefix(trim(line), 300));
  }
  if (found > 10) out += joined({"\n(and ", plural(found - 10, "more line"), ")"});
  return out;
}

/// For one text. Empty if the operation finds nothing in it.
std::string outcome_of(const Operation& operation, const Clause& clause, std::string_view text,
                       const std::vector<std::string>& words, std::size_t sentences) {
  switch (operation.kind) {
    case Kind::kCount: return plural(count_of(operation.unit, text), operation.unit);
    case Kind::kSummary: return summary_of(text, words, sentences);
    case Kind::kMatching: return matching(clause, text);
    case Kind::kHeadings: break;
    default: return first_or_last(operation, text);
  }
  const std::vector<std::string> headings = headings_of(text);
  const std::size_t most = operation.unit == "first" ? 1 : 30;
  std::string out;
  for (std::size_t i = 0; i < headings.size() && i < most; ++i) out += (i > 0 ? "; " : "") + headings[i];
  return headings.empty() ? "no headings" : out;
}

std::string extreme(const Operation& operation, const std::vector<Content>& contents) {
  const bool largest = operation.kind == Kind::kLargest;
  const bool counted = operation.unit == "line" || operation.unit == "word";
  const std::string unit = counted ? operation.unit : "byte";
  const Content* best = nullptr;
  std::size_t most = 0;
  for (const Content& content : contents) {
    const std::size_t count = count_of(unit, content.text);
    if (best != nullptr && (largest ? count <= most : count >= most)) continue;
    best = &content;
    most = count;
  }
  return joined({best->label, " (", plural(most, unit), ")"});
}

}  // namespace

bool Operation::needs_texts() const {
  if (kind == Kind::kNone || kind == Kind::kSizes) return false;
  if (kind == Kind::kCount) return unit != "file" && unit != "folder" && unit != "item";
  if (kind == Kind::kLargest || kind == Kind::kSmallest) return unit == "line" || unit == "word";
  return true;
}

Operation operation_of(const Clause& clause) {
  Operation operation;
  const std::vector<Token>& tokens = clause.tokens;
  for (std::size_t i = 0; i < tokens.size() && i < 200; ++i) {
    const Token& token = tokens[i];
    const bool next = i + 1 < tokens.size();
    if (token.is("count counts") || (token.is("how") && next && tokens[i + 1].is("many")) ||
        (token.is("number") && next && tokens[i + 1].is("of"))) {
      operation.kind = Kind::kCount;
      operation.unit = first_unit(clause, i + 1, "item");
      return operation;
    }
    if (token.is("first last") && next) {
      const std::optional<std::int64_t> amount = whole_number(tokens[i + 1].text);
      const std::size_t at = i + (amount ? 2 : 1);
      const std::string_view unit = at < tokens.size() ? unit_of(tokens[at]) : "";
      if (unit != "line" && unit != "word" && unit != "sentence") continue;
      operation.kind = token.is("first") ? Kind::kFirst : Kind::kLast;
      operation.unit = unit;
      if (amount && *amount > 0) operation.amount = static_cast<std::size_t>(std::min<std::int64_t>(*amount, 1000));
      return operation;
    }
    const bool about = token.is("about") && clause.question && clause.says("what");
    if (token.meaning == "summari" || token.is("gist overview condense") || about) {
      operation.kind = Kind::kSummary;
      return operation;
    }
    if (token.is("more fewer") && next && !unit_of(tokens[i + 1]).empty()) {
      operation.kind = token.is("more") ? Kind::kLargest : Kind::kSmallest;
      operation.unit = unit_of(tokens[i + 1]);
      return operation;
    }
    if (token.is("largest biggest longest smallest shortest") ||
        (token.is("most fewest least") && next && !unit_of(tokens[i + 1]).empty())) {
      operation.kind = token.is("largest biggest longest most") ? Kind::kLargest : Kind::kSmallest;
      operation.unit = first_unit(clause, i + 1, "file");
      return operation;
    }
    if (token.is("contain contains containing mention mentions mentioning include includes") &&
        clause.verb != "search" && !clause.quotes().empty()) {
      operation.kind = Kind::kMatching;
      return operation;
    }
    const bool of_them = clause.refers_to_many() || clause.refers_to_one();
    if (token.is("size sizes") && of_them && !clause.question && clause.location().empty()) {
      operation.kind = Kind::kSizes;
      return operation;
    }
    if (token.is("headings titles title heading sections headers") && clause.verb != "search") {
      operation.kind = Kind::kHeadings;
      operation.unit = token.is("title titles heading") ? "first" : "all";
      return operation;
    }
  }
  return operation;
}

std::string computed(const Operation& operation, const Clause& clause, const std::vector<Content>& contents) {
  if (contents.empty()) return {};
  if (operation.kind == Kind::kLargest || operation.kind == Kind::kSmallest) return extreme(operation, contents);
  const std::vector<std::string> words = canonical_words(clause.text, 40);
  std::vector<Content> found;
  std::size_t total = 0;
  bool blocks = false;
  for (const Content& content : contents) {
    std::string text = outcome_of(operation, clause, content.text, words, contents.size() > 2 ? 2 : 4);
    if (operation.kind == Kind::kCount) total += count_of(operation.unit, content.text);
    if (text.empty() && contents.size() > 1) continue;
    blocks = blocks || contains(text, "\n");
    found.push_back({content.label, text.empty() ? "no line contains it" : std::move(text)});
  }
  if (found.empty()) return joined({"None of the ", plural(contents.size(), "text"), " contains it."});
  if (contents.size() == 1) return joined({found[0].label, found[0].label.empty() ? "" : ": ", found[0].text});
  std::string out;
  for (const Content& part : found) {
    if (!out.empty()) out += blocks ? "\n\n" : "\n";
    out += joined({blocks ? "**" : "- ", part.label, blocks ? "**\n" : ": ", part.text});
  }
  if (operation.kind == Kind::kCount) out += joined({"\nTogether: ", plural(total, operation.unit)});
  return out;
}

std::string computed(const Operation& operation, const std::vector<Item>& items) {
  const auto folders = static_cast<std::size_t>(std::ranges::count_if(items, [](const Item& i) { return i.folder; }));
  if (operation.kind == Kind::kCount) {
    const std::size_t files = items.size() - folders;
    if (operation.unit == "folder") return plural(folders, "folder");
    if (operation.unit == "file" || folders == 0) return plural(files, operation.unit);
    return joined(
        {plural(items.size(), operation.unit), " (", plural(files, "file"), ", ", plural(folders, "folder"), ")"});
  }
  std::string out;
  const Item* best = nullptr;
  for (const Item& item : items) {
    if (item.folder || item.bytes < 0) continue;
    if (operation.kind == Kind::kSizes) {
      out +=
          joined({out.empty() ? "- " : "\n- ", item.name, ": ", plural(static_cast<std::size_t>(item.bytes), "byte")});
    }
    const bool more = best != nullptr && item.bytes > best->bytes;
    const bool less = best != nullptr && item.bytes < best->bytes;
    if (best == nullptr || (operation.kind == Kind::kLargest ? more : less)) best = &item;
  }
  if (operation.kind == Kind::kSizes || best == nullptr) return out;
  return joined({best->name, " (", plural(static_cast<std::size_t>(best->bytes), "byte"), ")"});
}

std::string fields_named(const Clause& clause, std::string_view text) {
  if (!trim(text).starts_with('{')) return {};
  const std::optional<Json> value = parse_json(trim(text));
  if (!value || !value->is_object()) return {};
  Json named = Json::object();
  for (const auto& [key, part] : members(*value)) {
    const std::string wanted = lower(key);
    for (const Token& token : clause.tokens) {
      if (token.kind == Token::Kind::kWord && (token.lowered == wanted || stem(token.lowered) == stem(wanted))) {
        named[key] = part;
      }
    }
  }
  return named.empty() ? std::string() : readable_json(named);
}

}  // namespace troupe::offline

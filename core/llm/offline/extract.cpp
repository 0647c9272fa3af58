#include "llm/offline/extract.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::size_t kMostParts = 4000;  // a text with more is judged by its beginning

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/// Points for each part: words in common with what is asked, then words that the whole text repeats.
std::vector<int> scores(const std::vector<std::string>& parts, const std::vector<std::string>& words) {
  std::vector<std::uint64_t> all;
  std::vector<std::size_t> ends;  // of each part's words in `all`
  for (const std::string& part : parts) {
    for (const std::string& word : canonical_words(part, 40)) all.push_back(hash_of(word));
    ends.push_back(all.size());
  }
  std::vector<std::uint64_t> wanted, sorted = all;
  for (const std::string& word : words) wanted.push_back(hash_of(word));
  sort(sorted);
  std::vector<int> points;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    int sum = i == 0 ? 40 : 0;  // texts say first what they are about
    for (std::size_t at = begin; at < ends[i]; ++at) {
      const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), all[at]);
      sum += std::min(static_cast<int>(last - first) - 1, 3);
      if (std::find(wanted.begin(), wanted.end(), all[at]) != wanted.end()) sum += 8;
    }
    // Longer parts share more words; that alone is no merit.
    points.push_back(sum * 16 / (8 + static_cast<int>(ends[i] - begin)));
  }
  return points;
}

/// Which parts have the most points and fit into the budget, as flags; among equals the first.
std::vector<char> best(const std::vector<int>& points, const std::vector<std::size_t>& costs, std::size_t budget) {
  std::vector<std::uint64_t> order;  // points upside down, then place: one number each sorts cheaply
  for (std::size_t i = 0; i < points.size(); ++i) {
    order.push_back(static_cast<std::uint64_t>(0x7fffffff - points[i]) << 32U | i);
  }
  sort(order);
  std::vector<char> chosen(points.size());
  for (const std::uint64_t key : order) {
    const auto i = static_cast<std::size_t>(key & 0xffffffff);
    if (costs[i] > budget) continue;
    budget -= costs[i];
    chosen[i] = 1;
  }
  return chosen;
}

/// Sentences of the prose: headings, code, tables and rules left out.
std::vector<std::string> sentences_of(std::string_view text) {
  std::vector<std::string> sentences;
  std::string current;
  const auto finish = [&] {
    if (std::string_view kept = trim(current); kept.size() > 1 && sentences.size() < kMostParts)
      sentences.emplace_back(kept);
    current.clear();
  };
  bool code = false;
  for (std::string_view line : lines_of(text)) {
    const std::string_view kept = trim(line);
    if (kept.starts_with("```")) code = !code;
    if (kept.empty() || code || kept.starts_with("```") || kept.starts_with('#') || kept.starts_with('|') ||
        kept.starts_with("---") || kept.starts_with("===")) {
      finish();
      continue;
    }
    if (kept.starts_with("- ") || kept.starts_with("* ")) finish();
    if (!current.empty()) current += ' ';
    for (std::size_t i = 0; i < kept.size(); ++i) {
      current += kept[i];
      const bool stop = kept[i] == '.' || kept[i] == '!' || kept[i] == '?';
      if (stop && i + 1 < kept.size() && kept[i + 1] == ' ' && current.size() > 12) finish();
    }
  }
  finish();
  return sentences;
}

void append_json(std::string& out, const Json& value, std::size_t indent) {
  const std::string margin(indent * 2, ' ');
  if (value.is_object()) {
    for (const auto& [key, part] : members(value)) {
      out += joined({margin, key, ":"});
      if (part.is_structured() && !part.empty()) out += '\n';
      else out += ' ';
      append_json(out, part, part.is_structured() ? indent + 1 : 0);
    }
    if (value.empty()) out += "(empty)\n";
  } else if (value.is_array()) {
    for (const Json& part : value) {
      const std::string_view name = text_field(part, "name");
      const Json& children = field(part, "children");
      if (!name.empty() && part.size() <= 3 && part.contains("type")) {
        // An entry of a tree of files.
        out += joined({margin, "- ", name, children.is_array() ? "/\n" : "\n"});
        if (children.is_array() && !children.empty()) append_json(out, children, indent + 1);
      } else if (part.is_structured()) {
        std::string block;
        append_json(block, part, indent + 1);
        if (block.size() > margin.size() + 2) block[margin.size()] = '-';
        out += block;
      } else {
        out += joined({margin, "- "});
        append_json(out, part, 0);
      }
    }
    if (value.empty()) out += "(empty)\n";
  } else {
    out += (value.is_string() ? value.get_ref<const std::string&>() : dump_json(value)) + '\n';
  }
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

std::vector<std::string> headings_of(std::string_view text) {
  std::vector<std::string> headings;
  bool code = false;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("```")) code = !code;
    const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
    if (code || marks == 0 || marks > 6 || marks == line.size() || line[marks] != ' ') continue;
    headings.emplace_back(trim(line.substr(marks)));
  }
  return headings;
}

std::string condensed(std::string_view text, const std::vector<std::string>& words, std::size_t bytes) {
  text = trim(text);
  if (text.size() <= bytes) return std::string(text);
  const std::vector<std::string_view> lines = lines_of(text);
  std::vector<std::string> parts;
  std::vector<std::size_t> costs;
  for (const std::string_view line : lines) {
    if (parts.size() == kMostParts) break;
    parts.emplace_back(utf8_prefix(line, 300));
    if (parts.back().size() < line.size()) parts.back() += " …";
    costs.push_back(parts.back().size() + 1);
  }
  const std::vector<char> chosen = best(scores(parts, words), costs, bytes);
  std::string out;
  std::size_t kept = 0;
  bool gap = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!chosen[i]) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out += "…\n";
    gap = false;
    out += parts[i] + '\n';
    ++kept;
  }
  return joined({out, "(", digits(kept), " of ", plural(lines.size(), "line"), " shown)"});
}

std::string summary_of(std::string_view text, const std::vector<std::string>& words, std::size_t sentences) {
  const std::vector<std::string> headings = headings_of(text);
  const std::vector<std::string> parts = sentences_of(text);
  if (parts.empty() && headings.empty()) return condensed(readable(text), words, 600);
  const std::vector<char> chosen = best(scores(parts, words), std::vector<std::size_t>(parts.size(), 1), sentences);
  std::string out = headings.empty() ? "" : headings.front() + (parts.empty() ? "" : ": ");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!chosen[i]) continue;
    std::string_view part = utf8_prefix(parts[i], 400);
    if (part.starts_with("- ") || part.starts_with("* ")) part.remove_prefix(2);
    if (!out.empty() && !out.ends_with(' ')) out += ' ';
    out += std::string(part) + (part.size() + 2 < parts[i].size() ? " …" : "");
  }
  if (headings.size() > 1) {
    out += "\nSections: ";
    for (std::size_t i = 1; i < headings.size() && i < 12; ++i) out += (i > 1 ? ", " : "") + headings[i];
    out += headings.size() > 12 ? ", …" : ".";
  }
  if (parts.size() > sentences) {
    out += joined({"\n(Extracted, not written: ", digits(sentences), " of ", plural(parts.size(), "sentence"), ".)"});
  }
  return out;
}

std::string readable_json(const Json& value) {
  std::string out;
  append_json(out, value, 0);
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

const Json::object_t& members(const Json& value) {
  static const Json::object_t kNone;
  return value.is_object() ? value.get_ref<const Json::object_t&>() : kNone;
}

std::string readable(std::string_view text) {
  const std::string_view kept = trim(text);
  if (!kept.starts_with('{') && !kept.starts_with('[')) return std::string(kept);
  const std::optional<Json> value = parse_json(kept);
  return value ? readable_json(*value) : std::string(kept);
}

}  // namespace troupe::offline

#include "agents/kept_results.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/brief.hpp"

namespace troupe {
namespace {

/// How to read on from `at`, if there is more.
std::string note(std::size_t result, std::size_t at, std::size_t size, std::int64_t whole) {
  if (at >= size) return {};
  const auto number = [](std::size_t value) { return decimal(static_cast<std::int64_t>(value)); };
  return joined({"\n[troupe: cut here, at byte ", number(at), " of ", decimal(whole), ". ", brief::kReadResult,
                 " with {\"result\":", number(result), ",\"from\":", number(at), "} reads on.]"});
}

ToolResult refused(std::string sentence) {
  ToolResult result;
  result.text = std::move(sentence);
  result.failed = true;
  return result;
}

}  // namespace

ToolSpec read_result_spec() {
  ToolSpec tool;
  tool.name = brief::kReadResult;
  tool.description = "Reads on in a result that was cut.";
  tool.input_schema = parsed_part(
      R"({"type":"object","properties":{"from":{"type":"integer","minimum":0,"description":"The byte to begin at"},)"
      R"("result":{"type":"integer","minimum":1}},"required":["result","from"]})");
  tool.read_only = true;
  return tool;
}

std::string KeptResults::shown(const ToolResult& result, std::int64_t most) {
  const std::string_view begin = utf8_prefix(result.text, static_cast<std::size_t>(std::max<std::int64_t>(0, most)));
  if (begin.size() == result.text.size()) return result.text;
  texts_.push_back(result.text);
  const auto size = static_cast<std::int64_t>(result.text.size());
  const std::int64_t whole = result.cut_from_bytes != 0 ? result.cut_from_bytes : size;
  return joined({begin, note(texts_.size(), begin.size(), result.text.size(), whole)});
}

ToolResult KeptResults::read(const ToolCall& call, std::int64_t most) const {
  const std::int64_t which = integer_of(Fields(call.arguments).raw("result"), 0);
  const std::int64_t from = integer_of(Fields(call.arguments).raw("from"), -1);
  if (which < 1 || which > static_cast<std::int64_t>(texts_.size()))
    return refused(joined({"There is no result ", decimal(which), ": the results that were cut are 1 to ",
                           decimal(static_cast<std::int64_t>(texts_.size())), "."}));
  const std::string& text = texts_[static_cast<std::size_t>(which - 1)];
  if (from < 0 || from >= static_cast<std::int64_t>(text.size()))
    return refused(joined({"\"from\" must be a byte of the result, from 0 to ",
                           decimal(static_cast<std::int64_t>(text.size()) - 1), "."}));
  auto at = static_cast<std::size_t>(from);
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;  // within a character
  const std::string_view piece =
      utf8_prefix(std::string_view(text).substr(at), static_cast<std::size_t>(std::max<std::int64_t>(4, most)));
  ToolResult result;
  result.text = joined({piece, note(static_cast<std::size_t>(which), at + piece.size(), text.size(),
                                    static_cast<std::int64_t>(text.size()))});
  return result;
}

}  // namespace troupe

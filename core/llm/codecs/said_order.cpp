#include "llm/codecs/said_order.hpp"

#include <algorithm>

#include "base/json_parse.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"

namespace troupe {

void SaidOrder::text(std::size_t bytes, std::string_view kept) {
  const auto number = static_cast<std::int64_t>(bytes);
  if (kept.empty()) {
    if (bytes == 0) return;
    if (!entries_.empty() && entries_.back().kind == Kind::kText && entries_.back().kept.empty()) {
      entries_.back().number += number;
      return;
    }
  }
  entries_.push_back({Kind::kText, number, std::string(kept)});
}

void SaidOrder::call(std::string_view kept) { entries_.push_back({Kind::kCall, calls_++, std::string(kept)}); }

void SaidOrder::other(std::string_view kept) { entries_.push_back({Kind::kOther, 0, std::string(kept)}); }

std::size_t SaidOrder::size() const {
  std::size_t size = entries_.size();
  while (size > 0 && entries_[size - 1].kind == Kind::kOther) --size;
  return size;
}

bool SaidOrder::kept() const {
  return std::any_of(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(size()),
                     [](const Entry& entry) { return !entry.kept.empty(); });
}

std::string SaidOrder::blocks() const {
  std::string out = "[";
  for (std::size_t i = 0; i < size(); ++i) {
    const Entry& entry = entries_[i];
    ObjectText item;
    if (entry.kind == Kind::kCall) item.number("call", entry.number);
    if (!entry.kept.empty()) item.raw("kept", entry.kept);
    if (entry.kind == Kind::kText) item.number("text", entry.number);
    append(out, {i == 0 ? "" : ",", item.finish()});
  }
  return out + ']';
}

std::vector<SaidPart> said_parts(const Message& message, std::string_view codec) {
  std::vector<SaidPart> parts;
  std::vector<std::string_view> blocks;
  if (message.thoughts.codec == codec) blocks = items_of(message.thoughts.blocks);

  std::int64_t told = 0;
  for (const std::string_view block : blocks)
    told = sum(told, std::max<std::int64_t>(0, Fields(block).integer("text")));
  std::string_view rest = message.text;
  const bool fits = told == static_cast<std::int64_t>(rest.size());
  if (!fits && !rest.empty()) parts.push_back({rest});

  std::vector<bool> done(message.calls.size());
  for (const std::string_view block : blocks) {
    const Fields fields(block);
    const std::string_view kept = fields.raw("kept");
    const std::int64_t place = fields.integer("call", -1);
    if (!fields.raw("text").empty()) {
      if (!fits) continue;
      const auto bytes = static_cast<std::size_t>(std::max<std::int64_t>(0, fields.integer("text")));
      parts.push_back({rest.substr(0, bytes), nullptr, kept});
      rest.remove_prefix(bytes);
    } else if (fields.raw("call").empty()) {
      if (!kept.empty()) parts.push_back({{}, nullptr, kept, true});
    } else if (place >= 0 && place < static_cast<std::int64_t>(done.size())) {
      const auto i = static_cast<std::size_t>(place);
      if (!done[i]) parts.push_back({{}, &message.calls[i], kept});
      done[i] = true;
    }
  }
  for (std::size_t i = 0; i < done.size(); ++i) {
    if (!done[i]) parts.push_back({{}, &message.calls[i], {}});
  }
  return parts;
}

}  // namespace troupe

#include "llm/codecs/blocks.hpp"

#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "llm/codecs/parts.hpp"

namespace troupe {
namespace {

/// A stream's block costs an entry; a vendor sends dozens.
constexpr std::int64_t kMostBlocks = 4096;

/// A turn's text and calls, written piece by piece in front of the thoughts that came between them.
class Turn {
 public:
  Turn(const Message& message, const BlockStyle& style, std::string& out)
      : message_(message), style_(style), out_(out) {}

  bool has_more() const {
    return call_ < message_.calls.size() || !trim(std::string_view(message_.text).substr(text_)).empty();
  }

  /// REQUIRES that there are as many; never goes back.
  void go_on_to(std::size_t text, std::size_t call) {
    text = std::max(text, text_);
    const std::string_view part = std::string_view(message_.text).substr(text_, text - text_);
    text_ = text;
    if (!trim(part).empty()) {
      open_block(out_, Side::kAssistant);
      style_.text(part, out_);
      close_block(out_, Side::kAssistant);
    }
    for (; call_ < call; ++call_) {
      open_block(out_, Side::kAssistant);
      style_.call(message_.calls[call_], out_);
      close_block(out_, Side::kAssistant);
    }
  }

 private:
  const Message& message_;
  const BlockStyle& style_;
  std::string& out_;
  std::size_t text_ = 0, call_ = 0;
};

/// Of a place between text and calls, which a journal may have got wrong: at most `most`.
std::size_t count_in(std::string_view json, std::size_t most) {
  return static_cast<std::size_t>(std::clamp<std::int64_t>(integer_of(json, 0), 0, static_cast<std::int64_t>(most)));
}

}  // namespace

void open_block(std::string& out, Side side) {
  const bool user = side == Side::kUser;
  if (!out.empty() && out.ends_with(' ') == user) {
    out += ',';
    return;
  }
  append(out, {out.empty() ? "" : "]},", "{\"role\":\"", user ? "user" : "assistant", "\",\"content\":["});
}

void close_block(std::string& out, Side side) { out += side == Side::kUser ? "} " : "}"; }

void render_content(const Message& message, const BlockStyle& style, Within within, std::string& out) {
  bool first = true;
  const auto open = [&] {
    if (within == Within::kMessage) open_block(out, Side::kUser);
    else if (!std::exchange(first, false)) out += ',';
  };
  const auto close = [&] {
    if (within == Within::kMessage) close_block(out, Side::kUser);
    else out += '}';
  };
  for (const Image& image : message.images) {
    if (image.base64.empty() && image.url.empty()) continue;
    open();
    style.image(image, out);
    close();
  }
  if (trim(message.text).empty()) return;
  open();
  style.text(message.text, out);
  close();
}

void render_turn(const Message& message, const BlockStyle& style, std::string& out) {
  if (trim(message.text).empty() && message.calls.empty()) return;
  Turn turn(message, style, out);
  if (message.thoughts.codec == style.codec) {
    for (const std::string_view item : items_of(message.thoughts.blocks)) {
      if (item.starts_with('[')) {  // a place: bytes of text, calls
        const std::vector<std::string_view> place = items_of(item);
        if (place.size() != 2) continue;
        turn.go_on_to(count_in(place[0], message.text.size()), count_in(place[1], message.calls.size()));
      } else if (turn.has_more() && item.ends_with('}')) {
        open_block(out, Side::kAssistant);
        out += item.substr(0, item.size() - 1);
        close_block(out, Side::kAssistant);
      }
    }
  }
  turn.go_on_to(message.text.size(), message.calls.size());
}

Blocks::Block* Blocks::at(std::int64_t index) {
  if (index < 0 || index > kMostBlocks) return nullptr;
  const auto place = std::ranges::lower_bound(blocks_, index, {}, &Block::index);
  if (place != blocks_.end() && place->index == index) return &*place;
  return &*blocks_.insert(place, Block{index});
}

void Blocks::finish(ChatReply& reply, std::string_view codec, std::string (*write)(const Block& thought)) {
  std::string thoughts;
  std::int64_t text = 0, calls = 0;
  for (Block& block : blocks_) {
    if (block.kind == Kind::kCall) {
      set_arguments(block.call, block.text);
      reply.calls.push_back(std::move(block.call));
    }
    if (block.kind != Kind::kThought || (block.signature.empty() && block.hidden.empty())) continue;
    const auto calls_before = static_cast<std::int64_t>(reply.calls.size());
    if (text != block.text_before || calls != calls_before) {
      text = block.text_before;
      calls = calls_before;
      append(thoughts, {thoughts.empty() ? "[" : ",", "[", decimal(text), ",", decimal(calls), "]"});
    }
    append(thoughts, {thoughts.empty() ? "[" : ",", write(block)});
  }
  if (!thoughts.empty()) reply.thoughts = {std::string(codec), thoughts + "]"};
  name_calls(reply.calls);
}

}  // namespace troupe

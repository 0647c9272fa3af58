// Vendors whose messages are lists of blocks, and whose roles have to take turns: Anthropic, and Amazon after it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llm/message.hpp"

namespace troupe {

enum class Side : unsigned char { kUser, kAssistant };

/// Opens one block of a message. It joins the message before if that is of the same side: results of one turn's calls,
/// and what the user says after them, are one message. The last message of a history stays open, so that a request can
/// still add to it: what follows begins with "]}". (A space behind its last block says that it is the user's.)
void open_block(std::string& out, Side side);
void close_block(std::string& out, Side side);

/// How a vendor writes blocks, each without the brace that ends it.
struct BlockStyle {
  void (*text)(std::string_view text, std::string& out);
  void (*image)(const Image& image, std::string& out);
  void (*call)(const ToolCall& call, std::string& out);
  std::string_view codec;  // whose thoughts are given back
};

/// What a user or a tool says: the images, then the text, as vendors advise. Blank texts are left out, because vendors
/// refuse them. The blocks stand in a message of the user's, or, for a tool's result, in a list of its own.
enum class Within : unsigned char { kMessage, kList };
void render_content(const Message& message, const BlockStyle& style, Within within, std::string& out);

/// An assistant's turn: its thoughts as they came and where they came, its text, its calls. Nothing is written of a
/// turn that has neither text nor calls: vendors refuse empty messages, and ones that end with a thought.
void render_turn(const Message& message, const BlockStyle& style, std::string& out);

/// What the blocks of a reply have become so far.
class Blocks {
 public:
  enum class Kind : unsigned char { kUnknown, kText, kCall, kThought };

  struct Block {
    std::int64_t index = 0;
    Kind kind = Kind::kUnknown;
    ToolCall call = {};
    std::string text = {};         // of a call: its arguments; of a thought: what was thought
    std::string signature = {};    // of a thought: without one the vendor does not take it back
    std::string hidden = {};       // of a thought: what only the vendor can read, instead of the text
    std::int64_t text_before = 0;  // of a thought: bytes of the reply's text when it began
  };

  /// The block with this index; a new one if it was not there. Null for an index that makes no sense.
  Block* at(std::int64_t index);
  /// Moves the calls and the thoughts into a reply; `write` makes a thought what the vendor wants back.
  void finish(ChatReply& reply, std::string_view codec, std::string (*write)(const Block& thought));

 private:
  std::vector<Block> blocks_;  // by index
};

}  // namespace troupe

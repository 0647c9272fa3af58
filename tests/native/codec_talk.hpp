// What the tests of the codecs share: a conversation with everything, replies cut at every byte, and what the vendors'
// own SDKs sent for the same conversation.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "doctest/doctest.h"
#include "llm/codec.hpp"
#include "llm/conversation.hpp"

namespace troupe::test {

inline const std::string kPicture = "iVBORw0KGgo=";
inline const std::string kSchema = R"({"properties":{"what":{"type":"string"}},"required":["what"],"type":"object"})";

/// Events of a stream, each with its data alone.
inline std::string stream_of(const std::vector<std::string>& chunks) {
  std::string text;
  for (const std::string& chunk : chunks) text += "data: " + chunk + "\n\n";
  return text;
}

/// What a reader makes of a stream that comes in these pieces: the reply, and the text as it was told.
struct Told {
  ChatReply reply;
  std::string text;
};

inline Told told_of(const Codec& codec, const std::vector<std::string_view>& pieces) {
  const std::unique_ptr<ReplyReader> reader = codec.reader();
  SseParser parser;
  Told told;
  for (const std::string_view piece : pieces) {
    parser.feed(piece);
    while (const std::optional<ServerSentEvent> event = parser.next().value())
      told.text += reader->event(*event).value();
  }
  REQUIRE(reader->complete());
  told.reply = reader->finish();
  CHECK(told.text == told.reply.text);
  return told;
}

inline ChatReply streamed(const Codec& codec, const std::string& text) { return told_of(codec, {text}).reply; }

inline ChatReply whole(const Codec& codec, const std::string& body) { return codec.reader()->whole(body).value(); }

/// Each cut of the stream in two, and each byte by itself, is the whole reply.
inline void check_cuts(const Codec& codec, const std::string& text, const std::string& wanted) {
  const std::string_view view(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string got = written(told_of(codec, {view.substr(0, cut), view.substr(cut)}).reply);
    if (got != wanted) FAIL("cut at " << cut << ": " << got << " is not " << wanted);
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(view.substr(i, 1));
  CHECK(written(told_of(codec, bytes).reply) == wanted);
}

inline Error error_of_whole(const Codec& codec, const std::string& body) {
  const Result<ChatReply> reply = codec.reader()->whole(body);
  REQUIRE_FALSE(reply);
  return reply.error();
}

inline Error error_of_stream(const Codec& codec, const std::string& text) {
  const std::unique_ptr<ReplyReader> reader = codec.reader();
  SseParser parser;
  parser.feed(text);
  while (const std::optional<ServerSentEvent> event = parser.next().value()) {
    const Result<std::string> told = reader->event(*event);
    if (!told) return told.error();
  }
  FAIL("It was read: " << text);
  return {Code::kInternal, ""};
}

inline bool complete_after(const Codec& codec, const std::string& text) {
  const std::unique_ptr<ReplyReader> reader = codec.reader();
  SseParser parser;
  parser.feed(text);
  while (const std::optional<ServerSentEvent> event = parser.next().value()) CHECK(reader->event(*event));
  return reader->complete();
}

/// What must be a reply or an Error, and neither a crash nor a sentence that is no UTF-8.
inline void check_survives(const Codec& codec, const std::string& text) {
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const Result<ChatReply> reply = codec.reader()->whole(text.substr(0, cut));
    if (reply) written(*reply);
    const std::unique_ptr<ReplyReader> reader = codec.reader();
    reader->event({"message", text.substr(0, cut), ""}).has_value();
    if (reader->complete()) written(reader->finish());
    codec.failure(400, text.substr(0, cut));
  }
}

struct Status {
  int status;
  std::string body;
  Code code;
  std::string sentence;
};

inline void check_failures(const Codec& codec, const std::vector<Status>& cases) {
  for (const Status& each : cases) {
    CAPTURE(each.body);
    const Error error = codec.failure(each.status, each.body);
    CHECK(name_of(error.code()) == name_of(each.code));
    CHECK(error.sentence() == each.sentence);
  }
}

inline ToolSpec read_tool() {
  ToolSpec tool;
  tool.name = "read";
  tool.description = "Reads a \"file\".";
  tool.input_schema =
      *parse_json(R"({"$schema":"http://json-schema.org/draft-07/schema#","additionalProperties":false,)"
                  R"("properties":{"path":{"type":"string"}},"required":["path"],"type":"object"})");
  return tool;
}

/// A system's text, a user's with pictures, two calls with what the model thought, their results, an answer, a thank.
inline Conversation everything(const Thoughts& thoughts, const std::string& first_id, const std::string& second_id) {
  Conversation conversation("Be \"kind\".", "");
  Message seen{Message::Role::kUser, "What is it?", {}, {}, false};
  seen.images = {{"image/png", kPicture, ""}, {"image/jpeg", "", "https://example.org/cat.jpg"}};
  conversation.add(seen);
  const std::vector<ToolCall> calls = {{first_id, "read", R"({"path":"x\ny"})"}, {second_id, "list", "{}"}};
  conversation.add({Message::Role::kAssistant, "Let me look.", calls, {}, false, {}, thoughts});
  conversation.add({Message::Role::kTool, "It's 7°.", {}, first_id, false, "read"});
  conversation.add({Message::Role::kTool, "No such folder.", {}, second_id, true, "list"});
  conversation.add({Message::Role::kAssistant, "A cat: é😀", {}, {}, false});
  conversation.add({Message::Role::kUser, "Thanks.", {}, {}, false});
  return conversation;
}

/// The request's body for this conversation, with a tool, a schema and a limit.
inline std::string body_of(const Codec& codec, const Conversation& conversation, RequestOptions options) {
  const std::string tools = codec.render_tools({read_tool()}), instruction = conversation.instruction();
  options.tools = tools;
  options.instruction = instruction;
  options.most_tokens = 512;
  const RequestFrame frame = codec.frame(options);
  return frame.head + std::string(conversation.rendered(codec)) + frame.tail;
}

/// {"method","path","body"} as a vendor's SDK sent it: made by tests/providers/record-*.mjs.
inline Json recorded(const std::string& name) {
  std::ifstream file(std::string(TROUPE_RECORDED) + "/" + name + ".json");
  REQUIRE(file);
  return *parse_json(std::string(std::istreambuf_iterator<char>(file), {}));
}

inline void check_recorded(const std::string& name, const std::string& path, const std::string& body) {
  CAPTURE(name);
  const Json sent = recorded(name);
  CHECK(text_field(sent, "method") == "POST");
  CHECK(text_field(sent, "path") == path);
  const std::optional<Json> ours = parse_json(body);
  REQUIRE(ours);
  CHECK(dump_json(field(sent, "body")) == dump_json(*ours));
}

}  // namespace troupe::test

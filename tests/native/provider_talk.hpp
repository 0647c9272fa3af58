// What the tests of codecs share: a conversation that has everything, and streams that come in pieces.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json_parse.hpp"
#include "doctest/doctest.h"
#include "llm/codec.hpp"
#include "llm/conversation.hpp"
#include "llm/tool_box.hpp"

namespace troupe::test {

inline constexpr std::string_view kSumSchema =
    R"({"additionalProperties":false,"properties":{"sum":{"type":"integer"}},"required":["sum"],"type":"object"})";

/// A message with a role and a text.
inline Message said(Message::Role role, std::string text) {
  Message message;
  message.role = role;
  message.text = std::move(text);
  return message;
}

inline Message result_of(std::string call_id, std::string text, bool failed = false) {
  Message message = said(Message::Role::kTool, std::move(text));
  message.call_id = std::move(call_id);
  message.failed = failed;
  return message;
}

/// The conversation of tests/providers/conversation.mjs.
inline Conversation whole_conversation(Thoughts thoughts, std::string address) {
  Conversation talk("Be \"kind\".\nAlways.", "What is in x and y?");
  Message plan = said(Message::Role::kAssistant, "I look at both.");
  plan.calls = {{"toolu_1", "read_file", R"({"path":"x\ny"})"}, {"toolu_2", "list", "", "{\"path\":"}};
  plan.thoughts = std::move(thoughts);
  talk.add(plan);
  talk.add(result_of("toolu_1", "it's 7"));
  talk.add(result_of("toolu_2", "There is no y.", true));
  talk.add(said(Message::Role::kUser, "Then only x, please."));
  Message answer = said(Message::Role::kAssistant, "Seven 🙂.");
  answer.thoughts = {"another", R"([{"text":"not theirs"}])"};
  talk.add(answer);
  Message pictures = said(Message::Role::kUser, "And this picture?");
  pictures.images = {{"image/png", "iVBORw0KGgo=", ""}, {"image/jpeg", "", std::move(address)}};
  talk.add(pictures);
  return talk;
}

inline std::vector<ToolSpec> two_tools() {
  ToolSpec read, list;
  read.name = "read_file";
  read.description = "Reads a file: é.";
  read.input_schema = *parse_json(R"({"type":"object","properties":{"path":{"type":"string"}},"required":["path"]})");
  list.name = "list";
  list.description = "Lists a folder.";
  list.input_schema = *parse_json(R"({"type":"object","properties":{}})");
  return {read, list};
}

/// A request's body, as chat.cpp sends it.
inline std::string body_of(const Codec& codec, const Conversation& talk, RequestOptions options,
                           const std::vector<ToolSpec>& tools = {}) {
  const ToolBox box(tools);
  const std::string instruction = talk.instruction();
  options.tools = box.rendered(codec);
  options.instruction = instruction;
  const RequestFrame frame = codec.frame(options);
  return frame.head + std::string(talk.rendered(codec)) + frame.tail;
}

/// A file that tests/providers/record.mjs made.
inline Json recorded(const std::string& name) {
  std::ifstream file(TROUPE_RECORDED "/" + name + ".json", std::ios::binary);
  const std::optional<Json> json = parse_json(std::string(std::istreambuf_iterator<char>(file), {}));
  REQUIRE_MESSAGE(json, "There is no recording named " << name << ".");
  return *json;
}

/// The messages of one of Amazon's recorded streams.
inline std::vector<std::string> recorded_messages(std::string_view stream) {
  const auto half = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  const Json recording = recorded("bedrock_streams");
  std::vector<std::string> messages;
  for (const Json& message : field(recording, stream)) {
    const auto& digits = message.get_ref<const std::string&>();
    std::string& bytes = messages.emplace_back();
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
      bytes += static_cast<char>(half(digits[i]) * 16 + half(digits[i + 1]));
  }
  return messages;
}

inline std::string joined_up(const std::vector<std::string>& messages) {
  std::string stream;
  for (const std::string& message : messages) stream += message;
  return stream;
}

/// What a reader makes of a stream that comes in these pieces: the reply and the text as it was told, or the error.
template <class Parser>
std::string outcome(const Codec& codec, const std::vector<std::string_view>& pieces) {
  const std::unique_ptr<ReplyReader> reader = codec.reader();
  Parser parser;
  std::string told;
  for (const std::string_view piece : pieces) {
    // A copy of exactly its size: the sanitizer sees whoever reads beyond.
    parser.feed(std::string(piece));
    for (;;) {
      const Result<std::optional<ServerSentEvent>> event = parser.next();
      if (!event) return std::string(name_of(event.error().code())) + ": " + event.error().sentence();
      if (!*event) break;
      const Result<std::string> text = reader->event(**event);
      if (!text) return std::string(name_of(text.error().code())) + ": " + text.error().sentence();
      told += *text;
    }
  }
  if (!reader->complete()) return "incomplete, " + told;
  const ChatReply reply = reader->finish();
  CHECK(reply.text == told);
  return written(reply);
}

/// The same, uncut; and that it is the same when it is cut anywhere, and when each byte comes alone.
template <class Parser>
std::string outcome_however_cut(const Codec& codec, std::string_view stream) {
  const std::string whole = outcome<Parser>(codec, {stream});
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const std::string got = outcome<Parser>(codec, {stream.substr(0, cut), stream.substr(cut)});
    if (got != whole) FAIL("cut at " << cut << ": " << got);
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
  CHECK(outcome<Parser>(codec, bytes) == whole);
  return whole;
}

struct Refused {
  int status;
  std::string body;
  Code code;
  std::string sentence;
};

inline void check_refusals(const Codec& codec, const std::vector<Refused>& cases) {
  for (const Refused& each : cases) {
    CAPTURE(each.body);
    const Error error = codec.failure(each.status, each.body);
    CHECK(name_of(error.code()) == name_of(each.code));
    CHECK(error.sentence() == each.sentence);
  }
}

}  // namespace troupe::test

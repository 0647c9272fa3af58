// The codec of OpenAI's chat completions: requests out; replies in, whole or in pieces, right or wrong.
#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "doctest/doctest.h"
#include "llm/codec.hpp"
#include "llm/conversation.hpp"
#include "llm/models.hpp"

namespace troupe::test {
namespace {

/// A stream's text from its chunks.
std::string stream_of(const std::vector<std::string>& chunks) {
  std::string text;
  for (const std::string& chunk : chunks) text += "data: " + chunk + "\n\n";
  return text;
}

std::string delta(const std::string& fields, const std::string& finish = "null") {
  return R"({"model":"m-1","choices":[{"index":0,"delta":{)" + fields + R"(},"finish_reason":)" + finish + "}]}";
}

/// What a reader makes of a stream that comes in these pieces: the reply, and the text as it was told.
struct Told {
  ChatReply reply;
  std::string text;
};

Told read_stream(const std::vector<std::string_view>& pieces) {
  const std::unique_ptr<ReplyReader> reader = openai_chat().reader();
  SseParser parser;
  Told told;
  for (const std::string_view piece : pieces) {
    parser.feed(piece);
    while (const std::optional<ServerSentEvent> event = parser.next().value())
      told.text += reader->event(*event).value();
  }
  REQUIRE(reader->complete());
  told.reply = reader->finish();
  return told;
}

Told read_stream(const std::string& text) { return read_stream(std::vector<std::string_view>{text}); }

ChatReply read_whole(const std::string& body) { return openai_chat().reader()->whole(body).value(); }

Error error_of_whole(const std::string& body) {
  const Result<ChatReply> reply = openai_chat().reader()->whole(body);
  REQUIRE_FALSE(reply);
  return reply.error();
}

Error error_of_stream(const std::string& text) {
  const std::unique_ptr<ReplyReader> reader = openai_chat().reader();
  SseParser parser;
  parser.feed(text);
  while (const std::optional<ServerSentEvent> event = parser.next().value()) {
    const Result<std::string> text = reader->event(*event);
    if (!text) return text.error();
  }
  FAIL("It was read: " << text);
  return {Code::kInternal, ""};
}

const std::string kWhole = R"({"id":"c","model":"m-1","choices":[{"index":0,"finish_reason":"tool_calls","message":{
  "role":"assistant","content":"Both at once: é😀","tool_calls":[
    {"id":"a","type":"function","function":{"name":"read","arguments":"{\"path\":\"x\\ny\"}"}},
    {"id":"b","type":"function","function":{"name":"list","arguments":"{}"}}]}}],
  "usage":{"prompt_tokens":1200,"completion_tokens":80,"total_tokens":1280,
    "prompt_tokens_details":{"cached_tokens":1000},"completion_tokens_details":{"reasoning_tokens":50}}})";

/// The same reply in pieces, those of the two calls mixed.
const std::string kStreamed = stream_of({
    delta(R"("role":"assistant","content":"")"),
    delta(R"("content":"Both at ")"),
    delta(R"("content":"once: é😀")"),
    delta(R"("tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"read","arguments":""}}])"),
    delta(R"("tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"list","arguments":"{"}}])"),
    delta(R"("tool_calls":[{"index":0,"function":{"arguments":"{\"path\":"}}])"),
    delta(
        R"("tool_calls":[{"index":1,"function":{"arguments":"}"}},{"index":0,"function":{"arguments":"\"x\\ny\"}"}}])"),
    delta("", "\"tool_calls\""),
    R"({"choices":[],"usage":{"prompt_tokens":1200,"completion_tokens":80,
"prompt_tokens_details":{"cached_tokens":1000},"completion_tokens_details":{"reasoning_tokens":50}}})",
    "[DONE]",
});

}  // namespace

TEST_CASE("a whole reply gives its text, its calls, and what it used") {
  const ChatReply reply = read_whole(kWhole);
  CHECK(reply.text == "Both at once: é😀");
  CHECK(reply.model == "m-1");
  CHECK(reply.finish == "tool_calls");
  REQUIRE(reply.calls.size() == 2);
  CHECK(reply.calls[0].name == "read");
  CHECK(reply.calls[0].arguments == R"({"path":"x\ny"})");
  CHECK(reply.calls[1].id == "b");
  CHECK(reply.calls[1].arguments == "{}");
  CHECK(reply.usage.input_tokens == 1200);
  CHECK(reply.usage.output_tokens == 80);
  CHECK(reply.usage.cached_tokens == 1000);
  CHECK(reply.usage.reasoning_tokens == 50);
}

TEST_CASE("a streamed reply cut at every byte is the whole reply") {
  // One event's data stands on two lines, as the standard allows.
  std::string text = kStreamed;
  const std::size_t line = text.find(",\n\"prompt_tokens_details");
  REQUIRE(line != std::string::npos);
  text.replace(line, 2, ",\ndata: ");
  const std::string whole = written((read_whole(kWhole)));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const Told told = read_stream({std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)});
    if (written((told.reply)) != whole) FAIL("cut at " << cut << ": " << written((told.reply)));
    CHECK(told.text == "Both at once: é😀");
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(std::string_view(text).substr(i, 1));
  CHECK(written((read_stream(bytes).reply)) == whole);
}

TEST_CASE("fields, parts and chunks that nobody knows harm nothing, and text in a list of parts is the text") {
  const ChatReply reply = read_whole(
      R"({"weather":"fine","choices":[{"mood":7,"message":{"content":[{"type":"thinking","thinking":[{"type":"text",)"
      R"("text":"no"}]},{"type":"text","text":"A"},{"type":"hologram","text":"no"},7,{"type":"text","text":"B"}],)"
      R"("tool_calls":[{"type":"hologram"}],"aura":{}},"finish_reason":"sunset"}]})");
  CHECK(reply.text == "AB");
  CHECK(reply.finish == "tool_calls");
  const Told told = read_stream(stream_of({
      R"({"object":"weather.report","sun":true})",
      R"({"choices":[{"delta":{"content":[{"type":"text","text":"A"}],"aura":1}},{"delta":{"content":"no"},"index":1}]})",
      R"({"choices":[{"delta":{"hologram":{"text":"no"}}}]})",
      R"({"choices":[]})",
      R"({"choices":[{"delta":{"content":"B"},"finish_reason":"stop"}],"extra":[1]})",
  }));
  CHECK(told.text == "AB");
  CHECK(told.reply.finish == "stop");
}

TEST_CASE("a reply survives the journal") {
  for (const std::string& body : {kWhole, std::string(R"({"choices":[{"message":{"content":"x","tool_calls":[
      {"function":{"name":"f","arguments":"not json"}}]}}]})")}) {
    const ChatReply reply = read_whole(body);
    const std::optional<Json> read = parse_json(written(reply));
    REQUIRE(read);
    CHECK(dump_json(*read) == written(reply));
    CHECK(written(reply_from(written(reply))) == written(reply));
  }
}

TEST_CASE("calls without ids are numbered, and pieces without an index go on with the last call") {
  const Told told = read_stream(stream_of({
      delta(R"("tool_calls":[{"function":{"name":"one","arguments":"{\"a\""}}])"),
      delta(R"("tool_calls":[{"function":{"arguments":":1}"}}])"),
      delta(R"("tool_calls":[{"function":{"name":"two","arguments":"{\"b\":2}"}}])", "\"stop\""),
  }));
  REQUIRE(told.reply.calls.size() == 2);
  CHECK(told.reply.calls[0].name == "one");
  CHECK(told.reply.calls[0].arguments == R"({"a":1})");
  CHECK(told.reply.calls[0].id == "call_0");
  CHECK(told.reply.calls[1].arguments == R"({"b":2})");
  CHECK(told.reply.calls[1].id == "call_1");
  CHECK(told.reply.finish == "tool_calls");
}

TEST_CASE("indices that make no sense are left out") {
  const Told told = read_stream(stream_of({
      delta(
          R"("tool_calls":[{"index":-1,"function":{"name":"no"}},{"index":1000000000,"function":{"name":"no"}},)"
          R"({"index":9223372036854775808,"function":{"name":"odd"}},"text",{"index":256,"function":{"name":"yes"}}])",
          "\"tool_calls\""),
  }));
  std::vector<std::string> names;
  for (const ToolCall& call : told.reply.calls) names.push_back(call.name);
  CHECK(std::ranges::count(names, "no") == 0);
  CHECK(names.back() == "yes");
}

TEST_CASE("arguments that are no JSON object are kept as what the model wrote") {
  const auto call_with = [](const std::string& arguments) {
    Json call;
    call["function"] = {{"name", "f"}, {"arguments", arguments}};
    Json body;
    body["choices"][0]["message"]["tool_calls"].push_back(call);
    return read_whole(dump_json(body)).calls.at(0);
  };
  CHECK(call_with("").arguments == "{}");
  CHECK(call_with(" \n").malformed.empty());
  CHECK(call_with("{\"a\":").malformed == "{\"a\":");
  CHECK(call_with("[1]").malformed == "[1]");
  CHECK(call_with("null").malformed == "null");
  CHECK(call_with("{\"a\":1}").malformed.empty());
  const ChatReply object =
      read_whole(R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]}}]})");
  CHECK(object.calls.at(0).arguments == R"({"a":1})");
}

TEST_CASE("a refusal is text, whole and streamed") {
  CHECK(read_whole(R"({"choices":[{"message":{"content":null,"refusal":"I will not."}}]})").text == "I will not.");
  const Told told = read_stream(stream_of({delta(R"("refusal":"I will ")"), delta(R"("refusal":"not.")", "\"stop\"")}));
  CHECK(told.reply.text == "I will not.");
  CHECK(told.text == "I will not.");
}

TEST_CASE("how a reply ended is told in our words") {
  const auto finish = [](const std::string& reason) {
    return read_whole(R"({"choices":[{"message":{"content":"x"},"finish_reason":)" + reason + "}]}").finish;
  };
  CHECK(finish("\"stop\"") == "stop");
  CHECK(finish("\"length\"") == "length");
  CHECK(finish("\"content_filter\"") == "blocked");
  CHECK(finish("\"eos\"") == "stop");
  CHECK(finish("null") == "stop");
}

TEST_CASE("numbers of tokens that make no sense count as none, and sums of huge ones do not overflow") {
  const ChatReply reply = read_whole(R"({"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":-5,
    "completion_tokens":9223372036854775807,"prompt_tokens_details":{"cached_tokens":7}}})");
  CHECK(reply.usage.input_tokens == 0);
  CHECK(reply.usage.cached_tokens == 0);
  Usage all = reply.usage;
  all += reply.usage;
  CHECK(all.tokens() == std::numeric_limits<std::int64_t>::max());
  CHECK(Price{100, 10, 1000}.of(all) == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("cached tokens have their own price") {
  Usage usage;
  usage.input_tokens = 1000;
  usage.cached_tokens = 800;
  usage.output_tokens = 10;
  CHECK(Price{150, 75, 600}.of(usage) == 200 * 150 + 800 * 75 + 10 * 600);
}

TEST_CASE("an answer that is no chat completion is told by its beginning") {
  const std::string start = "The model's answer is not a chat completion; it begins with: ";
  for (const std::string body : {"<html><body>502 Bad Gateway</body></html>", "", "null", "[]", "{\"choices\":[]}",
                                 "{\"choices\":[7]}", "{\"choices\":", "{\"choices\":{\"message\":{}}}"}) {
    CAPTURE(body);
    const Error error = error_of_whole(body);
    CHECK(error.code() == Code::kMalformed);
    CHECK(error.sentence() == start + body);
  }
  CHECK(error_of_whole("\xFF\xFE<html>").sentence() == start + "\xEF\xBF\xBD\xEF\xBF\xBD<html>");
  CHECK(error_of_whole(std::string(500, 'x')).sentence() == start + std::string(120, 'x'));
  CHECK(error_of_whole("{\"choices\":[{\"message\":{\"content\":\"\xFF\"}}]}").code() == Code::kMalformed);
}

TEST_CASE("an error in an answer of 200 is an error") {
  const Error error = error_of_whole(R"({"error":{"message":"The model crashed.","type":"server_error"}})");
  CHECK(error.code() == Code::kOverloaded);
  CHECK(contains(error.sentence(), "The model crashed."));
}

TEST_CASE("an error in a stream ends it with the provider's words") {
  const Error limited = error_of_stream(
      stream_of({delta(R"("content":"Hal")"), R"({"error":{"message":"Slow down.","type":"rate_limit_error"}})"}));
  CHECK(limited.code() == Code::kRateLimit);
  CHECK(limited.sentence() == "The model's stream ended with an error: Slow down.");
  CHECK(error_of_stream(stream_of({R"({"error":"out of memory"})"})).sentence() ==
        "The model's stream ended with an error: out of memory");
  read_stream(stream_of({R"({"error":null,"choices":[{"delta":{},"finish_reason":"stop"}]})"}));
}

TEST_CASE("a piece of a stream that is no JSON, or no UTF-8, ends it with its beginning") {
  const Error error = error_of_stream("data: {\"choices\":[{\"delta\":\n\n");
  CHECK(error.code() == Code::kMalformed);
  CHECK(error.sentence() == "The model's stream has a piece that is no JSON: {\"choices\":[{\"delta\":");
  CHECK(contains(error_of_stream(stream_of({delta("\"content\":\"\xC3\"")})).sentence(), "no JSON: {\"model\""));
}

TEST_CASE("a stream is complete with [DONE] or a finish reason, and not before") {
  const auto complete = [](const std::string& text) {
    const std::unique_ptr<ReplyReader> reader = openai_chat().reader();
    SseParser parser;
    parser.feed(text);
    while (const std::optional<ServerSentEvent> event = parser.next().value()) CHECK(reader->event(*event));
    return reader->complete();
  };
  CHECK_FALSE(complete(""));
  CHECK_FALSE(complete(stream_of({delta(R"("content":"Hal")")})));
  CHECK(complete(stream_of({delta(R"("content":"Hallo")", "\"stop\"")})));
  CHECK(complete(stream_of({delta(R"("content":"Hallo")"), "[DONE]"})));
  CHECK(complete(stream_of({delta(R"("role":"assistant")"), " [DONE] "})));
  CHECK_FALSE(complete(stream_of({" [DONE] "})));  // nobody answered
  CHECK_FALSE(complete(stream_of({"null", "7", "\"[DONE]\"", "{\"choices\":null}", "{\"choices\":[{\"delta\":7}]}"})));
}

TEST_CASE("what a status means, in a code for programs and a sentence for people") {
  struct Case {
    int status;
    std::string body;
    Code code;
    std::string sentence;
  };
  const std::vector<Case> cases = {
      {401, R"({"error":{"message":"Bad key."}})", Code::kAuthentication,
       "The provider refused the key (HTTP 401: Bad key.)."},
      {403, R"({"message":"Not for you."})", Code::kAuthentication,
       "The provider refused the key (HTTP 403: Not for you.)."},
      {402, "Pay first.", Code::kQuota, "The account's quota is used up (HTTP 402: Pay first.)."},
      {429, R"({"error":{"message":"No credit.","code":"insufficient_quota"}})", Code::kQuota,
       "The account's quota is used up (HTTP 429: No credit.)."},
      {429, R"({"error":{"message":"Slow down."}})", Code::kRateLimit,
       "The provider limits the rate of requests (HTTP 429: Slow down.)."},
      {404, R"({"error":"model 'x' not found"})", Code::kNotFound,
       "The provider has no such model or address (HTTP 404: model 'x' not found)."},
      {400, R"({"error":{"message":"Too many tokens.","code":"context_length_exceeded"}})", Code::kTooLong,
       "The conversation is longer than the model can read (HTTP 400: Too many tokens.)."},
      {413, "", Code::kTooLong, "The conversation is longer than the model can read (HTTP 413: (no explanation))."},
      {408, "", Code::kOverloaded, "The provider cannot answer now (HTTP 408: (no explanation))."},
      {500, "<html>\n", Code::kOverloaded, "The provider cannot answer now (HTTP 500: <html>)."},
      {529, R"({"error":{"code":529}})", Code::kOverloaded,
       "The provider cannot answer now (HTTP 529: (no explanation))."},
      {400, R"({"error":{"message":"Bad tool."}})", Code::kInvalidInput,
       "The provider refused the request (HTTP 400: Bad tool.)."},
      {302, "", Code::kInvalidInput, "The provider refused the request (HTTP 302: (no explanation))."},
      {500, "\xFF", Code::kOverloaded, "The provider cannot answer now (HTTP 500: \xEF\xBF\xBD)."}};
  for (const Case& each : cases) {
    const Error error = openai_chat().failure(each.status, each.body);
    CHECK(name_of(error.code()) == name_of(each.code));
    CHECK(error.sentence() == each.sentence);
  }
}

TEST_CASE("a conversation is written once, message by message, as JSON that holds every text unchanged") {
  Conversation conversation("Be \"kind\".", "Do\nit.");
  const std::string before(conversation.rendered(openai_chat()));
  const std::string digest = conversation.digest();
  const ChatReply reply = reply_from(R"({"calls":[{"id":"a","name":"read","arguments":{"path":"x"}},
                                         {"id":"b","name":"bad","malformed":"{"}]})");
  conversation.add({Message::Role::kAssistant, "", reply.calls, {}, false});
  conversation.add({Message::Role::kTool, "it\xFFs", {}, "a", false});
  const std::string after(conversation.rendered(openai_chat()));
  CHECK(after.starts_with(before));
  CHECK(conversation.digest() != digest);
  const RequestFrame frame = openai_chat().frame({.instruction = "Be \"kind\"."});
  const std::optional<Json> body = parse_json(frame.head + after + frame.tail);
  REQUIRE(body);
  const Json* const list = &field(*body, "messages");
  CHECK((*list)[0] == Json{{"role", "system"}, {"content", "Be \"kind\"."}});
  CHECK((*list)[1]["content"] == "Do\nit.");
  CHECK((*list)[2]["tool_calls"][0]["function"]["arguments"] == "{\"path\":\"x\"}");
  CHECK((*list)[2]["tool_calls"][1]["function"]["arguments"] == "{}");
  CHECK((*list)[3] == Json{{"role", "tool"}, {"content", "it\xEF\xBF\xBDs"}, {"tool_call_id", "a"}});
}

TEST_CASE("a request is JSON with its model, tools and history") {
  ToolSpec tool;
  tool.name = "read";
  tool.description = "Reads a \"file\".";
  tool.input_schema = {{"type", "object"}};
  const std::string tools = openai_chat().render_tools({tool, tool});
  for (const bool stream : {false, true}) {
    const RequestFrame frame = openai_chat().frame({.model = "m\"1", .tools = tools, .stream = stream});
    const std::optional<Json> body = parse_json(frame.head + "{}" + frame.tail);
    REQUIRE(body);
    CHECK((*body)["model"] == "m\"1");
    CHECK((*body)["tools"].size() == 2);
    CHECK((*body)["tools"][0]["function"]["description"] == "Reads a \"file\".");
    CHECK(body->contains("stream") == stream);
  }
  CHECK_FALSE(parse_json(openai_chat().frame({.model = "m", .stream = false}).head + "]}")->contains("tools"));
}

}  // namespace troupe::test

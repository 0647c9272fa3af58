// The codec of Anthropic's messages: what it sends against what Anthropic's own client sends; replies whole and in
// pieces, right and wrong.
#include "base/text.hpp"
#include "provider_talk.hpp"
#include "wire/sse.hpp"

namespace troupe::test {
namespace {

const Codec& codec() { return anthropic(); }

/// A stream as the docs show it: each event's type as its name and in its data.
std::string stream_of(const std::vector<std::string>& events) {
  std::string text;
  for (const std::string& event : events) {
    const std::string type = Fields(event).text("type");
    text += "event: " + type + "\ndata: " + event + "\n\n";
  }
  return text;
}

std::string read(const std::vector<std::string>& events) { return outcome<SseParser>(codec(), {stream_of(events)}); }

ChatReply reply_of(const std::string& body) { return codec().reader()->whole(body).value(); }

std::string written_whole(const std::string& body) { return written(reply_of(body)); }

Error error_of(const std::string& body) {
  const Result<ChatReply> reply = codec().reader()->whole(body);
  REQUIRE_FALSE(reply);
  return reply.error();
}

const std::string kWhole = R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-of-tests","content":[
  {"type":"thinking","thinking":"Two files…","signature":"c2lnbmVk"},{"type":"redacted_thinking","data":"aGlkZGVu"},
  {"type":"text","text":"Both at once: é🙂","citations":null},
  {"type":"tool_use","id":"toolu_1","name":"read","input":{"path":"x\ny"},"caller":{"type":"direct"}},
  {"type":"tool_use","id":"toolu_2","name":"list","input":{}},
  {"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}},{"type":"hologram","text":"no"}],
  "stop_reason":"tool_use","stop_sequence":null,"container":null,
  "usage":{"input_tokens":200,"cache_creation_input_tokens":10,"cache_read_input_tokens":1000,"output_tokens":80,
    "cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":0},
    "output_tokens_details":{"thinking_tokens":50},"service_tier":"standard"}})";

/// The same reply in pieces, those of the two calls mixed.
const std::vector<std::string> kStreamed = {
    R"({"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-of-tests",
"content":[],"stop_reason":null,"usage":{"input_tokens":200,"cache_creation_input_tokens":10,
"cache_read_input_tokens":1000,"output_tokens":1}}})",
    R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})",
    R"({"type":"ping"})",
    R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Two "}})",
    R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"files…"}})",
    R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmVk"}})",
    R"({"type":"content_block_stop","index":0})",
    R"({"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"aGlkZGVu"}})",
    R"({"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}})",
    R"({"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Both at "}})",
    R"({"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"once: é🙂"}})",
    R"({"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"text":"no"}}})",
    R"({"type":"content_block_stop","index":2})",
    R"({"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_1","name":"read","input":{}}})",
    R"({"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"toolu_2","name":"list","input":{}}})",
    R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":""}})",
    R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"path\": \"x"}})",
    R"({"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":""}})",
    R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"\\ny\"}"}})",
    R"({"type":"content_block_start","index":5,"content_block":{"type":"server_tool_use","id":"s","name":"web","input":{}}})",
    R"({"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":"{\"q"}})",
    R"({"type":"content_block_start","index":6,"content_block":{"type":"hologram","text":"no"}})",
    R"({"type":"content_block_delta","index":6,"delta":{"type":"text_delta","text":"no"}})",
    R"({"type":"weather","sun":true})",
    R"({"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":80,
"input_tokens":null,"cache_read_input_tokens":null,"output_tokens_details":{"thinking_tokens":50}}})",
    R"({"type":"message_stop"})"};

const std::string kThoughts =
    R"([{"signature":"c2lnbmVk","thinking":"Two files…","type":"thinking"},{"data":"aGlkZGVu","type":"redacted_thinking"}])";

RequestOptions options() { return {.model = "m", .most_tokens = 9, .stream = false}; }

}  // namespace

TEST_CASE("Anthropic gets what its own client sends for the same conversation") {
  const Json recording = recorded("anthropic");
  const Conversation talk = whole_conversation({"anthropic", kThoughts}, "https://pictures.example/a.jpg");
  for (const bool stream : {false, true}) {
    const RequestOptions options{
        .model = "claude-of-tests", .schema = kSumSchema, .most_tokens = 1000, .stream = stream};
    const Json& theirs = field(recording, stream ? "streamed" : "whole");
    const std::optional<Json> ours = parse_json(body_of(codec(), talk, options, two_tools()));
    REQUIRE(ours);
    CHECK(dump_json(*ours) == dump_json(field(theirs, "body")));
    CHECK("/v1" + codec().path(options) == text_field(theirs, "path"));
  }
}

TEST_CASE("a request to Anthropic, byte for byte") {
  Conversation talk("Be kind.", "Do it.");
  CHECK(body_of(codec(), talk, {.model = "m\"1"}) ==
        R"({"model":"m\"1","max_tokens":8192,"cache_control":{"type":"ephemeral"},"stream":true,)"
        R"("system":[{"type":"text","text":"Be kind.","cache_control":{"type":"ephemeral"}}],)"
        R"("messages":[{"role":"user","content":[{"type":"text","text":"Do it."} ]}]})");
  CHECK(
      body_of(codec(), Conversation("", "Do it."), options(), {two_tools()[1]}) ==
      R"({"model":"m","max_tokens":9,"cache_control":{"type":"ephemeral"},)"
      R"("tools":[{"name":"list","description":"Lists a folder.","input_schema":{"properties":{},"type":"object"},)"
      R"("cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"Do it."} ]}]})");
}

TEST_CASE("what was written of a conversation with Anthropic stays as it was written") {
  const Conversation whole = whole_conversation({"anthropic", kThoughts}, "https://pictures.example/a.jpg");
  Conversation talk("", "");
  std::string before;
  for (const Message& message : whole.messages()) {
    talk.add(message);
    const std::string now(talk.rendered(codec()));
    CHECK(now.starts_with(before));
    before = now;
    const RequestFrame frame = codec().frame(options());
    if (!now.empty()) CHECK(parse_json(frame.head + now + frame.tail));
  }
  CHECK(before == whole.rendered(codec()));
}

TEST_CASE("messages that say nothing are left out, and their neighbours become one") {
  Conversation talk("", "One.");
  talk.add(said(Message::Role::kAssistant, " \n"));
  talk.add(said(Message::Role::kSystem, "Apart."));
  talk.add(said(Message::Role::kUser, ""));
  talk.add(said(Message::Role::kUser, "Two."));
  CHECK(std::string(talk.rendered(codec())) ==
        R"({"role":"user","content":[{"type":"text","text":"One."} ,{"type":"text","text":"Two."} )");
  Message thoughtful = said(Message::Role::kAssistant, "");
  thoughtful.thoughts = {"anthropic", kThoughts};
  const std::string before(talk.rendered(codec()));
  talk.add(thoughtful);
  CHECK(talk.rendered(codec()) == before);
}

TEST_CASE("results say what they have to, and names of other vendors are made fit") {
  Conversation talk("", "One.");
  Message call = said(Message::Role::kAssistant, "");
  call.calls = {{"functions.f:0", "read file", "{}"}, {"", "é", "{}"}};
  talk.add(call);
  talk.add(result_of("functions.f:0", ""));
  Message failed = result_of("", "\n", true);
  talk.add(failed);
  Message seen = result_of("b", "A cat.");
  seen.images = {{"image/png", "AAAA", ""}, {}};
  talk.add(seen);
  const std::string text(talk.rendered(codec()));
  CHECK(contains(text, R"({"type":"tool_use","id":"functions_f_0","name":"read_file","input":{}},)"));
  CHECK(contains(text, R"({"type":"tool_use","id":"_","name":"__","input":{}}]})"));
  CHECK(contains(text, R"({"type":"tool_result","tool_use_id":"functions_f_0"} ,)"));
  CHECK(contains(text,
                 R"~("tool_use_id":"_","is_error":true,"content":[{"type":"text","text":"(no explanation)"}]} ,)~"));
  CHECK(text.ends_with(R"("tool_use_id":"b","content":[{"type":"image","source":{"type":"base64",)"
                       R"("media_type":"image/png","data":"AAAA"}},{"type":"text","text":"A cat."}]} )"));
}

TEST_CASE("a whole reply of Anthropic gives its text, its calls, its thoughts, and what it used") {
  const ChatReply reply = reply_of(kWhole);
  CHECK(reply.text == "Both at once: é🙂");
  CHECK(reply.model == "claude-of-tests");
  CHECK(reply.finish == "tool_calls");
  REQUIRE(reply.calls.size() == 2);
  CHECK(reply.calls[0].arguments == R"({"path":"x\ny"})");
  CHECK(reply.calls[1].id == "toolu_2");
  CHECK(reply.calls[1].arguments == "{}");
  CHECK(reply.thoughts == Thoughts{"anthropic", kThoughts});
  CHECK(reply.usage.input_tokens == 1210);
  CHECK(reply.usage.cached_tokens == 1000);
  CHECK(reply.usage.written_tokens == 10);
  CHECK(reply.usage.output_tokens == 80);
  CHECK(reply.usage.reasoning_tokens == 50);
  CHECK(written(reply_from(written(reply))) == written(reply));
}

TEST_CASE("a streamed reply of Anthropic cut at every byte is the whole reply") {
  std::string text = stream_of(kStreamed);
  // Lines of one event's data, as the standard allows.
  for (std::size_t at = 0; (at = text.find(",\n\"", at)) != std::string::npos; at += 8)
    text.replace(at, 2, ",\ndata: ");
  CHECK(outcome_however_cut<SseParser>(codec(), text) == written_whole(kWhole));
}

TEST_CASE("thoughts between text and calls go back to where they came from") {
  const std::string body =
      R"({"content":[{"type":"thinking","thinking":"1","signature":"a"},{"type":"text","text":"A."},
    {"type":"thinking","thinking":"2","signature":"b"},{"type":"text","text":"B."},
    {"type":"tool_use","id":"x","name":"f","input":{}},{"type":"redacted_thinking","data":"c"},
    {"type":"tool_use","id":"y","name":"g","input":{}},{"type":"thinking","thinking":"4","signature":"d"}]})";
  const ChatReply reply = reply_of(body);
  CHECK(reply.thoughts.blocks == R"([{"signature":"a","thinking":"1","type":"thinking"},)"
                                 R"([2,0],{"signature":"b","thinking":"2","type":"thinking"},)"
                                 R"([4,1],{"data":"c","type":"redacted_thinking"},)"
                                 R"([4,2],{"signature":"d","thinking":"4","type":"thinking"}])");
  Message turn = said(Message::Role::kAssistant, reply.text);
  turn.calls = reply.calls;
  turn.thoughts = reply_from(written(reply)).thoughts;
  std::string out;
  codec().render(turn, nullptr, out);
  CHECK(out == R"({"role":"assistant","content":[{"signature":"a","thinking":"1","type":"thinking"},)"
               R"({"type":"text","text":"A."},{"signature":"b","thinking":"2","type":"thinking"},)"
               R"({"type":"text","text":"B."},{"type":"tool_use","id":"x","name":"f","input":{}},)"
               R"({"data":"c","type":"redacted_thinking"},{"type":"tool_use","id":"y","name":"g","input":{}})");
}

TEST_CASE("thoughts that a journal got wrong do not break the history") {
  for (const std::string blocks : {"{}", "7", "[", "[[],[1],[1,2,3],[-5,-5],[99999,99999],7,null,\"x\",{}]",
                                   "[[1,0],{\"a\":1},[0,0],{\"b\":2}]"}) {
    CAPTURE(blocks);
    Message turn = said(Message::Role::kAssistant, "é.");
    turn.calls = {{"x", "f", "{}"}};
    turn.thoughts = {"anthropic", blocks};
    std::string out;
    codec().render(turn, nullptr, out);
    const std::optional<Json> read = parse_json(out + "]}");
    REQUIRE(read);
    CHECK((*read)["content"].back()["name"] == "f");
  }
}

TEST_CASE("thoughts without a signature are not kept: the vendor would not take them back") {
  CHECK(reply_of(R"({"content":[{"type":"thinking","thinking":"half"},{"type":"text","text":"x"}]})").thoughts ==
        Thoughts{});
}

TEST_CASE("arguments that are no JSON object are kept as what Anthropic's model wrote") {
  const std::string start =
      R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"","name":"f","input":{}}})";
  const std::string stop =
      R"({"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":3}})";
  CHECK(read({start,
              R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a"}})",
              stop}) ==
        R"({"calls":[{"id":"call_0","malformed":"{\"a","name":"f"}],"finish":"length","model":"","text":"",)"
        R"("usage":{"input":0,"output":3}})");
  CHECK(reply_of(R"({"content":[{"type":"tool_use","id":"a","name":"f","input":[1]}]})").calls[0].malformed == "[1]");
}

TEST_CASE("how a reply of Anthropic ended is told in our words") {
  const auto finish = [](const std::string& reason) {
    return reply_of(R"({"content":[{"type":"text","text":"x"}],"stop_reason":)" + reason + "}").finish;
  };
  for (const char* reason : {"\"end_turn\"", "\"stop_sequence\"", "\"pause_turn\"", "\"tool_use\"", "\"new\"", "null"})
    CHECK(finish(reason) == "stop");
  CHECK(finish("\"max_tokens\"") == "length");
  CHECK(finish("\"model_context_window_exceeded\"") == "window");
  CHECK(finish("\"refusal\"") == "refused");
}

TEST_CASE("a refusal without text is explained in the vendor's words, whole and streamed") {
  const std::string expected = R"({"finish":"refused","model":"","text":"Not this.","usage":{"input":0,"output":0}})";
  const std::string reason = R"("stop_reason":"refusal","stop_details":{"type":"refusal","explanation":"Not this."})";
  CHECK(written_whole(R"({"content":[],)" + reason + "}") == expected);
  CHECK(read({R"({"type":"message_delta","delta":{)" + reason + "}}"}) == expected);
  CHECK(reply_of(R"({"content":[{"type":"text","text":"No."}],)" + reason + "}").text == "No.");
}

TEST_CASE("a stream of Anthropic is complete with its stop, and not before") {
  const std::string text = R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hal"}})";
  CHECK(read({}) == "incomplete, ");
  CHECK(read({text}) == "incomplete, Hal");
  CHECK(read({text, R"({"type":"content_block_delta","index":-1,"delta":{"type":"text_delta","text":"x"}})",
              R"({"type":"content_block_delta","index":99999999999,"delta":{"type":"text_delta","text":"x"}})",
              R"({"type":"content_block_delta","delta":7})", R"({"type":7})", R"({"type":"content_block_start"})"}) ==
        "incomplete, Hal");
  CHECK(contains(read({text, R"({"type":"message_stop"})"}), R"("text":"Hal")"));
}

TEST_CASE("an error in a stream of Anthropic ends it, typed, with the vendor's words") {
  const std::string text = R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hal"}})";
  const auto ended = [&](const std::string& type) {
    return read({text, R"({"type":"error","error":{"type":")" + type + R"(","message":"Why."}})"});
  };
  CHECK(ended("overloaded_error") == "overloaded: The model's stream ended with an error: Why.");
  CHECK(ended("api_error") == "overloaded: The model's stream ended with an error: Why.");
  CHECK(ended("rate_limit_error") == "rate_limit: The model's stream ended with an error: Why.");
  CHECK(ended("timeout_error") == "timeout: The model's stream ended with an error: Why.");
  CHECK(ended("new_error") == "overloaded: The model's stream ended with an error: Why.");
  CHECK(outcome_however_cut<SseParser>(codec(), stream_of({text, R"({"type":"error","error":{}})"})) ==
        "overloaded: The model's stream ended with an error: ");
}

TEST_CASE("what is no message of Anthropic is an error that shows its beginning") {
  const std::string start = "The model's answer is not a message; it begins with: ";
  for (const std::string body :
       {"<html><body>502", "", "null", "[]", "{\"content\":7}", "{\"content\":[", "{\"type\":"}) {
    CAPTURE(body);
    CHECK(error_of(body).code() == Code::kMalformed);
    CHECK(error_of(body).sentence() == start + body);
  }
  CHECK(error_of("\xFF<html>").sentence() == start + "\xEF\xBF\xBD<html>");
  CHECK(error_of(R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})").code() ==
        Code::kOverloaded);
  CHECK(outcome<SseParser>(codec(), {"data: {\"type\":\n\n"}) ==
        "malformed: The model's stream has a piece that is no JSON: {\"type\":");
  CHECK(outcome<SseParser>(codec(), {"data: 7\n\ndata: null\n\nid: 1\n\n"}) == "incomplete, ");
}

TEST_CASE("counts of Anthropic that make no sense count as none") {
  const Usage usage = reply_of(R"({"content":[],"usage":{"input_tokens":-5,"cache_read_input_tokens":"x",
    "cache_creation_input_tokens":9223372036854775807,"output_tokens":1e3}})")
                          .usage;
  CHECK(usage.input_tokens == 9223372036854775807);
  CHECK(usage.cached_tokens == 0);
  CHECK(usage.output_tokens == 0);
}

TEST_CASE("what a refusal of Anthropic means, in a code for programs and a sentence for people") {
  const auto body = [](const std::string& type, const std::string& message) {
    return R"({"type":"error","error":{"type":")" + type + R"(","message":")" + message + R"("},"request_id":"req_1"})";
  };
  check_refusals(
      codec(),
      {{401, body("authentication_error", "invalid x-api-key"), Code::kAuthentication,
        "The provider refused the key (HTTP 401: invalid x-api-key)."},
       {403, body("permission_error", "Not for you."), Code::kAuthentication,
        "The provider refused the key (HTTP 403: Not for you.)."},
       {402, body("billing_error", "Pay first."), Code::kQuota,
        "The account's quota is used up (HTTP 402: Pay first.)."},
       {400, body("invalid_request_error", "Your credit balance is too low to access the API."), Code::kQuota,
        "The account's quota is used up (HTTP 400: Your credit balance is too low to access the API.)."},
       {429,
        R"({"error":{"type":"rate_limit_error","message":"Spent.","details":{"error_code":"contract_spend_limit_reached"}}})",
        Code::kQuota, "The account's quota is used up (HTTP 429: Spent.)."},
       {404, body("not_found_error", "model: x"), Code::kNotFound,
        "The provider has no such model or address (HTTP 404: model: x)."},
       {413, body("request_too_large", "Request exceeds the maximum size"), Code::kTooLong,
        "The conversation is longer than the model can read (HTTP 413: Request exceeds the maximum size)."},
       {400, body("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), Code::kTooLong,
        "The conversation is longer than the model can read (HTTP 400: prompt is too long: 210000 tokens > 200000 "
        "maximum)."},
       {400, body("invalid_request_error", "input length and `max_tokens` exceed context limit: 1 + 2 > 2"),
        Code::kTooLong,
        "The conversation is longer than the model can read (HTTP 400: input length and `max_tokens` exceed context "
        "limit: 1 + 2 > 2)."},
       {400, body("invalid_request_error", "Output blocked by content filtering policy"), Code::kBlocked,
        "The provider's content filter refused the request (HTTP 400: Output blocked by content filtering policy)."},
       {400, body("invalid_request_error", "tools.0: bad"), Code::kInvalidInput,
        "The provider refused the request (HTTP 400: tools.0: bad)."},
       {429, body("rate_limit_error", "Slow down."), Code::kRateLimit,
        "The provider limits the rate of requests (HTTP 429: Slow down.)."},
       {529, body("overloaded_error", "Overloaded"), Code::kOverloaded,
        "The provider cannot answer now (HTTP 529: Overloaded)."},
       {500, body("api_error", "Internal server error"), Code::kOverloaded,
        "The provider cannot answer now (HTTP 500: Internal server error)."},
       {504, body("timeout_error", "Too slow."), Code::kTimeout,
        "The provider did not answer in time (HTTP 504: Too slow.)."},
       {502, "<html>\n", Code::kOverloaded, "The provider cannot answer now (HTTP 502: <html>)."},
       {413, "", Code::kTooLong, "The conversation is longer than the model can read (HTTP 413: (no explanation))."},
       {418, "\xFF", Code::kInvalidInput, "The provider refused the request (HTTP 418: \xEF\xBF\xBD)."}});
}

}  // namespace troupe::test

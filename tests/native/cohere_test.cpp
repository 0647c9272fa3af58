// Cohere's codec: requests byte for byte and as the vendor's SDK sends them; replies whole, streamed, cut and broken.
#include "base/text.hpp"
#include "codec_talk.hpp"

namespace troupe::test {
namespace {

// docs.cohere.com/docs/tool-use-streaming: the weather in Madrid and Brasilia, here with a thought before.
const std::string kWhole = R"({"id":"fba98ad3","finish_reason":"TOOL_CALL","message":{"role":"assistant",
  "content":[{"type":"thinking","thinking":"Two towns."},{"type":"text","text":"Both: é😀"}],
  "tool_plan":"I will search for the weather in Madrid and Brasilia.",
  "tool_calls":[
    {"id":"get_weather_15c2p6g19s8f","type":"function","function":{"name":"get_weather","arguments":"{\"location\":\"Madrid\"}"}},
    {"id":"get_weather_n01pkywy0p2w","type":"function","function":{"name":"get_weather","arguments":"{\"location\":\"Brasilia\"}"}}],
  "citations":[]},
  "usage":{"billed_units":{"input_tokens":37.0,"output_tokens":28},"tokens":{"input_tokens":913,"output_tokens":83},
    "cached_tokens":20}})";

const std::vector<std::string> kChunks = {
    R"({"id":"fba98ad3","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}})",
    R"({"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}})",
    R"({"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"Two "}}}})",
    R"({"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"towns."}}}})",
    R"({"type":"content-end","index":0})",
    R"({"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}})",
    R"({"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"Both"}}},"logprobs":{}})",
    R"({"type":"content-delta","index":1,"delta":{"message":{"content":{"text":": é😀"}}}})",
    R"({"type":"content-end","index":1})",
    R"({"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will search for"}}})",
    R"({"type":"tool-plan-delta","delta":{"message":{"tool_plan":" the weather in Madrid and Brasilia."}}})",
    R"({"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"get_weather_15c2p6g19s8f","type":"function","function":{"name":"get_weather","arguments":""}}}}})",
    R"({"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\n    \""}}}}})",
    R"({"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"location\": \"Madrid\"}"}}}}})",
    R"({"type":"tool-call-end","index":0})",
    R"({"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"id":"get_weather_n01pkywy0p2w","type":"function","function":{"name":"get_weather","arguments":""}}}}})",
    R"({"type":"tool-call-delta","index":1,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"location\":\"Brasilia\"}"}}}}})",
    R"({"type":"tool-call-end","index":1})",
    R"({"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":4,"text":"Both"}}}})",
    R"({"type":"message-end","id":"fba98ad3","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":37,"output_tokens":28},"tokens":{"input_tokens":913,"output_tokens":83},"cached_tokens":20}}})",
    "[DONE]"};

/// The vendor names each event, too.
std::string streamed_text() {
  std::string text;
  for (const std::string& chunk : kChunks) text += "event: named\ndata: " + chunk + "\n\n";
  return text;
}

const Thoughts kThoughts = {"cohere", R"({"thinking":["Hm, a file."],"tool_plan":"I will read, then list."})"};

std::string ended(const std::string& delta) { return R"({"type":"message-end","delta":{)" + delta + "}}"; }

}  // namespace

TEST_CASE("cohere: a request is what the vendor's own SDK sends") {
  const Conversation talk = everything(kThoughts, "a", "b");
  RequestOptions options{.model = "command-a-03-2025"};
  CHECK(cohere().path(options) == "/chat");
  check_recorded("cohere", "/v2/chat", body_of(cohere(), talk, options));
  options.stream = false;
  options.schema = kSchema;
  options.most_tokens = 512;
  const std::string instruction = talk.instruction();
  options.instruction = instruction;
  const RequestFrame frame = cohere().frame(options);
  check_recorded("cohere-schema", "/v2/chat", frame.head + std::string(talk.rendered(cohere())) + frame.tail);
}

TEST_CASE("cohere: a request byte for byte, and without the schema that the vendor does not take beside tools") {
  CHECK(body_of(cohere(), everything(kThoughts, "a", "b"), {.model = "m\"1", .schema = kSchema}) ==
        R"({"model":"m\"1","stream":true,"tools":[{"type":"function","function":{"name":"read","description":)"
        R"("Reads a \"file\".","parameters":{"$schema":"http://json-schema.org/draft-07/schema#",)"
        R"("additionalProperties":false,"properties":{"path":{"type":"string"}},"required":["path"],)"
        R"("type":"object"}}}],"max_tokens":512,"messages":[{"role":"system","content":"Be \"kind\"."},)"
        R"({"role":"user","content":[{"type":"text","text":"What is it?"},)"
        R"({"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},)"
        R"({"type":"image_url","image_url":{"url":"https://example.org/cat.jpg"}}]},)"
        R"({"role":"assistant","content":[{"type":"thinking","thinking":"Hm, a file."},)"
        R"({"type":"text","text":"Let me look."}],"tool_plan":"I will read, then list.","tool_calls":[)"
        R"({"id":"a","type":"function","function":{"name":"read","arguments":"{\"path\":\"x\\ny\"}"}},)"
        R"({"id":"b","type":"function","function":{"name":"list","arguments":"{}"}}]},)"
        R"({"role":"tool","tool_call_id":"a","content":"It's 7°."},)"
        R"({"role":"tool","tool_call_id":"b","content":"No such folder."},)"
        R"({"role":"assistant","content":"A cat: é😀"},{"role":"user","content":"Thanks."}]})");
}

TEST_CASE("cohere: thoughts of another vendor stay away, and a message of calls alone has no content") {
  const Message calls{Message::Role::kAssistant,   "", {{"a", "f", "", "{"}}, {}, false, {},
                      {"google", "[{\"call\":0}]"}};
  std::string out;
  cohere().render(calls, nullptr, out);
  CHECK(out ==
        R"({"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]})");
  out.clear();
  cohere().render({Message::Role::kAssistant, "", {}, {}, false, {}, {"cohere", R"({"tool_plan":"x"})"}}, nullptr, out);
  CHECK(out == R"({"role":"assistant","content":""})");
}

TEST_CASE("cohere: a whole reply gives its text, calls, thoughts and what is billed") {
  const ChatReply reply = whole(cohere(), kWhole);
  CHECK(reply.text == "Both: é😀");
  CHECK(reply.finish == "tool_calls");
  REQUIRE(reply.calls.size() == 2);
  CHECK(reply.calls[0].id == "get_weather_15c2p6g19s8f");
  CHECK(reply.calls[0].arguments == R"({"location":"Madrid"})");
  CHECK(reply.calls[1].arguments == R"({"location":"Brasilia"})");
  CHECK(reply.usage.input_tokens == 37);
  CHECK(reply.usage.cached_tokens == 20);
  CHECK(reply.usage.output_tokens == 28);
  CHECK(reply.thoughts ==
        Thoughts{"cohere",
                 R"({"thinking":["Two towns."],"tool_plan":"I will search for the weather in Madrid and Brasilia."})"});
  CHECK(written(reply_from(written(reply))) == written(reply));
  const ChatReply counted = whole(
      cohere(),
      R"({"message":{"content":"x"},"usage":{"tokens":{"input_tokens":9,"output_tokens":-1},"cached_tokens":99}})");
  CHECK(counted.text == "x");
  CHECK(counted.finish == "stop");
  CHECK(counted.usage.input_tokens == 9);
  CHECK(counted.usage.cached_tokens == 9);
  CHECK(counted.usage.output_tokens == 0);
  CHECK(counted.thoughts == Thoughts{});
}

TEST_CASE("cohere: a streamed reply cut at every byte is the whole reply") {
  check_cuts(cohere(), streamed_text(), written(whole(cohere(), kWhole)));
}

TEST_CASE("cohere: how a reply ended is told in our words") {
  const auto finish = [](const std::string& reason) {
    return streamed(cohere(), stream_of({ended("\"finish_reason\":\"" + reason + "\"")})).finish;
  };
  CHECK(finish("COMPLETE") == "stop");
  CHECK(finish("STOP_SEQUENCE") == "stop");
  CHECK(finish("MAX_TOKENS") == "length");
  CHECK(finish("ERROR_TOXIC") == "blocked");
  CHECK(finish("A_NEW_ONE") == "stop");
  const Error error = error_of_stream(cohere(), stream_of({ended(R"("finish_reason":"ERROR","error":"It broke.")")}));
  CHECK(error.code() == Code::kOverloaded);
  CHECK(error.sentence() == "The model's stream ended with an error: It broke.");
  CHECK(error_of_stream(cohere(), stream_of({ended(R"("finish_reason":"TIMEOUT")")})).code() == Code::kTimeout);
  CHECK(error_of_whole(cohere(), R"({"message":{},"finish_reason":"TIMEOUT"})").sentence() ==
        "The model's stream ended with an error: (no explanation)");
}

TEST_CASE("cohere: a stream is complete with its end, and what is unknown is passed over") {
  const std::vector<std::string> before(kChunks.begin(), kChunks.end() - 2);
  CHECK_FALSE(complete_after(cohere(), stream_of(before)));
  CHECK_FALSE(complete_after(cohere(), stream_of({"null", "7", "[DONE]", "{}", R"({"type":"new-event","delta":7})",
                                                  R"({"type":"tool-call-delta","index":-1})",
                                                  R"({"type":"tool-call-start","index":999999999999})"})));
  const ChatReply reply = streamed(
      cohere(),
      stream_of({R"({"type":"content-delta","new":1,"delta":{"message":{"content":{"text":"a"}}}})",
                 R"({"type":"tool-call-start","delta":{"message":{"tool_calls":{"function":{"name":"f"}}}}})",
                 R"({"type":"tool-call-delta","delta":{"message":{"tool_calls":{"function":{"arguments":"[1]"}}}}})",
                 R"({"type":"message-end"})"}));
  CHECK(reply.text == "a");
  REQUIRE(reply.calls.size() == 1);
  CHECK(reply.calls[0].id == "call_0");
  CHECK(reply.calls[0].malformed == "[1]");
}

TEST_CASE("cohere: what is no reply is an error with its beginning") {
  for (const std::string body : {"", "<html>", "null", "[]", R"({"message":"no"})", R"({"message":)"}) {
    const Error error = error_of_whole(cohere(), body);
    CHECK(error.code() == Code::kMalformed);
    CHECK(error.sentence() == "The model's answer is not a chat message; it begins with: " + body);
  }
  CHECK(error_of_stream(cohere(), "data: {\"type\":\n\n").sentence() ==
        "The model's stream has a piece that is no JSON: {\"type\":");
  check_survives(cohere(), kWhole);
}

TEST_CASE("cohere: what a status means") {
  const auto says = [](const std::string& message) { return R"({"id":"x","message":")" + message + "\"}"; };
  check_failures(
      cohere(),
      {{400, says("too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292."),
        Code::kTooLong,
        "The conversation is longer than the model can read (HTTP 400: too many tokens: total number of tokens in the "
        "prompt cannot exceed 4081 - received 4292.)."},
       {400, says("too many tokens: max tokens must be less than or equal to 4096"), Code::kInvalidInput,
        "The provider refused the request (HTTP 400: too many tokens: max tokens must be less than or equal to 4096)."},
       {401, says("invalid api token"), Code::kAuthentication,
        "The provider refused the key (HTTP 401: invalid api token)."},
       {402, says("Please add a payment method."), Code::kQuota,
        "The account's quota is used up (HTTP 402: Please add a payment method.)."},
       {404, says("model 'x' not found"), Code::kNotFound,
        "The provider has no such model or address (HTTP 404: model 'x' not found)."},
       {422, says("bad"), Code::kInvalidInput, "The provider refused the request (HTTP 422: bad)."},
       {429, says("You are using a Trial key, which is limited to 40 API calls / minute."), Code::kRateLimit,
        "The provider limits the rate of requests (HTTP 429: You are using a Trial key, which is limited to 40 API "
        "calls / minute.)."},
       {429, says("You are using a Trial key, which is limited to 1000 API calls / month."), Code::kQuota,
        "The account's quota is used up (HTTP 429: You are using a Trial key, which is limited to 1000 API calls / "
        "month.)."},
       {498, says("a blocked word"), Code::kBlocked,
        "The provider's content filter refused the request (HTTP 498: a blocked word)."},
       {499, says("cancelled"), Code::kOverloaded, "The provider cannot answer now (HTTP 499: cancelled)."},
       {500, "", Code::kOverloaded, "The provider cannot answer now (HTTP 500: (no explanation))."},
       {503, "\xFF", Code::kOverloaded, "The provider cannot answer now (HTTP 503: \xEF\xBF\xBD)."}});
}

}  // namespace troupe::test

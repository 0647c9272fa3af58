// The codec of Amazon's Converse: what it sends against what Amazon's own client sends; replies whole and in pieces,
// right and wrong. The streams were written by Amazon's own encoder.
#include "base/text.hpp"
#include "provider_talk.hpp"
#include "wire/amazon_events.hpp"

namespace troupe::test {
namespace {

const Codec& codec() { return bedrock(); }

constexpr std::string_view kClaude =
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0";

std::string read(const std::string& stream) { return outcome<AmazonEventParser>(codec(), {stream}); }

/// What a reader makes of these events, each a type and its data.
std::string read_events(const std::vector<std::pair<std::string, std::string>>& events) {
  const std::unique_ptr<ReplyReader> reader = codec().reader();
  std::string told;
  for (const auto& [type, data] : events) {
    const Result<std::string> text = reader->event({type, data, "event"});
    if (!text) return std::string(name_of(text.error().code())) + ": " + text.error().sentence();
    told += *text;
  }
  return reader->complete() ? written(reader->finish()) : "incomplete, " + told;
}

ChatReply reply_of(const std::string& body) { return codec().reader()->whole(body).value(); }

const std::string kWhole = R"({"output":{"message":{"role":"assistant","content":[
  {"reasoningContent":{"reasoningText":{"text":"Both files.","signature":"c2lnbmVk"}}},
  {"text":"Both at once: é🙂"},{"reasoningContent":{"redactedContent":"aGlkZGVu"}},
  {"toolUse":{"toolUseId":"a","name":"read","input":{"path":"x\ny"}}},{"toolUse":{"toolUseId":"b","name":"list","input":{}}},
  {"toolUse":{"toolUseId":"s","name":"search","input":{"q":1},"type":"server_tool_use"}},{"hologram":{"bytes":"AAAA"}}]}},
  "stopReason":"tool_use","metrics":{"latencyMs":12},"trace":{},
  "usage":{"inputTokens":200,"outputTokens":80,"totalTokens":1290,"cacheReadInputTokens":1000,"cacheWriteInputTokens":10}})";

const std::string kThoughts = R"([{"reasoningContent":{"reasoningText":{"signature":"c2lnbmVk","text":"Two files…"}}},)"
                              R"({"reasoningContent":{"redactedContent":"aGlkZGVu"}}])";

}  // namespace

TEST_CASE("Bedrock gets what Amazon's own client sends for the same conversation") {
  const Json recording = recorded("bedrock");
  const Conversation talk = whole_conversation({"bedrock", kThoughts}, "s3://pictures/a.jpg");
  for (const bool stream : {false, true}) {
    const RequestOptions options{.model = kClaude, .schema = kSumSchema, .most_tokens = 1000, .stream = stream};
    const Json& theirs = field(recording, stream ? "streamed" : "whole");
    const std::optional<Json> ours = parse_json(body_of(codec(), talk, options, two_tools()));
    REQUIRE(ours);
    CHECK(dump_json(*ours) == dump_json(field(theirs, "body")));
    CHECK(codec().path(options) == text_field(theirs, "path"));
  }
}

TEST_CASE("a request to Bedrock, byte for byte") {
  const Conversation talk("Be kind.", "Do it.");
  CHECK(body_of(codec(), talk, {.model = "us.amazon.nova-pro-v1:0"}, {two_tools()[1]}) ==
        R"({"system":[{"text":"Be kind."}],"toolConfig":{"tools":[{"toolSpec":{"name":"list",)"
        R"("description":"Lists a folder.","inputSchema":{"json":{"properties":{},"type":"object"}}}}]},)"
        R"("messages":[{"role":"user","content":[{"text":"Do it."} ]}]})");
  CHECK(body_of(codec(), talk, {.model = "anthropic.claude-opus-4-1", .most_tokens = 7}) ==
        R"({"inferenceConfig":{"maxTokens":7},"system":[{"text":"Be kind."},{"cachePoint":{"type":"default"}}],)"
        R"("messages":[{"role":"user","content":[{"text":"Do it."} ,{"cachePoint":{"type":"default"}}]}]})");
}

TEST_CASE("points for the cache go to the models that take them alone") {
  const auto caches = [](std::string_view model) {
    return contains(codec().frame({.model = model}).tail, "cachePoint");
  };
  CHECK(caches("anthropic.claude-haiku-4-5-20251001-v1:0"));
  CHECK(caches(kClaude));
  for (const char* model :
       {"anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-v2:1", "anthropic.claude-instant-v1",
        "amazon.nova-pro-v1:0", "meta.llama4-scout-17b-instruct-v1:0", ""})
    CHECK_FALSE(caches(model));
}

TEST_CASE("what was written of a conversation with Bedrock stays as it was written") {
  const Conversation whole = whole_conversation({"bedrock", kThoughts}, "s3://pictures/a.jpg");
  Conversation talk("", "");
  std::string before;
  for (const Message& message : whole.messages()) {
    talk.add(message);
    const std::string now(talk.rendered(codec()));
    CHECK(now.starts_with(before));
    before = now;
    const RequestFrame frame = codec().frame({.model = kClaude});
    if (!now.empty()) CHECK(parse_json(frame.head + now + frame.tail));
  }
}

TEST_CASE("pictures and results that Converse cannot take as they are, it gets as it can") {
  Conversation talk("", "");
  Message pictures = result_of("call:1", "");
  pictures.images = {{"image/jpg", "AAAA", ""}, {"image/png", "", "https://pictures.example/a.png"}};
  talk.add(pictures);
  talk.add(result_of("b", ""));
  talk.add(result_of("c", " ", true));
  CHECK(
      std::string(talk.rendered(codec())) ==
      R"({"role":"user","content":[{"toolResult":{"toolUseId":"call_1","content":[)"
      R"~({"image":{"format":"jpeg","source":{"bytes":"AAAA"}}},{"text":"(An image: https://pictures.example/a.png)"}],)~"
      R"~("status":"success"}} ,{"toolResult":{"toolUseId":"b","content":[{"text":"(nothing)"}],"status":"success"}} ,)~"
      R"~({"toolResult":{"toolUseId":"c","content":[{"text":"(no explanation)"}],"status":"error"}} )~");
}

TEST_CASE("a whole reply of Bedrock gives its text, its calls, its thoughts, and what it used") {
  const ChatReply reply = reply_of(kWhole);
  CHECK(reply.text == "Both at once: é🙂");
  CHECK(reply.finish == "tool_calls");
  REQUIRE(reply.calls.size() == 2);
  CHECK(reply.calls[0].arguments == R"({"path":"x\ny"})");
  CHECK(reply.calls[1].id == "b");
  CHECK(reply.thoughts ==
        Thoughts{"bedrock", R"([{"reasoningContent":{"reasoningText":{"signature":"c2lnbmVk","text":"Both files."}}},)"
                            R"([20,0],{"reasoningContent":{"redactedContent":"aGlkZGVu"}}])"});
  CHECK(reply.usage.input_tokens == 1210);
  CHECK(reply.usage.cached_tokens == 1000);
  CHECK(reply.usage.written_tokens == 10);
  CHECK(reply.usage.output_tokens == 80);
  CHECK(written(reply_from(written(reply))) == written(reply));
}

TEST_CASE("a stream of Amazon's own encoder, cut at every byte, is the whole reply") {
  const std::string stream = joined_up(recorded_messages("reply"));
  CHECK(outcome_however_cut<AmazonEventParser>(codec(), stream) == written(reply_of(kWhole)));
}

TEST_CASE("a stream of Amazon's that breaks off is not complete") {
  std::vector<std::string> messages = recorded_messages("reply");
  messages.resize(messages.size() - 2);  // the stop and what it used
  CHECK(read(joined_up(messages)) == "incomplete, Both at once: é🙂");
  CHECK(read(joined_up(messages) + recorded_messages("reply").back().substr(0, 20)) == "incomplete, Both at once: é🙂");
}

TEST_CASE("an exception in a stream of Amazon's ends it, typed, with its words") {
  const std::string expected = "rate_limit: The model's stream ended with an error: Too many requests, please wait.";
  CHECK(outcome_however_cut<AmazonEventParser>(codec(), joined_up(recorded_messages("throttled"))) == expected);
  const auto ended = [](const std::string& type, const std::string& message, const std::string& kind = "exception") {
    const Result<std::string> text = codec().reader()->event({type, R"({"message":")" + message + R"("})", kind});
    REQUIRE_FALSE(text);
    CHECK(text.error().sentence() == "The model's stream ended with an error: " + message);
    return name_of(text.error().code());
  };
  CHECK(ended("internalServerException", "Broken.") == "overloaded");
  CHECK(ended("modelStreamErrorException", "Broken.") == "overloaded");
  CHECK(ended("serviceUnavailableException", "Later.") == "overloaded");
  CHECK(ended("validationException", "Bad tool.") == "invalid_input");
  CHECK(ended("validationException", "Input is too long for requested model.") == "too_long");
  CHECK(ended("throttlingException", "Too many tokens per day, please wait.") == "quota");
  CHECK(ended("InternalFailure", "Gone.", "error") == "overloaded");
  CHECK(codec().reader()->event({"x", "", "exception"}).error().sentence() ==
        "The model's stream ended with an error: (no explanation)");
}

TEST_CASE("events of Bedrock that say nothing change nothing, and broken ones are told") {
  CHECK(read_events(
            {{"contentBlockDelta", ""},
             {"contentBlockDelta", "7"},
             {"contentBlockDelta", R"({"contentBlockIndex":-1,"delta":{"text":"x"}})"},
             {"contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"toolUse":7,"reasoningContent":7,"text":7}})"},
             {"contentBlockStart", R"({"contentBlockIndex":0})"},
             {"", R"({"delta":{"text":"x"}})"}}) == "incomplete, ");
  CHECK(read_events({{"contentBlockDelta", "{\"delta\":"}}) ==
        "malformed: The model's stream has a piece that is no JSON: {\"delta\":");
  CHECK(
      read_events({{"contentBlockStart", R"({"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"a","name":"f"}}})"},
                   {"contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"toolUse":{"input":"{\"a"}}})"},
                   {"messageStop", R"({"stopReason":"max_tokens"})"}}) ==
      R"({"calls":[{"id":"a","malformed":"{\"a","name":"f"}],"finish":"length","model":"","text":"",)"
      R"("usage":{"input":0,"output":0}})");
}

TEST_CASE("how a reply of Bedrock ended is told in our words") {
  const auto finish = [](const std::string& reason) {
    return reply_of(R"({"output":{"message":{"content":[{"text":"x"}]}},"stopReason":")" + reason + "\"}").finish;
  };
  for (const char* reason : {"end_turn", "stop_sequence", "tool_use", "malformed_tool_use", "new"})
    CHECK(finish(reason) == "stop");
  CHECK(finish("max_tokens") == "length");
  CHECK(finish("model_context_window_exceeded") == "window");
  CHECK(finish("guardrail_intervened") == "blocked");
  CHECK(finish("content_filtered") == "blocked");
}

TEST_CASE("what is no answer of Converse is an error that shows its beginning") {
  for (const std::string body :
       {"<html>", "", "null", "{\"output\":7}", "{\"output\":{\"message\":{\"content\":{}}}}"}) {
    const Result<ChatReply> reply = codec().reader()->whole(body);
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code() == Code::kMalformed);
    CHECK(reply.error().sentence() == "The model's answer is not one of Converse's; it begins with: " + body);
  }
}

TEST_CASE("what a refusal of Bedrock means, in a code for programs and a sentence for people") {
  const auto message = [](const std::string& text) { return R"({"message":")" + text + "\"}"; };
  check_refusals(
      codec(),
      {{403, message("Not for you."), Code::kAuthentication, "The provider refused the key (HTTP 403: Not for you.)."},
       {400, R"({"__type":"com.amazon.coral.service#AccessDeniedException","Message":"No."})", Code::kAuthentication,
        "The provider refused the key (HTTP 400: No.)."},
       {404, message("No such model."), Code::kNotFound,
        "The provider has no such model or address (HTTP 404: No such model.)."},
       {400, message("The provided model identifier is invalid."), Code::kNotFound,
        "The provider has no such model or address (HTTP 400: The provided model identifier is invalid.)."},
       {400, message("Input is too long for requested model."), Code::kTooLong,
        "The conversation is longer than the model can read (HTTP 400: Input is too long for requested model.)."},
       {400, message("Bad tool."), Code::kInvalidInput, "The provider refused the request (HTTP 400: Bad tool.)."},
       {429, message("Too many requests."), Code::kRateLimit,
        "The provider limits the rate of requests (HTTP 429: Too many requests.)."},
       {429, message("Too many tokens per day."), Code::kQuota,
        "The account's quota is used up (HTTP 429: Too many tokens per day.)."},
       {400, R"({"__type":"ServiceQuotaExceededException","message":"Full."})", Code::kQuota,
        "The account's quota is used up (HTTP 400: Full.)."},
       {408, R"({"__type":"ModelTimeoutException","message":"Slow."})", Code::kTimeout,
        "The provider did not answer in time (HTTP 408: Slow.)."},
       {424, R"({"__type":"ModelErrorException","message":"Broken."})", Code::kOverloaded,
        "The provider cannot answer now (HTTP 424: Broken.)."},
       {503, "", Code::kOverloaded, "The provider cannot answer now (HTTP 503: (no explanation))."}});
}

}  // namespace troupe::test

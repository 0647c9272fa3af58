// The codec of OpenAI's Responses: requests byte for byte and as the vendor's SDK sends them; replies whole, streamed,
// cut and broken.
#include "base/text.hpp"
#include "codec_talk.hpp"

namespace troupe::test {
namespace {

const std::string kUsage =
    R"("usage":{"input_tokens":1200,"input_tokens_details":{"cached_tokens":1000},"output_tokens":80,)"
    R"("output_tokens_details":{"reasoning_tokens":50},"total_tokens":1280})";
const std::string kReasoning =
    R"({"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"**Towns**"}],"encrypted_content":"gAAA"})";
const std::string kMessage =
    R"({"id":"msg_1","type":"message","status":"completed","role":"assistant","phase":"commentary",)"
    R"("content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"Both: é😀"}]})";
const std::string kParis =
    R"({"id":"fc_1","type":"function_call","status":"completed","arguments":"{\"location\":\"Paris\"}","call_id":"call_1","name":"get_weather"})";
const std::string kBogota =
    R"({"id":"fc_2","type":"function_call","status":"completed","arguments":"{}","call_id":"call_2","name":"list"})";

std::string response(const std::string& output, const std::string& more = "") {
  return R"({"id":"resp_1","object":"response","created_at":1741476777,"status":"completed","error":null,)"
         R"("incomplete_details":null,"model":"gpt-5.2-2026-01-01","output":[)" +
         output + "]," + kUsage + R"(,"store":false)" + more + "}";
}

const std::string kWhole = response(kReasoning + "," + kMessage + "," + kParis + "," + kBogota);

std::string event(const std::string& type, const std::string& fields) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\",\"sequence_number\":7," + fields + "}\n\n";
}

// platform.openai.com/docs/guides/function-calling#streaming, with a thought and a text before.
const std::string kStreamed =
    event("response.created", R"("response":{"id":"resp_1","status":"in_progress","output":[]})") +
    event("response.in_progress", R"("response":{"id":"resp_1","status":"in_progress","output":[]})") +
    event("response.output_item.added",
          R"("output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gA"})") +
    event("response.reasoning_summary_part.added",
          R"("item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""})") +
    event("response.reasoning_summary_text.delta",
          R"("item_id":"rs_1","output_index":0,"summary_index":0,"delta":"**Towns**")") +
    event("response.output_item.done", R"("output_index":0,"item":)" + kReasoning) +
    event("response.output_item.added",
          R"("output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]})") +
    event(
        "response.content_part.added",
        R"("item_id":"msg_1","output_index":1,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]})") +
    event("response.output_text.delta",
          R"("item_id":"msg_1","output_index":1,"content_index":0,"delta":"Both","logprobs":[],"obfuscation":"Xw")") +
    event("response.output_text.delta",
          R"("item_id":"msg_1","output_index":1,"content_index":0,"delta":": é😀","logprobs":[])") +
    event("response.output_text.done", R"("item_id":"msg_1","output_index":1,"content_index":0,"text":"Both: é😀")") +
    event(
        "response.content_part.done",
        R"("item_id":"msg_1","output_index":1,"content_index":0,"part":{"type":"output_text","text":"Both: é😀","annotations":[]})") +
    event("response.output_item.done", R"("output_index":1,"item":)" + kMessage) +
    event(
        "response.output_item.added",
        R"("output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"get_weather","arguments":""})") +
    event("response.function_call_arguments.delta", R"("item_id":"fc_1","output_index":2,"delta":"{\"loc")") +
    event("response.function_call_arguments.delta",
          R"("item_id":"fc_1","output_index":2,"delta":"ation\":\"Paris\"}")") +
    event("response.function_call_arguments.done",
          R"("item_id":"fc_1","output_index":2,"arguments":"{\"location\":\"Paris\"}")") +
    event("response.output_item.done", R"("output_index":2,"item":)" + kParis) +
    event("response.output_item.added", R"("output_index":3,"item":)" + kBogota) +
    event("response.output_item.done", R"("output_index":3,"item":)" + kBogota) +
    event("response.completed", "\"response\":" + kWhole);

const Thoughts kThoughts = {"openai_responses",
                            R"([{"kept":{"encrypted_content":"gAAA","id":"rs_1","summary":[],"type":"reasoning"}},)"
                            R"({"kept":"commentary","text":12},{"call":0},{"call":1}])"};

std::string refusal() {
  return event("response.refusal.delta", R"("output_index":0,"delta":"I will ")") +
         event("response.refusal.delta", R"("output_index":0,"delta":"not.")") +
         event("response.output_item.done",
               R"("output_index":0,"item":{"type":"message","content":[{"type":"refusal","refusal":"I will not."}]})") +
         event("response.completed", "\"response\":" + response(""));
}

}  // namespace

TEST_CASE("responses: a request is what the vendor's own SDK sends") {
  const RequestOptions options{.model = "gpt-5.2", .schema = kSchema};
  CHECK(openai_responses().path(options) == "/responses");
  check_recorded("openai-responses", "/v1/responses",
                 body_of(openai_responses(), everything(kThoughts, "a", "b"), options));
}

TEST_CASE("responses: a request byte for byte") {
  CHECK(body_of(openai_responses(), everything(kThoughts, "a", "b"), {.model = "gpt-5.2", .schema = kSchema}) ==
        R"({"model":"gpt-5.2","store":false,"include":["reasoning.encrypted_content"],"stream":true,)"
        R"("instructions":"Be \"kind\".","tools":[{"type":"function","name":"read","description":"Reads a \"file\".",)"
        R"("parameters":{"$schema":"http://json-schema.org/draft-07/schema#","additionalProperties":false,)"
        R"("properties":{"path":{"type":"string"}},"required":["path"],"type":"object"},"strict":false}],)"
        R"("text":{"format":{"type":"json_schema","name":"answer","schema":{"properties":{"what":{"type":"string"}},)"
        R"("required":["what"],"type":"object"},"strict":true}},"max_output_tokens":512,"input":[)"
        R"({"type":"message","role":"user","content":[{"type":"input_text","text":"What is it?"},)"
        R"({"type":"input_image","detail":"auto","image_url":"data:image/png;base64,iVBORw0KGgo="},)"
        R"({"type":"input_image","detail":"auto","image_url":"https://example.org/cat.jpg"}]},)"
        R"({"encrypted_content":"gAAA","id":"rs_1","summary":[],"type":"reasoning"},)"
        R"({"type":"message","role":"assistant","content":"Let me look.","phase":"commentary"},)"
        R"({"type":"function_call","call_id":"a","name":"read","arguments":"{\"path\":\"x\\ny\"}"},)"
        R"({"type":"function_call","call_id":"b","name":"list","arguments":"{}"},)"
        R"({"type":"function_call_output","call_id":"a","output":"It's 7°."},)"
        R"({"type":"function_call_output","call_id":"b","output":"No such folder."},)"
        R"({"type":"message","role":"assistant","content":"A cat: é😀"},)"
        R"({"type":"message","role":"user","content":"Thanks."}]})");
  CHECK(openai_responses().frame({.model = "gpt-4.1", .stream = false}).head ==
        R"({"model":"gpt-4.1","store":false,"input":[)");
}

TEST_CASE("responses: thoughts of another vendor stay away, and a picture may be a tool's result") {
  Message said{Message::Role::kAssistant, "x", {{"a", "f", "", "["}}, {}, false, {}, {"google", "[{\"call\":0}]"}};
  std::string out;
  openai_responses().render(said, nullptr, out);
  Message seen{Message::Role::kTool, "", {}, "a", false, "f"};
  seen.images = {{"image/png", kPicture, ""}};
  openai_responses().render(seen, &said, out);
  CHECK(out == R"({"type":"message","role":"assistant","content":"x"},)"
               R"({"type":"function_call","call_id":"a","name":"f","arguments":"{}"},)"
               R"({"type":"function_call_output","call_id":"a","output":[{"type":"input_image","detail":"auto",)"
               R"("image_url":"data:image/png;base64,iVBORw0KGgo="}]})");
}

TEST_CASE("responses: a whole reply gives its text, calls, thoughts and what it used") {
  const ChatReply reply = whole(openai_responses(), kWhole);
  CHECK(reply.text == "Both: é😀");
  CHECK(reply.model == "gpt-5.2-2026-01-01");
  CHECK(reply.finish == "tool_calls");
  REQUIRE(reply.calls.size() == 2);
  CHECK(reply.calls[0].id == "call_1");
  CHECK(reply.calls[0].name == "get_weather");
  CHECK(reply.calls[0].arguments == R"({"location":"Paris"})");
  CHECK(reply.calls[1].id == "call_2");
  CHECK(reply.usage.input_tokens == 1200);
  CHECK(reply.usage.cached_tokens == 1000);
  CHECK(reply.usage.output_tokens == 80);
  CHECK(reply.usage.reasoning_tokens == 50);
  CHECK(reply.thoughts.codec == "openai_responses");
  CHECK(reply.thoughts.blocks ==
        R"([{"kept":{"encrypted_content":"gAAA","id":"rs_1","summary":[{"text":"**Towns**","type":"summary_text"}],)"
        R"("type":"reasoning"}},{"kept":"commentary","text":12},{"call":0},{"call":1}])");
  CHECK(written(reply_from(written(reply))) == written(reply));
}

TEST_CASE("responses: a streamed reply cut at every byte is the whole reply") {
  check_cuts(openai_responses(), kStreamed, written(whole(openai_responses(), kWhole)));
}

TEST_CASE("responses: a thought that nothing follows, or that is not encrypted, does not go back") {
  CHECK(whole(openai_responses(), response(kReasoning)).thoughts == Thoughts{});
  CHECK(whole(openai_responses(),
              response(R"({"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":null},)" + kParis))
            .thoughts == Thoughts{});
}

TEST_CASE("responses: a refusal is text, and the reply is refused") {
  const ChatReply reply = streamed(openai_responses(), refusal());
  CHECK(reply.text == "I will not.");
  CHECK(reply.finish == "refused");
  const ChatReply at_once = whole(
      openai_responses(), response(R"({"type":"message","content":[{"type":"refusal","refusal":"I will not."}]})"));
  CHECK(written(at_once) == written(reply));
}

TEST_CASE("responses: how a reply ended is told in our words") {
  const auto finish = [](const std::string& reason) {
    const std::string body = R"({"status":"incomplete","incomplete_details":{"reason":")" + reason +
                             R"("},"output":[{"type":"message","content":[{"type":"output_text","text":"x"}]}]})";
    const std::string stream = event("response.incomplete", "\"response\":" + body);
    CHECK(streamed(openai_responses(), stream).finish == whole(openai_responses(), body).finish);
    return whole(openai_responses(), body).finish;
  };
  CHECK(finish("max_output_tokens") == "length");
  CHECK(finish("content_filter") == "blocked");
  CHECK(finish("max_messages") == "length");
  CHECK(whole(openai_responses(), response(kMessage)).finish == "stop");
}

TEST_CASE("responses: an error in a stream ends it with the vendor's words") {
  const auto error = [](const std::string& code) {
    return error_of_stream(openai_responses(),
                           event("response.failed", R"("response":{"status":"failed","error":{"code":")" + code +
                                                        R"(","message":"Oh."},"output":[]})"));
  };
  CHECK(error("server_error").code() == Code::kOverloaded);
  CHECK(error("server_error").sentence() == "The model's stream ended with an error: Oh.");
  CHECK(error("rate_limit_exceeded").code() == Code::kRateLimit);
  CHECK(error("context_length_exceeded").code() == Code::kTooLong);
  CHECK(error("insufficient_quota").code() == Code::kQuota);
  CHECK(error("invalid_prompt").code() == Code::kInvalidInput);
  CHECK(error("bio_policy").code() == Code::kBlocked);
  CHECK(error("image_content_policy_violation").code() == Code::kBlocked);
  CHECK(error("vector_store_timeout").code() == Code::kOverloaded);
  const Error flat =
      error_of_stream(openai_responses(), event("error", R"("code":"rate_limit_exceeded","message":"Slow.")"));
  CHECK(flat.code() == Code::kRateLimit);
  CHECK(flat.sentence() == "The model's stream ended with an error: Slow.");
  CHECK(error_of_stream(openai_responses(), event("error", R"("error":{"code":"x","message":"Deep."})")).sentence() ==
        "The model's stream ended with an error: Deep.");
  CHECK(error_of_whole(openai_responses(), R"({"status":"failed","error":{"code":"server_error"},"output":[]})")
            .sentence() == "The model's stream ended with an error: (no explanation)");
}

TEST_CASE("responses: a stream is complete with the vendor's word, and what is unknown is passed over") {
  CHECK_FALSE(complete_after(openai_responses(), kStreamed.substr(0, kStreamed.rfind("event: response.completed"))));
  CHECK_FALSE(complete_after(
      openai_responses(),
      stream_of({"null", "7", "[DONE]", "{}", R"({"type":"response.new"})",
                 R"({"type":"response.output_item.done","item":7})",
                 R"({"type":"response.function_call_arguments.delta","output_index":-5,"delta":"x"})",
                 R"({"type":"response.output_item.done","output_index":1,"item":{"type":"web_search_call"}})"})));
  // A server that names no places, and one that tells no deltas.
  const ChatReply reply =
      streamed(openai_responses(), event("response.output_item.added", "\"item\":" + kBogota) +
                                       event("response.function_call_arguments.delta", R"("delta":"{\"a\":")") +
                                       event("response.output_item.done", "\"item\":" + kMessage) +
                                       event("response.completed", R"("response":{})"));
  CHECK(reply.text == "Both: é😀");
  REQUIRE(reply.calls.size() == 1);
  CHECK(reply.calls[0].malformed == "{\"a\":");
}

TEST_CASE("responses: what is no reply is an error with its beginning") {
  for (const std::string body : {"", "<html>", "null", "[]", "{}", R"({"output":7})", R"({"output":[)"}) {
    const Error error = error_of_whole(openai_responses(), body);
    CHECK(error.code() == Code::kMalformed);
    CHECK(error.sentence() == "The model's answer is not a response; it begins with: " + body);
  }
  CHECK(error_of_stream(openai_responses(), "data: {\"type\":\n\n").sentence() ==
        "The model's stream has a piece that is no JSON: {\"type\":");
  check_survives(openai_responses(), kWhole);
}

TEST_CASE("responses: what a status means") {
  check_failures(openai_responses(),
                 {{401, R"({"error":{"message":"Bad key.","code":"invalid_api_key"}})", Code::kAuthentication,
                   "The provider refused the key (HTTP 401: Bad key.)."},
                  {429, R"({"error":{"message":"No credit.","code":"insufficient_quota"}})", Code::kQuota,
                   "The account's quota is used up (HTTP 429: No credit.)."},
                  {429, R"({"error":{"message":"Slow.","code":"rate_limit_exceeded"}})", Code::kRateLimit,
                   "The provider limits the rate of requests (HTTP 429: Slow.)."},
                  {400, R"({"error":{"message":"Too long.","code":"context_length_exceeded"}})", Code::kTooLong,
                   "The conversation is longer than the model can read (HTTP 400: Too long.)."},
                  {400, R"({"error":{"message":"Filtered.","code":"content_filter"}})", Code::kBlocked,
                   "The provider's content filter refused the request (HTTP 400: Filtered.)."},
                  {400, R"({"error":{"message":"Odd.","code":null}})", Code::kInvalidInput,
                   "The provider refused the request (HTTP 400: Odd.)."},
                  {404, R"({"error":{"message":"No model.","code":"model_not_found"}})", Code::kNotFound,
                   "The provider has no such model or address (HTTP 404: No model.)."},
                  {500, "", Code::kOverloaded, "The provider cannot answer now (HTTP 500: (no explanation))."}});
}

}  // namespace troupe::test

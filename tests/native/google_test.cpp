// Gemini's codec: requests byte for byte and as the vendor's SDK sends them; replies whole, streamed, cut and broken.
#include "base/text.hpp"
#include "codec_talk.hpp"

namespace troupe::test {
namespace {

// ai.google.dev/gemini-api/docs/function-calling and .../thought-signatures: two calls at once, the first one signed.
const std::string kWhole = R"({"candidates":[{"content":{"role":"model","parts":[
  {"text":"**Thinking**","thought":true},
  {"text":"Both at once: é😀"},
  {"functionCall":{"id":"a1","name":"read","args":{"path":"x\ny","at":1.5}},"thoughtSignature":"c2lnbmVk"},
  {"functionCall":{"name":"list"}}]},
  "finishReason":"STOP","index":0,"safetyRatings":[{"category":"HARM_CATEGORY_HARASSMENT","probability":"NEGLIGIBLE"}]}],
  "usageMetadata":{"promptTokenCount":1200,"candidatesTokenCount":30,"totalTokenCount":1290,"thoughtsTokenCount":50,
    "cachedContentTokenCount":1000,"toolUsePromptTokenCount":10,"promptTokensDetails":[{"modality":"TEXT","tokenCount":9}]},
  "modelVersion":"gemini-3-pro-preview","responseId":"r-1"})";

std::string chunk(const std::string& parts, const std::string& more = "") {
  return R"({"candidates":[{"content":{"parts":[)" + parts + R"(],"role":"model"},"index":0)" + more +
         R"(}],"modelVersion":"gemini-3-pro-preview","responseId":"r-1","usageMetadata":{"promptTokenCount":1200}})";
}

const std::vector<std::string> kChunks = {
    chunk(R"({"text":"**Thinking**","thought":true})"),
    chunk(R"({"text":"Both at "})"),
    chunk(R"({"text":"once: é😀"})"),
    chunk(
        R"({"functionCall":{"id":"a1","name":"read","args":{"at":1.5,"path":"x\ny"}},"thoughtSignature":"c2lnbmVk"})"),
    chunk(R"({"functionCall":{"name":"list","args":{}}})"),
    R"({"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],
"usageMetadata":{"promptTokenCount":1200,"candidatesTokenCount":30,"thoughtsTokenCount":50,
"cachedContentTokenCount":1000,"toolUsePromptTokenCount":10},"modelVersion":"gemini-3-pro-preview","responseId":"r-1"})"};

/// One event's data on three lines, as the standard allows.
std::string streamed_text() {
  std::string text = stream_of(kChunks);
  for (std::size_t at = text.find(",\n"); at != std::string::npos; at = text.find(",\n", at + 2))
    text.replace(at, 2, ",\ndata: ");
  return text;
}

const std::string kSigned = R"([{"text":12},{"call":0,"kept":"c2lnbmVk"},{"call":1}])";

Conversation talk() { return everything({"google", kSigned}, "google_a1", "call_1"); }

ChatReply finished(const std::string& reason) {
  return whole(google(), R"({"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":")" + reason + "\"}]}");
}

}  // namespace

TEST_CASE("google: a request is what the vendor's own SDK sends") {
  const RequestOptions options{.model = "gemini-3-pro-preview", .schema = kSchema};
  const std::string body = body_of(google(), talk(), options);
  check_recorded("google", "/v1" + google().path(options), body);
  check_recorded("google-vertex", "/v1/publishers/google" + google().path(options), body);
  RequestOptions at_once = options;
  at_once.stream = false;
  check_recorded("google-whole", "/v1" + google().path(at_once), body_of(google(), talk(), at_once));
}

TEST_CASE("google: a request byte for byte") {
  CHECK(
      body_of(google(), talk(), {.model = "m", .schema = kSchema}) ==
      R"({"systemInstruction":{"parts":[{"text":"Be \"kind\"."}]},"tools":[{"functionDeclarations":[)"
      R"({"name":"read","description":"Reads a \"file\".","parametersJsonSchema":)"
      R"({"$schema":"http://json-schema.org/draft-07/schema#","additionalProperties":false,)"
      R"("properties":{"path":{"type":"string"}},"required":["path"],"type":"object"}}]}],"generationConfig":)"
      R"({"maxOutputTokens":512,"responseMimeType":"application/json","responseJsonSchema":)"
      R"({"properties":{"what":{"type":"string"}},"required":["what"],"type":"object"}},"contents":[)"
      R"({"role":"user","parts":[{"text":"What is it?"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},)"
      R"({"fileData":{"mimeType":"image/jpeg","fileUri":"https://example.org/cat.jpg"}}]},)"
      R"({"role":"model","parts":[{"text":"Let me look."},)"
      R"({"functionCall":{"id":"a1","name":"read","args":{"path":"x\ny"}},"thoughtSignature":"c2lnbmVk"},)"
      R"({"functionCall":{"name":"list","args":{}}}]},)"
      R"({"role":"user","parts":[{"functionResponse":{"id":"a1","name":"read","response":{"output":"It's 7°."}}},)"
      R"({"functionResponse":{"name":"list","response":{"error":"No such folder."}}}]},)"
      R"({"role":"model","parts":[{"text":"A cat: é😀"}]},{"role":"user","parts":[{"text":"Thanks."}]}]})");
  CHECK(google().frame({.model = "m"}).head == R"({"contents":[)");
}

TEST_CASE("google: the address names the model, and whether it streams") {
  CHECK(google().path({.model = "gemini 3?"}) == "/models/gemini%203%3F:streamGenerateContent?alt=sse");
  CHECK(google().path({.model = "tunedModels/mine", .stream = false}) == "/tunedModels/mine:generateContent");
}

TEST_CASE("google: what is rendered message by message is what is rendered at once") {
  Conversation conversation("Be kind.", "");
  std::string all;
  const std::vector<Message> messages = talk().messages();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (i > 0) conversation.add(messages[i]);
    google().render(messages[i], i == 0 ? nullptr : &messages[i - 1], all);
    CHECK(conversation.rendered(google()) == all);
    CHECK(parse_json("[" + all + "]").has_value());
  }
}

TEST_CASE("google: a whole reply gives its text, calls, thoughts and what it used") {
  const ChatReply reply = whole(google(), kWhole);
  CHECK(reply.text == "Both at once: é😀");
  CHECK(reply.model == "gemini-3-pro-preview");
  CHECK(reply.finish == "tool_calls");
  REQUIRE(reply.calls.size() == 2);
  CHECK(reply.calls[0].id == "google_a1");
  CHECK(reply.calls[0].arguments == R"({"at":1.5,"path":"x\ny"})");
  CHECK(reply.calls[1].name == "list");
  CHECK(reply.calls[1].arguments == "{}");
  CHECK(reply.usage.input_tokens == 1210);
  CHECK(reply.usage.cached_tokens == 1000);
  CHECK(reply.usage.output_tokens == 80);
  CHECK(reply.usage.reasoning_tokens == 50);
  CHECK(reply.thoughts == Thoughts{"google", R"([{"text":20},{"call":0,"kept":"c2lnbmVk"},{"call":1}])"});
  CHECK(written(reply_from(written(reply))) == written(reply));
}

TEST_CASE("google: a streamed reply cut at every byte is the whole reply") {
  check_cuts(google(), streamed_text(), written(whole(google(), kWhole)));
}

TEST_CASE("google: signatures go back on the parts that they came with") {
  const ChatReply reply =
      streamed(google(), stream_of({chunk(R"({"text":"One "})"), chunk(R"({"text":"two ","thoughtSignature":"MQ=="})"),
                                    chunk(R"({"text":"three"})"),
                                    chunk(R"({"text":"","thoughtSignature":"Mg=="})", R"(,"finishReason":"STOP")")}));
  CHECK(reply.text == "One two three");
  std::string out;
  google().render({Message::Role::kAssistant, reply.text, {}, {}, false, {}, reply.thoughts}, nullptr, out);
  CHECK(out == R"({"role":"model","parts":[{"text":"One "},{"text":"two ","thoughtSignature":"MQ=="},{"text":"three"},)"
               R"({"text":"","thoughtSignature":"Mg=="}]})");

  // A message that was changed since keeps its calls' signatures.
  out.clear();
  google().render({Message::Role::kAssistant, "Cut", {{"google_a1", "read", "{}"}}, {}, false, {}, {"google", kSigned}},
                  nullptr, out);
  CHECK(out == R"({"role":"model","parts":[{"text":"Cut"},)"
               R"({"functionCall":{"id":"a1","name":"read","args":{}},"thoughtSignature":"c2lnbmVk"}]})");
}

TEST_CASE(
    "google: calls of another vendor's model go without its ids, the first with the sign that there is no signature") {
  std::string out;
  const Message calls{Message::Role::kAssistant, "", {{"toolu_1", "read", "", "{"}, {"b", "list", "{}"}}, {}, false};
  google().render(calls, nullptr, out);
  google().render({Message::Role::kTool, "x", {}, "toolu_1", false, "read"}, &calls, out);
  CHECK(out == R"({"role":"model","parts":[{"functionCall":{"name":"read","args":{}},)"
               R"("thoughtSignature":"skip_thought_signature_validator"},{"functionCall":{"name":"list","args":{}}}]},)"
               R"({"role":"user","parts":[{"functionResponse":{"name":"read","response":{"output":"x"}}}]})");
}

TEST_CASE("google: a picture in a tool's result is a part of the result") {
  Message result{Message::Role::kTool, "Seen.", {}, "call_1", false, "look"};
  result.images = {{"image/png", kPicture, ""}};
  std::string out;
  google().render(result, nullptr, out);
  CHECK(out == R"({"role":"user","parts":[{"functionResponse":{"name":"look","response":{"output":"Seen."},)"
               R"("parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]}}]})");
}

TEST_CASE("google: calls without ids are named, alike each time and apart in each reply") {
  const auto first_id = [](const std::string& response, const std::string& path) {
    return whole(google(), R"({"responseId":")" + response +
                               R"(","candidates":[{"finishReason":"STOP","content":{"parts":[{"functionCall":)"
                               R"({"name":"read","args":{"path":")" +
                               path + R"("}}},{"functionCall":{"name":"list"}}]}}]})")
        .calls.at(0)
        .id;
  };
  CHECK(first_id("r", "x") == first_id("r", "x"));
  CHECK(first_id("r", "x") != first_id("s", "x"));
  CHECK(first_id("", "x") != first_id("", "y"));
  CHECK(first_id("r", "x").starts_with("call_"));
  CHECK(first_id("r", "x").ends_with("_0"));
}

TEST_CASE("google: how a reply ended is told in our words") {
  CHECK(finished("STOP").finish == "stop");
  CHECK(finished("OTHER").finish == "stop");
  CHECK(finished("A_NEW_ONE").finish == "stop");
  CHECK(finished("MAX_TOKENS").finish == "length");
  for (const std::string reason : {"SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"})
    CHECK(finished(reason).finish == "blocked");
  CHECK(
      whole(google(), R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}})").finish ==
      "blocked");
  CHECK(streamed(google(), stream_of({R"({"promptFeedback":{"blockReason":"OTHER"}})"})).finish == "blocked");
  for (const std::string reason : {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"}) {
    const std::string body = R"({"candidates":[{"finishReason":")" + reason + R"(","finishMessage":"print("}]})";
    const Error error = error_of_whole(google(), body);
    CHECK(error.code() == Code::kMalformed);
    CHECK(error.sentence() == "The model broke off a call that it could not write (" + reason + "): print(");
    CHECK(error_of_stream(google(), stream_of({body})).sentence() == error.sentence());
  }
}

TEST_CASE("google: a stream is complete with a reason, and what is unknown is passed over") {
  CHECK_FALSE(complete_after(google(), stream_of({chunk(R"({"text":"Hal"})")})));
  CHECK(complete_after(google(), stream_of({chunk("", R"(,"finishReason":"STOP")")})));
  CHECK_FALSE(complete_after(google(), stream_of({"null", "7", "[DONE]", "{}", R"({"candidates":7})",
                                                  R"({"candidates":[{"content":{"parts":{}}}]})"})));
  const ChatReply reply =
      whole(google(), R"({"new":1,"candidates":[{"content":{"parts":[7,{"executableCode":{"code":"x"}},
      {"text":"a","new":{}},{"functionCall":7}]},"new":[],"finishReason":"STOP"}]})");
  CHECK(reply.text == "a");
  CHECK(reply.calls.empty());
}

TEST_CASE("google: what is no reply is an error with its beginning, and an error in a stream has the vendor's words") {
  for (const std::string body : {"", "<html>", "null", "[]", "{}", R"({"candidates":)", R"({"candidates":[]})"}) {
    const Error error = error_of_whole(google(), body);
    CHECK(error.code() == Code::kMalformed);
    CHECK(error.sentence() == "The model's answer is not a generated content; it begins with: " + body);
  }
  const Error error = error_of_stream(
      google(), stream_of({chunk(R"({"text":"Hal"})"),
                           R"({"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}})"}));
  CHECK(error.code() == Code::kOverloaded);
  CHECK(error.sentence() == "The model's stream ended with an error: The model is overloaded.");
  CHECK(error_of_stream(google(), stream_of({R"({"error":{"code":400,"message":"No."}})"})).code() ==
        Code::kInvalidInput);
  CHECK(error_of_stream(google(), "data: {\"candidates\":\n\n").sentence() ==
        "The model's stream has a piece that is no JSON: {\"candidates\":");
  check_survives(google(), kWhole);
}

TEST_CASE("google: what a status means") {
  const auto error = [](const std::string& status, const std::string& message, const std::string& more = "") {
    return R"({"error":{"code":1,"message":")" + message + R"(","status":")" + status + "\"" + more + "}}";
  };
  const std::string kRetry = R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"})";
  const std::string kDay = R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[
      {"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]})";
  check_failures(
      google(),
      {{401, error("UNAUTHENTICATED", "No credentials."), Code::kAuthentication,
        "The provider refused the key (HTTP 401: No credentials.)."},
       {403, error("PERMISSION_DENIED", "Not yours."), Code::kAuthentication,
        "The provider refused the key (HTTP 403: Not yours.)."},
       {400, error("INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."), Code::kAuthentication,
        "The provider refused the key (HTTP 400: API key not valid. Please pass a valid API key.)."},
       {400, error("INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8)."),
        Code::kTooLong,
        "The conversation is longer than the model can read (HTTP 400: The input token count (9) exceeds the maximum "
        "number of tokens allowed (8).)."},
       {400, error("INVALID_ARGUMENT", "Bad."), Code::kInvalidInput,
        "The provider refused the request (HTTP 400: Bad.)."},
       {429, error("RESOURCE_EXHAUSTED", "Check your plan and billing details.", ",\"details\":[" + kRetry + "]"),
        Code::kRateLimit, "The provider limits the rate of requests (HTTP 429: Check your plan and billing details.)."},
       {429, error("RESOURCE_EXHAUSTED", "A day.", ",\"details\":[" + kDay + "," + kRetry + "]"), Code::kQuota,
        "The account's quota is used up (HTTP 429: A day.)."},
       {429, error("RESOURCE_EXHAUSTED", "Check your plan and billing details."), Code::kQuota,
        "The account's quota is used up (HTTP 429: Check your plan and billing details.)."},
       {429, error("RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."), Code::kRateLimit,
        "The provider limits the rate of requests (HTTP 429: Resource exhausted. Please try again later.)."},
       {404, error("NOT_FOUND", "models/x is not found."), Code::kNotFound,
        "The provider has no such model or address (HTTP 404: models/x is not found.)."},
       {503, error("UNAVAILABLE", "Overloaded."), Code::kOverloaded,
        "The provider cannot answer now (HTTP 503: Overloaded.)."},
       {504, error("DEADLINE_EXCEEDED", "Late."), Code::kOverloaded,
        "The provider cannot answer now (HTTP 504: Late.)."},
       {500, error("INTERNAL", "Oh."), Code::kOverloaded, "The provider cannot answer now (HTTP 500: Oh.)."},
       {400, "[" + error("FAILED_PRECONDITION", "Your country.") + "]", Code::kInvalidInput,
        "The provider refused the request (HTTP 400: Your country.)."},
       {502, "<html>\xFF", Code::kOverloaded, "The provider cannot answer now (HTTP 502: <html>\xEF\xBF\xBD)."},
       {429, "", Code::kRateLimit, "The provider limits the rate of requests (HTTP 429: (no explanation))."}});
}

}  // namespace troupe::test

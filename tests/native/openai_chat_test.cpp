// What chat completions have beside llm_test.cpp: pictures, schemas, refusals, and Azure's addresses.
#include "codec_talk.hpp"

namespace troupe::test {
namespace {

Conversation talk() { return everything({"google", "[{\"call\":0}]"}, "a", "b"); }

}  // namespace

TEST_CASE("chat completions: a request is what the vendor's own SDK sends, to OpenAI and to Azure") {
  const RequestOptions options{.model = "gpt-5.2", .schema = kSchema, .version = "2024-10-21"};
  check_recorded("openai-chat", "/v1" + openai_chat().path(options), body_of(openai_chat(), talk(), options));
  check_recorded("azure-chat", azure_openai().path(options), body_of(azure_openai(), talk(), options));
}

TEST_CASE("chat completions: Azure's address names the deployment and the version, the newer one neither") {
  CHECK(azure_openai().path({.model = "my model?", .version = "2024-10-21"}) ==
        "/openai/deployments/my%20model%3F/chat/completions?api-version=2024-10-21");
  CHECK(azure_openai().path({.model = "m"}) == "/openai/v1/chat/completions");
  CHECK(azure_openai().name() == "azure");
}

TEST_CASE("chat completions: a request byte for byte, with and without what is new") {
  CHECK(
      openai_chat().frame({.model = "m", .schema = "{}", .most_tokens = 9, .stream = false}).head ==
      R"({"model":"m","response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{},"strict":true}},)"
      R"("max_completion_tokens":9,"messages":[)");
  CHECK(openai_chat().frame({.model = "m", .tools = "{}"}).head ==
        R"({"model":"m","stream":true,"stream_options":{"include_usage":true},"tools":[{}],"messages":[)");
  CHECK(openai_chat().frame({.model = "m", .instruction = "Be \"kind\".", .stream = false}).head ==
        R"({"model":"m","messages":[{"role":"system","content":"Be \"kind\"."})");
  const std::vector<Message> said = talk().messages();
  std::string out;
  for (std::size_t i = 0; i < said.size(); ++i) openai_chat().render(said[i], i == 0 ? nullptr : &said[i - 1], out);
  CHECK(out == R"(,{"role":"user","content":[)"
               R"({"type":"text","text":"What is it?"},)"
               R"({"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},)"
               R"({"type":"image_url","image_url":{"url":"https://example.org/cat.jpg"}}]},)"
               R"({"role":"assistant","content":"Let me look.","tool_calls":[)"
               R"({"id":"a","type":"function","function":{"name":"read","arguments":"{\"path\":\"x\\ny\"}"}},)"
               R"({"id":"b","type":"function","function":{"name":"list","arguments":"{}"}}]},)"
               R"({"role":"tool","content":"It's 7°.","tool_call_id":"a"},)"
               R"({"role":"tool","content":"No such folder.","tool_call_id":"b"},)"
               R"({"role":"assistant","content":"A cat: é😀"},{"role":"user","content":"Thanks."})");
}

TEST_CASE("chat completions: a refusal ends a reply as refused") {
  CHECK(whole(openai_chat(), R"({"choices":[{"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]})")
            .finish == "refused");
  const std::string stream = stream_of({R"({"choices":[{"delta":{"refusal":"N"}}]})",
                                        R"({"choices":[{"delta":{"refusal":"o."},"finish_reason":"stop"}]})"});
  CHECK(streamed(openai_chat(), stream).finish == "refused");
  CHECK(streamed(openai_chat(), stream).text == "No.");
  CHECK(whole(openai_chat(), R"({"choices":[{"message":{"content":"x","refusal":null},"finish_reason":"stop"}]})")
            .finish == "stop");
}

TEST_CASE("chat completions: a request that Azure's content filter refuses is blocked") {
  check_failures(azure_openai(),
                 {{400, R"({"error":{"message":"Filtered.","code":"content_filter","status":400}})", Code::kBlocked,
                   "The provider's content filter refused the request (HTTP 400: Filtered.)."}});
}

}  // namespace troupe::test

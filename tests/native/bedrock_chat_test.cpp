// A chat step whose provider answers with Amazon's binary event stream.
#include "base/text.hpp"
#include "llm/chat.hpp"
#include "provider_talk.hpp"
#include "run_host.hpp"

namespace troupe::test {
namespace {

/// A run of one chat step with Bedrock.
class BedrockChat {
 public:
  BedrockChat() : host([this](Context context) { return step(context, operation()); }) { host.start(); }

  /// Answers the last request with a stream in pieces of 100 bytes.
  void answer(std::string_view stream) {
    const Host::Id id = host.requests.back().first;
    const Json headers = {{"content-type", "application/vnd.amazon.eventstream"}};
    host.event(Head("http.head").number("id", id).number("status", 200).json("headers", headers));
    for (; !stream.empty(); stream.remove_prefix(std::min<std::size_t>(100, stream.size())))
      host.event(Head("http.chunk").number("id", id), stream.substr(0, 100));
    host.event(Head("http.end").number("id", id));
  }

  RunHost host;

 private:
  static Task<Json> step(Context context, std::function<Task<std::string>(StepName)> operation) {
    StepRequest request;
    request.kind = "chat";
    request.args = "{}";
    request.operation = std::move(operation);
    const std::string value = co_await context.step(std::move(request));
    co_return *parse_json(value);
  }

  std::function<Task<std::string>(StepName)> operation() {
    const auto provider = std::make_shared<Provider>();
    provider->name = "bedrock";
    provider->codec = &bedrock();
    provider->url = "https://bedrock.example";
    const ChatRequest request{std::make_shared<Conversation>("", "Do it."), std::make_shared<ToolBox>()};
    return [this, models = std::vector<Model>{{provider, "us.model:0", {}}}, request](StepName name) {
      return chat(&host.host, std::move(name), models, request);
    };
  }
};

}  // namespace

TEST_CASE("a chat step reads Amazon's binary event stream as the framing of its codec says") {
  BedrockChat chat;
  REQUIRE(chat.host.requests.size() == 1);
  CHECK(chat.host.requests[0].second == "https://bedrock.example/model/us.model%3A0/converse-stream");
  chat.answer(joined_up(recorded_messages("reply")));
  CHECK(chat.host.outcome["text"] == "Both at once: é🙂");
  CHECK(chat.host.outcome["finish"] == "tool_calls");
  CHECK(chat.host.outcome["model"] == "us.model:0");
}

TEST_CASE("a chat step tries again when a checksum is wrong, or when Amazon throttles in the middle") {
  BedrockChat chat;
  std::string broken = joined_up(recorded_messages("reply"));
  broken[700] ^= 1;
  chat.answer(broken);
  chat.host.pass(1000);
  REQUIRE(chat.host.requests.size() == 2);
  chat.answer(joined_up(recorded_messages("throttled")));
  chat.host.pass(2000);
  REQUIRE(chat.host.requests.size() == 3);
  chat.answer(joined_up(recorded_messages("reply")));
  CHECK(chat.host.outcome["text"] == "Both at once: é🙂");
}

}  // namespace troupe::test

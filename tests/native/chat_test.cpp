// What becomes of a chat step when the provider is slow, limited, broken or gone: the waits, the tries, the sentence.
#include <algorithm>

#include "base/text.hpp"
#include "doctest/doctest.h"
#include "llm/chat.hpp"
#include "test_host.hpp"
#include "wire/retry_after.hpp"

namespace troupe::test {
namespace {

const std::string kGaveNone = "The model script:m gave no answer: ";

/// A provider that answers each try as the next of a list says; the last one is used again.
class Provider {
 public:
  using Answer = std::function<void(TestHost& host, Host::Id id)>;

  explicit Provider(Json settings = Json::object()) : host(world) {
    settings["type"] = "openai";
    settings["url"] = "https://models.example/v1/";
    settings["model"] = "m";
    Json configuration;
    configuration["providers"]["script"] = std::move(settings);
    host.configure(std::move(configuration));
    host.watch = true;
    host.http = [this](Host::Id id, const Json& head, std::string_view body) {
      times.push_back(host.now_ms);
      heads.push_back(head);
      bodies.emplace_back(body);
      answers.at(std::min(times.size(), answers.size()) - 1)(host, id);
    };
  }

  void run() {
    host.start("r", "t");
    host.go();
    for (int i = 0; i < 20 && host.end_kind.empty() && host.wait(); ++i) {}
    REQUIRE(host.end_kind == "run.ended");
  }

  std::int64_t sent(std::string_view kind) const {
    return std::ranges::count(host.commands, kind, [](const auto& command) { return std::string_view(command.first); });
  }
  std::string answer() const { return std::string(text_field(host.outcome, "answer")); }
  std::string reason() const { return std::string(text_field(field(host.outcome, "stop"), "reason")); }
  std::string sentence() const { return std::string(text_field(field(host.outcome, "stop"), "sentence")); }
  std::string code() const { return std::string(text_field(field(field(host.outcome, "stop"), "error"), "code")); }

  World world;
  TestHost host;
  std::vector<Answer> answers;
  std::vector<std::int64_t> times;  // of the tries
  std::vector<Json> heads;
  std::vector<std::string> bodies;
};

Provider::Answer status(int number, const std::string& body, const Json& headers = Json::object()) {
  return [=](TestHost& host, Host::Id id) {
    host.send(Head("http.reply").number("id", id).number("status", number).json("headers", headers), body);
  };
}

Provider::Answer answered(const std::string& text) {
  return status(200, says(text), {{"Content-Type", "application/json"}});
}

Provider::Answer failed(const std::string& sentence) {
  return
      [=](TestHost& host, Host::Id id) { host.send(Head("http.failed").number("id", id).text("sentence", sentence)); };
}

/// A stream in these pieces. `ends`: the host says that it is complete; otherwise it stays open.
Provider::Answer streamed(const std::vector<std::string>& pieces, bool ends = true) {
  return [=](TestHost& host, Host::Id id) {
    const Json headers = {{"Content-Type", "Text/Event-Stream; charset=utf-8"}};
    host.send(Head("http.head").number("id", id).number("status", 200).json("headers", headers));
    for (const std::string& piece : pieces) host.send(Head("http.chunk").number("id", id), piece);
    if (ends) host.send(Head("http.end").number("id", id));
  };
}

std::string piece(const std::string& text, const std::string& finish = "null") {
  return R"(data: {"choices":[{"delta":{"content":")" + text + R"("},"finish_reason":)" + finish + "}]}\n\n";
}

void silent(TestHost& host, Host::Id id) {}

}  // namespace

TEST_CASE("what the host has against a request is said as it says it, and is not tried again") {
  for (const std::string code : {"authentication", "not_found", "invalid_input"}) {
    Provider provider;
    provider.answers = {[code](TestHost& host, Host::Id id) {
      host.send(Head("http.failed").number("id", id).text("code", code).text("sentence", "There is no key."));
    }};
    provider.run();
    CHECK(provider.code() == code);
    CHECK(provider.sentence() == "The model script:m gave no answer: There is no key.");
    CHECK(provider.sent("http.send") == 1);
  }
}

TEST_CASE("a streamed answer is told as it comes, and is the answer") {
  Provider provider;
  provider.answers = {streamed({piece("Hal"), piece("lo", "\"stop\""), "data: [DONE]\n\n"})};
  provider.run();
  CHECK(provider.answer() == "Hallo");
  CHECK(provider.host.text == "Hallo");
  CHECK(provider.sent("notify.text") == 2);
  CHECK(provider.sent("http.abort") == 0);
}

TEST_CASE("what comes in one piece of a stream is told in one, each text for itself") {
  Provider provider;
  provider.answers = {streamed({piece("Hal") + piece(R"(lo \"you\")", "\"stop\"") + "data: [DONE]\n\n"})};
  provider.run();
  CHECK(provider.host.text == "Hallo \"you\"");
  CHECK(provider.host.texts == std::vector<std::string>{"Hal", "lo \"you\""});
  CHECK(provider.sent("notify.text") == 1);
}

TEST_CASE("a web page where a model should be is the wrong address, and is asked once") {
  Provider provider;
  provider.answers = {status(200, "<html>Log in</html>", {{"Content-Type", "text/html; charset=utf-8"}}),
                      answered("fine")};
  provider.run();
  CHECK(provider.sent("http.send") == 1);
  CHECK(contains(dump_json(provider.host.outcome), "answered with a web page and not as a model does. Is"));
}

TEST_CASE("a reply of fifty megabytes, whole or streamed, is an error that says so, and the next one is read") {
  const std::string much(50'000'000, 'x');
  Provider whole;
  whole.answers = {answered(much), answered("fine")};
  whole.run();
  CHECK(whole.answer() == "fine");
  CHECK(contains(whole.host.logs.at(0), "https://models.example answered with more than 33554432 bytes."));
  Provider stream;
  std::vector<std::string> pieces(50, piece(std::string(1'000'000, 'x')));
  stream.answers = {streamed(pieces), answered("fine")};
  stream.run();
  CHECK(stream.answer() == "fine");
  CHECK(stream.host.text == "fine");
  CHECK(contains(stream.host.logs.at(0), "https://models.example answered with more than 32 MiB."));
  CHECK(stream.sent("http.abort") == 1);
}

TEST_CASE("what a broken stream had told of its usage is billed, before a reply and where none comes") {
  const std::string told =
      R"(data: {"choices":[{"delta":{"content":"Ha"}}],"usage":{"prompt_tokens":10,"completion_tokens":1}})"
      "\n\n";
  const Json prices = {{"prices", {{"m", {{"input", 100}, {"output", 1000}}}}}};
  Provider mended(prices);
  mended.answers = {streamed({told}), streamed({told}), answered("fine")};
  mended.run();
  CHECK(mended.answer() == "fine");
  CHECK(contains(mended.host.journal("r"), R"("lost":{"input":20,"nano_usd":4000,"output":2})"));
  const Json& usage = field(mended.host.outcome, "usage");
  CHECK(integer_field(usage, "input") == 20 + 100);
  Provider broken(prices);
  broken.answers = {streamed({told})};
  broken.run();
  CHECK(broken.code() == "network");
  CHECK(integer_field(field(broken.host.outcome, "usage"), "nano_usd") == 8000);
  CHECK(contains(broken.host.journal("r"), R"("spent":{"input":40,"nano_usd":8000,"output":4})"));
  TestHost again(broken.world);
  again.configure();
  again.take_up("run.replay", broken.host.journal("r"));
  again.go();
  CHECK(integer_field(field(again.outcome, "usage"), "nano_usd") == 8000);
}

TEST_CASE("a request goes to the provider's address with its headers and the name of its credential, never a value") {
  Provider provider({{"credential", "key"}, {"headers", {{"x-team", "seven"}}}});
  provider.answers = {answered("fine")};
  provider.run();
  CHECK(provider.heads[0]["method"] == "POST");
  CHECK(provider.heads[0]["url"] == "https://models.example/v1/chat/completions");
  CHECK(provider.heads[0]["credential"] == "key");
  CHECK(provider.heads[0]["headers"]["x-team"] == "seven");
  CHECK(provider.heads[0]["headers"]["content-type"] == "application/json");
  CHECK(parse_json(provider.bodies[0])->at("messages").back()["content"] == "t");
}

TEST_CASE("a limit of the rate is waited out for exactly as long as the provider asks") {
  for (const auto& [headers, wait] :
       std::vector<std::pair<Json, std::int64_t>>{{{{"Retry-After", "7"}}, 7000},
                                                  {{{"retry-after-ms", "1234"}, {"retry-after", "9"}}, 1234},
                                                  {{{"Retry-After", "60"}}, 60'000},
                                                  {{{"Retry-After", "0"}}, 0}}) {
    CAPTURE(wait);
    Provider provider;
    provider.answers = {status(429, R"({"error":{"message":"Slow down."}})", headers), answered("fine")};
    provider.run();
    CHECK(provider.answer() == "fine");
    REQUIRE(provider.times.size() == 2);
    CHECK(provider.times[1] - provider.times[0] == wait);
    REQUIRE(provider.host.logs.size() == 1);
    CHECK(provider.host.logs[0] ==
          "Model script:m: The provider limits the rate of requests (HTTP 429: Slow down.). "
          "Trying again in " +
              duration(wait) + ".");
  }
}

TEST_CASE("an hour is not waited for") {
  Provider provider;
  provider.answers = {status(429, R"({"error":{"message":"Come back later."}})", {{"Retry-After", "3600"}})};
  provider.run();
  CHECK(provider.times.size() == 1);
  CHECK(provider.reason() == "failed");
  CHECK(provider.code() == "rate_limit");
  CHECK(provider.sentence() ==
        kGaveNone +
            "The provider limits the rate of requests (HTTP 429: Come back later.). It wants to be "
            "left alone for 3600 seconds.");
}

TEST_CASE("a date in Retry-After counts as none, and the wait grows from try to try") {
  Provider provider;
  provider.answers = {status(503, "busy", {{"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"}})};
  provider.run();
  REQUIRE(provider.times.size() == 4);
  for (std::size_t i = 1; i < 4; ++i) {
    const std::int64_t wait = provider.times[i] - provider.times[i - 1];
    CHECK(wait >= std::int64_t{250} << (i - 1));
    CHECK(wait < std::int64_t{500} << (i - 1));
  }
  CHECK(provider.code() == "overloaded");
}

TEST_CASE("waits read Retry-After in seconds, in milliseconds or as a date of the server's clock") {
  CHECK(retry_after_ms("7", "", "") == 7000);
  CHECK(retry_after_ms("1.5", "", "") == 1000);
  CHECK(retry_after_ms("7", "20", "") == 20);
  CHECK(retry_after_ms("", "20.7", "") == 20);
  CHECK(retry_after_ms("", "", "") == -1);
  CHECK(retry_after_ms("  ", "", "") == -1);
  CHECK(retry_after_ms("-1", "", "") == -1);
  CHECK(retry_after_ms("soon", "x", "") == -1);
  CHECK(retry_after_ms("99999999999999999999999", "", "") == -1);
  const char* const now = "Mon, 30 Nov 2026 23:59:30 GMT";
  CHECK(retry_after_ms("Tue, 01 Dec 2026 00:00:10 GMT", "", now) == 40'000);
  CHECK(retry_after_ms("Mon, 30 Nov 2026 23:59:00 GMT", "", now) == 0);
  CHECK(retry_after_ms("Tue, 01 Dec 2026 00:00:10 GMT", "", "") == -1);
  CHECK(retry_after_ms("Tue, 01 Dez 2026 00:00:10 GMT", "", now) == -1);
  CHECK(retry_after_ms("tomorrow", "", now) == -1);
  Random jitter(1);
  for (int attempt = 1; attempt < 4; ++attempt) {
    for (int i = 0; i < 100; ++i) {
      const std::int64_t wait = backoff_ms(attempt, jitter);
      CHECK((wait >= std::int64_t{250} << (attempt - 1) && wait < std::int64_t{500} << (attempt - 1)));
    }
  }
}

TEST_CASE("a provider that cannot answer is tried four times") {
  Provider provider;
  provider.answers = {status(500, R"({"error":{"message":"Out of memory."}})")};
  provider.run();
  CHECK(provider.times.size() == 4);
  CHECK(provider.code() == "overloaded");
  CHECK(provider.sentence() == kGaveNone + "The provider cannot answer now (HTTP 500: Out of memory.).");
}

TEST_CASE("the fourth try may still succeed") {
  Provider provider;
  provider.answers = {status(500, ""), status(529, ""), failed("connection reset"), answered("at last")};
  provider.run();
  CHECK(provider.answer() == "at last");
  CHECK(provider.host.logs.size() == 3);
}

TEST_CASE("what trying again cannot mend is told at once") {
  struct Case {
    int status;
    std::string body, code, sentence;
  };
  const std::vector<Case> cases = {
      {401, R"({"error":{"message":"Bad key."}})", "authentication",
       "The provider refused the key (HTTP 401: Bad key.)."},
      {402, "", "quota", "The account's quota is used up (HTTP 402: (no explanation))."},
      {404, "no such model", "not_found", "The provider has no such model or address (HTTP 404: no such model)."},
      {413, "", "too_long", "The conversation is longer than the model can read (HTTP 413: (no explanation))."},
      {400, "what?", "invalid_input", "The provider refused the request (HTTP 400: what?)."}};
  for (const Case& each : cases) {
    CAPTURE(each.status);
    Provider provider;
    provider.answers = {status(each.status, each.body)};
    provider.run();
    CHECK(provider.times.size() == 1);
    CHECK(provider.code() == each.code);
    CHECK(provider.sentence() == kGaveNone + each.sentence);
  }
}

TEST_CASE("a request that nobody answers is given up after the provider's patience, and tried again") {
  Provider provider({{"timeout_ms", 5000}});
  provider.answers = {silent};
  provider.run();
  CHECK(provider.times.size() == 4);
  CHECK(provider.times[1] - provider.times[0] >= 5000);
  CHECK(provider.sent("http.abort") == 4);
  CHECK(provider.code() == "timeout");
  CHECK(provider.sentence() == kGaveNone + "https://models.example sent nothing for 5 seconds.");
}

TEST_CASE("a stream that falls silent in the middle is given up, what it said is taken back, and tried again") {
  Provider provider;
  provider.answers = {streamed({piece("Half an ans")}, false), answered("whole")};
  provider.run();
  CHECK(provider.answer() == "whole");
  CHECK(provider.host.text == "whole");
  CHECK(provider.sent("notify.reset") == 1);
  CHECK(provider.sent("http.abort") == 1);
  CHECK(contains(provider.host.logs.at(0), "https://models.example sent nothing for 120 seconds."));
}

TEST_CASE("a stream that keeps coming is not silent, however long it takes") {
  Provider provider;
  Host::Id open = 0;
  provider.answers = {[&](TestHost& host, Host::Id id) {
    open = id;
    streamed({piece("a")}, false)(host, id);
  }};
  provider.host.start("r", "t");
  provider.host.go();
  for (int i = 0; i < 5; ++i) {
    provider.host.now_ms += 100'000;
    provider.host.send(Head("http.chunk").number("id", open), piece("a"));
    provider.host.go();
  }
  provider.host.send(Head("http.chunk").number("id", open), piece("!", "\"stop\""));
  provider.host.send(Head("http.end").number("id", open));
  provider.host.go();
  CHECK(provider.answer() == "aaaaaa!");
  CHECK(provider.times.size() == 1);
}

TEST_CASE("half a stream is given up, and the sentence says who broke off") {
  Provider provider;
  provider.answers = {streamed({piece("Half an ans")})};
  provider.run();
  CHECK(provider.times.size() == 4);
  CHECK(provider.sent("notify.reset") == 4);
  CHECK(provider.host.text.empty());
  CHECK(provider.code() == "network");
  CHECK(provider.sentence() == kGaveNone + "https://models.example broke off in the middle of its answer.");
}

TEST_CASE("a connection that breaks in the middle of a stream is told in the host's words") {
  Provider provider;
  provider.answers = {[](TestHost& host, Host::Id id) {
    streamed({piece("Half")}, false)(host, id);
    failed("socket hang up")(host, id);
  }};
  provider.run();
  CHECK(provider.code() == "network");
  CHECK(provider.sentence() == kGaveNone + "https://models.example broke off its answer: socket hang up");
}

TEST_CASE("an error in a stream is waited out, and then told in the provider's words") {
  Provider provider;
  provider.answers = {
      streamed({piece("Ha"), "data: {\"error\":{\"message\":\"GPU on fire.\",\"type\":\"server_error\"}}\n\n"})};
  provider.run();
  CHECK(provider.times.size() == 4);
  CHECK(provider.code() == "overloaded");
  CHECK(provider.sentence() == kGaveNone + "The model's stream ended with an error: GPU on fire.");
}

TEST_CASE("a stream that its server does not call one is read as one") {
  Provider provider;
  provider.answers = {status(200, piece("Hal") + piece("lo", "\"stop\"") + "data: [DONE]\n\n")};
  provider.run();
  CHECK(provider.answer() == "Hallo");
  CHECK(provider.times.size() == 1);
  Provider half;
  half.answers = {status(200, piece("Hal")), status(200, "event: x\n" + piece("Hallo", "\"stop\""))};
  half.run();
  CHECK(half.answer() == "Hallo");
  CHECK(half.times.size() == 2);
}

TEST_CASE("an error within a reply is tried again only where that may help") {
  const auto tries = [](const std::string& error) {
    Provider provider;
    provider.answers = {status(200, "{\"error\":" + error + "}")};
    provider.run();
    return std::make_pair(provider.times.size(), provider.code());
  };
  using Tries = std::pair<std::size_t, std::string>;
  CHECK(tries(R"({"message":"no","code":401})") == Tries(1, "authentication"));
  CHECK(tries(R"({"message":"no","code":"invalid_api_key","type":"invalid_request_error"})") ==
        Tries(1, "authentication"));
  CHECK(tries(R"({"message":"no","code":"insufficient_quota"})") == Tries(1, "quota"));
  CHECK(tries(R"({"message":"no","code":"model_not_found"})") == Tries(1, "not_found"));
  CHECK(tries(R"({"message":"no","code":null,"type":"invalid_request_error"})") == Tries(1, "invalid_input"));
  CHECK(tries(R"({"message":"no","code":429})") == Tries(4, "rate_limit"));
  CHECK(tries(R"({"message":"no","type":"server_error"})") == Tries(4, "overloaded"));
}

TEST_CASE("answers that are no chat completion are told by their beginning, and asked for once more") {
  struct Case {
    Provider::Answer answer;
    std::string sentence;
  };
  const std::vector<Case> cases = {
      {status(200, "Sign in", {{"content-type", "text/plain"}}),
       "The model's answer is not a chat completion; it begins with: Sign in"},
      {status(200, "{\"choices\":"), "The model's answer is not a chat completion; it begins with: {\"choices\":"},
      {status(200, "\xFF\xFE"),
       "The model's answer is not a chat completion; it begins with: \xEF\xBF\xBD\xEF\xBF\xBD"},
      {status(200, ""), "The model's answer is not a chat completion; it begins with: "},
      {streamed({"data: {\"choices\":[\n\n"}), "The model's stream has a piece that is no JSON: {\"choices\":["},
      {streamed({piece("\xC3")}),
       "The model's stream has a piece that is no JSON: {\"choices\":[{\"delta\":{\"content\":"
       "\"\xEF\xBF\xBD\"},\"finish_reason\":null}]}"}};
  for (const Case& each : cases) {
    Provider provider;
    provider.answers = {each.answer};
    provider.run();
    CHECK(provider.times.size() == 2);
    CHECK(provider.code() == "malformed");
    CHECK(provider.sentence() == kGaveNone + each.sentence);
  }
}

TEST_CASE("a model whose replies cannot be read is not asked again by every pattern") {
  Provider provider;
  provider.answers = {status(200, "{\"choices\":")};
  provider.host.start("r", "say hello", {{"pattern", "auto"}});
  provider.host.go();
  for (int i = 0; i < 40 && provider.host.end_kind.empty() && provider.host.wait(); ++i) {}
  REQUIRE(provider.host.end_kind == "run.ended");
  CHECK(provider.code() == "malformed");
  CHECK(provider.times.size() == 2);
}

TEST_CASE("a failed chat is journalled once, whatever its tries, and replays without a request") {
  Provider provider;
  provider.answers = {status(500, "no")};
  provider.run();
  const std::vector<std::string> lines = lines_of(provider.host.journal("r"));
  CHECK(std::ranges::count_if(lines, [](const std::string& line) { return contains(line, "\"kind\":\"chat\""); }) == 1);
  TestHost again(provider.world);
  again.take_up("run.replay", provider.host.journal("r"));
  again.go();
  CHECK(again.end_kind == "run.ended");
  CHECK(again.outcome["hash"] == provider.host.outcome["hash"]);
  CHECK(std::ranges::none_of(again.commands, [](const auto& command) { return command.first == "http.send"; }));
}

TEST_CASE("a run that is cancelled while its model thinks drops the request") {
  Provider provider;
  provider.answers = {streamed({piece("Half")}, false)};
  provider.host.start("r", "t");
  provider.host.go();
  provider.host.send(Head("run.cancel").text("run", "r"));
  provider.host.go();
  CHECK(provider.reason() == "cancelled");
  CHECK(provider.sent("http.abort") == 1);
}

}  // namespace troupe::test

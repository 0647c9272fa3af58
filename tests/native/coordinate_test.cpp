// MetaCoordinator: who begins, who waits, who is left in peace, and how runs recover.
#include <algorithm>

#include "base/text.hpp"
#include "coordinate/breaker.hpp"
#include "coordinate/fair_queue.hpp"
#include "coordinate/rate.hpp"
#include "doctest/doctest.h"
#include "test_host.hpp"

namespace troupe::test {
namespace {

Json provider(const std::string& address) {
  return {{"type", "openai"},
          {"url", "https://" + address},
          {"model", "m"},
          {"stream", false},
          {"prices", {{"m", {{"input", 100}, {"output", 1000}}}}}};
}

/// Providers that answer when the test says so.
struct Town {
  explicit Town(Json configuration) : host(world) {
    host.configure(std::move(configuration));
    host.http = [this](Host::Id id, const Json& head, std::string_view) {
      asked.push_back(std::string(text_field(head, "url")));
      if (const auto found = answers.find(asked.back()); found != answers.end()) reply(id, found->second);
      else open.push_back(id);
    };
  }
  explicit Town() : Town({{"providers", {{"a", provider("a")}}}}) {}

  void reply(Host::Id id, int status, const std::string& headers = {}) {
    Json head{{"content-type", "application/json"}};
    if (!headers.empty()) head["retry-after"] = headers;
    host.send(Head("http.reply").number("id", id).number("status", status).json("headers", head),
              status == 200 ? says("well") : R"({"error":{"message":"no"}})");
  }
  /// The oldest request that is under way gets its answer.
  void reply(int status = 200, const std::string& retry_after = {}) {
    const Host::Id id = open.front();
    open.erase(open.begin());
    reply(id, status, retry_after);
    host.go();
  }
  std::vector<std::string> ended() const {
    std::vector<std::string> names;
    for (const auto& [kind, head] : host.commands) {
      if (kind == "run.ended" || kind == "run.failed") names.emplace_back(text_field(head, "run"));
    }
    return names;
  }
  Json line(std::string_view name) const {
    for (const Json& each : host.status()["lines"]) {
      if (each["line"] == name) return each;
    }
    return {};
  }
  Json component(std::string_view name) const {
    for (const Json& each : host.status()["components"]) {
      if (each["component"] == name) return each;
    }
    return {};
  }

  World world;
  TestHost host;
  std::map<std::string, int> answers;  // by address: the status that it answers with at once
  std::vector<std::string> asked;
  std::vector<Host::Id> open;
};

int count(const std::vector<std::string>& list, const std::string& text) {
  return static_cast<int>(std::ranges::count(list, text));
}

std::vector<std::string> recoveries(const std::string& journal) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(journal)) {
    if (contains(line, R"("kind":"recovery")")) found.push_back(line);
  }
  return found;
}

TEST_CASE("a breaker opens after failures in a row, is tried with one request, and rests longer each time") {
  const Breaker::Options options{2, 100, 300};
  Breaker breaker;
  breaker.failed(0, options);
  CHECK(breaker.admits(1));
  breaker.succeeded();
  breaker.failed(2, options);
  CHECK(breaker.admits(3));
  breaker.failed(10, options);
  CHECK_FALSE(breaker.admits(109));
  CHECK(breaker.admits(110));
  CHECK_FALSE(breaker.admits(110));
  breaker.failed(120, options);
  CHECK(breaker.rest_left_ms(120) == 200);
  CHECK(breaker.admits(320));
  breaker.given_up();
  CHECK(breaker.admits(320));
  breaker.failed(320, options);
  CHECK(breaker.rest_left_ms(320) == 300);
  CHECK(breaker.admits(620));
  breaker.succeeded();
  CHECK(breaker.state() == Breaker::State::kClosed);
}

TEST_CASE("a trial that is answered with too many requests says that it is there") {
  Health health;
  const Breaker::Options options{1, 100, 1000};
  const Error down(Code::kOverloaded, "down"), busy(Code::kRateLimit, "busy");
  health.learn(&down, 1, 0, options);
  CHECK_FALSE(health.breaker().admits(50));
  CHECK(health.breaker().admits(100));
  CHECK_FALSE(health.breaker().admits(100));
  health.learn(&busy, 1, 101, options);
  CHECK(health.breaker().admits(102));
}

TEST_CASE("a rate lets through what a minute may take, and then evenly") {
  Rate rate(60);
  std::int64_t now = 1000;
  for (int i = 0; i < 60; ++i) {
    CHECK(rate.wait_ms(1, now) == 0);
    rate.take(1);
  }
  CHECK(rate.wait_ms(1, now) == 1000);
  CHECK(rate.wait_ms(1, now + 400) == 600);
  CHECK(rate.wait_ms(1, now + 1000) == 0);
  rate.take(30);
  CHECK(rate.wait_ms(1, now + 1000) == 30'000);
  CHECK(Rate().wait_ms(1'000'000, now) == 0);
}

TEST_CASE("tenants get turns by their weights, their runs in a circle, and nobody starves") {
  FairQueue<const int*> queue;
  const Weights weights = {{"big", 3}};
  const std::vector<int> items(400, 0);
  std::map<const int*, std::string> names;
  for (int i = 0; i < 200; ++i) {
    names[&items[i]] = i % 2 == 0 ? "big/a" : "big/b";
    queue.push({i % 2 == 0 ? "a" : "b", "big"}, &items[i], weights);
  }
  for (int i = 200; i < 260; ++i) {
    names[&items[i]] = "small/c";
    queue.push({"c", "small"}, &items[i], weights);
  }
  std::map<std::string, int> got;
  for (int i = 0; i < 80; ++i) {
    ++got[names[queue.front()]];
    queue.pop();
  }
  CHECK(got["big/a"] == 30);
  CHECK(got["big/b"] == 30);
  CHECK(got["small/c"] == 20);
  queue.remove({"c", "small"}, &items[259]);
  std::int64_t left = 0;
  for (; !queue.empty(); queue.pop()) {
    CHECK(queue.front() != &items[259]);
    ++left;
  }
  CHECK(left == 179);
}

TEST_CASE("a run of higher priority gets more turns than another of its tenant, which gets its own") {
  FairQueue<const int*> queue;
  const std::vector<int> items(20, 0);
  for (int i = 0; i < 10; ++i) queue.push({"slow", ""}, &items[i], {});
  for (int i = 10; i < 20; ++i) queue.push({"fast", "", 4}, &items[i], {});
  std::string order;
  for (; !queue.empty(); queue.pop()) order += queue.front() - items.data() < 10 ? 's' : 'f';
  CHECK(order == "fffsffffsfffssssssss");
}

TEST_CASE("priority counts for runs that have one turn to wait for at a time") {
  FairQueue<const int*> queue;
  const std::vector<int> items(10, 0);
  const auto push = [&](int i) { queue.push({std::to_string(i), "", i == 0 ? 10 : 1}, &items[i], {}); };
  for (int i = 9; i >= 0; --i) push(i);
  std::map<int, int> got;
  for (int turn = 0; turn < 190; ++turn) {
    const auto taken = static_cast<int>(queue.front() - items.data());
    if (turn == 0) CHECK(taken == 0);
    queue.pop();
    ++got[taken];
    push(taken);
  }
  CHECK(got[0] == 100);
  for (int i = 1; i < 10; ++i) CHECK(got[i] == 10);
}

TEST_CASE("tenants that come and go again, one for each user of an application, do not starve one that stays") {
  FairQueue<const int*> queue;
  const std::vector<int> items(2, 0);
  const int *const steady = &items[0], *const passing = &items[1];
  const auto come = [&](int i) { queue.push({"run", joined({"user ", decimal(i)})}, passing, {}); };
  queue.push({"own", "steady"}, steady, {});
  int user = 0, turns = 0;
  for (; user < 5; ++user) come(user);
  for (int turn = 0; turn < 600; ++turn) {
    const bool own = queue.front() == steady;
    queue.pop();
    if (own) queue.push({"own", "steady"}, steady, {});
    else come(user++);
    turns += own ? 1 : 0;
  }
  CHECK(turns == 100);  // one of six that wait
}

TEST_CASE("runs wait until there is room, and are let in by their tenants' turns") {
  Town town({{"providers", {{"a", provider("a")}}}, {"limits", {{"runs", 2}}}});
  for (const char* run : {"1", "2", "3", "4"}) town.host.start(run, "t", {{"tenant", "x"}});
  town.host.start("5", "t", {{"tenant", "y"}});
  town.host.go();
  CHECK(town.open.size() == 2);
  CHECK(town.host.status()["state"] == "busy");
  CHECK(town.host.status()["waiting"] == 3);
  town.reply();
  town.reply();
  CHECK(town.ended() == std::vector<std::string>{"1", "2"});
  CHECK(town.host.status()["running"] == 2);
  // y came last, and had nothing yet.
  CHECK(town.host.journal("5").starts_with("{"));
  CHECK_FALSE(town.world.journals.contains("4"));
  while (!town.open.empty()) town.reply();
  CHECK(town.ended().size() == 5);
  CHECK(town.host.status()["state"] == "free");
  CHECK(town.host.status()["running"] == 0);
}

TEST_CASE("who cannot even wait is told so, and who gives up waiting asks nobody anything") {
  Town town({{"providers", {{"a", provider("a")}}}, {"limits", {{"runs", 1}, {"waiting", 1}}}});
  for (const char* run : {"1", "2", "3"}) town.host.start(run, "t");
  town.host.go();
  CHECK(town.ended() == std::vector<std::string>{"3"});
  CHECK(town.host.failure["code"] == "overloaded");
  CHECK(contains(town.host.failure["sentence"].get<std::string>(), "1 runs are under way and 1 wait"));
  CHECK(town.host.status()["state"] == "full");
  town.host.send(Head("run.cancel").text("run", "2"));
  town.host.go();
  CHECK(town.ended().back() == "2");
  CHECK(town.host.end_kind == "run.ended");
  CHECK(town.host.outcome["stop"]["reason"] == "cancelled");
  CHECK(contains(town.host.journal("2"), R"("kind":"cancel")"));
  CHECK(town.open.size() == 1);
  town.reply();
  CHECK(town.ended().back() == "1");
  CHECK(town.host.status()["waiting"] == 0);
  CHECK(town.host.status()["running"] == 0);
}

TEST_CASE("a run that is suspended while it waits goes on from its journal") {
  Town town({{"providers", {{"a", provider("a")}}}, {"limits", {{"runs", 1}}}});
  for (const char* run : {"1", "2"}) town.host.start(run, "t");
  town.host.go();
  town.host.send(Head("run.suspend").text("run", "2"));
  town.host.go();
  CHECK(town.host.end_kind == "run.suspended");
  town.reply();
  town.host.take_up("run.resume", town.host.journal("2"));
  town.host.go();
  town.reply();
  CHECK(town.host.end_kind == "run.ended");
  CHECK(town.host.outcome["stop"]["reason"] == "done");
}

TEST_CASE("a provider gets as many requests at once as its limit says") {
  Town town({{"providers", {{"a", provider("a")}}}, {"limits", {{"lines", {{"provider a", {{"concurrent", 2}}}}}}}});
  for (int i = 0; i < 6; ++i) town.host.start(decimal(i), "t");
  town.host.go();
  std::size_t most = 0;
  while (!town.open.empty()) {
    most = std::max(most, town.open.size());
    town.reply();
  }
  CHECK(most == 2);
  CHECK(town.ended().size() == 6);
}

TEST_CASE("a limit of requests a minute is kept without a refusal") {
  Town town({{"providers", {{"a", provider("a")}}}, {"limits", {{"lines", {{"provider a", {{"per_minute", 2}}}}}}}});
  town.answers["https://a/chat/completions"] = 200;
  const std::int64_t begin = town.host.now_ms;
  for (int i = 0; i < 4; ++i) town.host.start(decimal(i), "t");
  town.host.go();
  CHECK(town.ended().size() == 2);
  while (town.ended().size() < 4 && town.host.wait()) {}
  CHECK(town.ended().size() == 4);
  CHECK(town.host.now_ms - begin == 60'000);
}

TEST_CASE("a run that is cancelled while it waits for its turn leaves the line") {
  Town town({{"providers", {{"a", provider("a")}}}, {"limits", {{"lines", {{"provider a", {{"concurrent", 1}}}}}}}});
  for (const char* run : {"1", "2", "3"}) town.host.start(run, "t");
  town.host.go();
  CHECK(town.line("provider a")["waiting"] == 2);
  town.host.send(Head("run.cancel").text("run", "2"));
  town.host.go();
  CHECK(town.line("provider a")["waiting"] == 1);
  town.reply();
  town.reply();
  CHECK(town.asked.size() == 2);
  CHECK(town.line("provider a")["serving"] == 0);
}

TEST_CASE("when a provider asks one run to wait, the others wait as well") {
  Town town;
  town.host.start("1", "t");
  town.host.go();
  town.reply(429, "7");
  town.host.start("2", "t");
  town.host.go();
  CHECK(town.asked.size() == 1);
  CHECK(town.line("provider a")["held_ms"] == 7000);
  town.host.wait();
  CHECK(town.asked.size() == 3);
  CHECK(town.component("model a:m")["state"] == "healthy");
}

TEST_CASE("who failed at the first use is not called healthy, and becomes so by what goes well") {
  const Breaker::Options options;
  const Error down(Code::kNetwork, "refused");
  Health health;
  health.learn(&down, 1, 0, options);
  CHECK(health.state() == "degraded");
  CHECK(contains(health.to_json("server x", 0), "Last failure: refused"));
  for (int i = 0; i < 4; ++i) health.learn(nullptr, 1, 0, options);
  CHECK(health.state() == "healthy");
}

TEST_CASE("who never did what it is for is not called healthy, whatever it answered; who did so once is") {
  const Breaker::Options options;
  const Error elsewhere(Code::kNotFound, "no such address"), nonsense(Code::kMalformed, "no reply");
  for (const Error* error : {&elsewhere, &nonsense}) {
    Health health;
    for (int i = 0; i < 8; ++i) health.learn(error, 1, 0, options);
    CHECK(health.state() == "degraded");
    CHECK(contains(health.to_json("server x", 0), joined({"Last failure: ", error->sentence()})));
    for (int i = 0; i < 16; ++i) health.learn(nullptr, 1, 0, options);
    health.learn(error, 1, 0, options);
    CHECK(health.state() == "healthy");
  }
}

TEST_CASE("a model that refuses is followed by who stands in for it, and again on replay") {
  World world;
  TestHost host(world);
  host.configure({{"providers", {{"a", provider("a")}, {"b", provider("b")}}}});
  host.http = [&](Host::Id id, const Json& head, std::string_view) {
    const bool first = text_field(head, "url").starts_with("https://a/");
    host.send(Head("http.reply").number("id", id).number("status", 200).json("headers", Json::object()),
              first ? cut_off("content_filter", "Not this.") : says("well"));
  };
  host.start("1", "t", {{"model", "a"}, {"fallback", {"b"}}});
  host.go();
  CHECK(host.outcome["answer"] == "well");
  CHECK(host.outcome["stop"]["reason"] == "done");
  const std::vector<std::string> recovered = recoveries(host.journal("1"));
  REQUIRE(recovered.size() == 1);
  CHECK(contains(recovered[0], "The model a:m refused: Not this."));
  TestHost again(world);
  again.configure({{"providers", {{"a", provider("a")}, {"b", provider("b")}}}});
  again.take_up("run.replay", host.journal("1"));
  again.go();
  CHECK(again.outcome["hash"] == host.outcome["hash"]);
}

TEST_CASE("a model that fails again and again is left in peace, and its health says why") {
  Town town({{"providers", {{"a", provider("a")}}}, {"limits", {{"breaker", {{"failures", 3}, {"rest_ms", 20'000}}}}}});
  town.answers["https://a/chat/completions"] = 503;
  for (const char* run : {"1", "2", "3", "4"}) town.host.start(run, "t");
  town.host.go();
  CHECK(town.asked.size() == 4);
  CHECK(town.component("model a:m")["state"] == "down");
  CHECK(contains(town.component("model a:m")["reason"].get<std::string>(), "It failed 4 times in a row"));
  CHECK(contains(town.component("model a:m")["reason"].get<std::string>(), "cannot answer now"));
  town.answers["https://a/chat/completions"] = 200;
  const std::int64_t begin = town.host.now_ms;
  while (town.host.wait()) {}
  CHECK(town.host.now_ms - begin >= 20'000);
  CHECK(town.ended().size() == 4);
  CHECK(town.host.outcome["stop"]["reason"] == "done");
  CHECK(town.component("model a:m")["state"] != "down");
}

TEST_CASE("where one model cannot answer the next one is asked, journalled as a recovery, and again on replay") {
  Town town({{"providers", {{"a", provider("a")}, {"b", provider("b")}}}});
  town.answers["https://a/chat/completions"] = 401;
  town.answers["https://b/chat/completions"] = 200;
  town.host.start("1", "t", {{"model", "a"}, {"fallback", {"b"}}});
  town.host.go();
  CHECK(town.host.outcome["answer"] == "well");
  CHECK(town.host.outcome["stop"]["reason"] == "done");
  CHECK(town.host.outcome["model"] == "b:m");
  const std::vector<std::string> recovered = recoveries(town.host.journal("1"));
  REQUIRE(recovered.size() == 1);
  CHECK(contains(recovered[0], R"("from":"a:m","to":"b:m")"));
  const Json hash = town.host.outcome["hash"];
  TestHost again(town.world);
  again.configure({{"providers", {{"a", provider("a")}, {"b", provider("b")}}}});
  again.take_up("run.replay", town.host.journal("1"));
  again.go();
  CHECK(again.outcome["hash"] == hash);
}

TEST_CASE("a model that was given up is not asked again in the same run") {
  Town town({{"providers", {{"a", provider("a")}, {"b", provider("b")}}}});
  town.host.declare("look", {{"read_only", true}}, [](const Json&) { return Json("seen"); });
  town.host.configure({{"providers", {{"a", provider("a")}, {"b", provider("b")}}}});
  town.host.start("1", "t", {{"model", "a"}, {"fallback", {"b"}}});
  town.host.go();
  town.reply(401);
  town.host.send(Head("http.reply")
                     .number("id", town.open.front())
                     .number("status", 200)
                     .json("headers", {{"content-type", "application/json"}}),
                 calls({{"look", Json::object()}}));
  town.open.clear();
  town.host.go();
  town.reply();
  CHECK(count(town.asked, "https://a/chat/completions") == 1);
  CHECK(count(town.asked, "https://b/chat/completions") == 2);
  CHECK(recoveries(town.host.journal("1")).size() == 1);
}

TEST_CASE("equal models share the load, and one that is down gets none") {
  const Json providers = {
      {"a", provider("a")}, {"b", provider("b")}, {"any", {{"type", "equals"}, {"of", {"a:m", "b:m"}}}}};
  Town town({{"providers", providers}});
  for (int i = 0; i < 10; ++i) town.host.start(decimal(i), "t", {{"model", "any"}});
  town.host.go();
  CHECK(count(town.asked, "https://a/chat/completions") == 5);
  CHECK(count(town.asked, "https://b/chat/completions") == 5);
  while (!town.open.empty()) town.reply();
  CHECK(town.ended().size() == 10);

  Town half({{"providers", providers}});
  half.answers = {{"https://a/chat/completions", 503}, {"https://b/chat/completions", 200}};
  for (int i = 0; i < 10; ++i) {
    half.host.start(decimal(i), "t", {{"model", "any"}});
    half.host.go();
    while (half.host.wait()) {}
    CHECK(half.host.outcome["stop"]["reason"] == "done");
  }
  CHECK(count(half.asked, "https://a/chat/completions") <= 3);
}

TEST_CASE("equals that cannot be used are refused with the reason") {
  World world;
  TestHost host(world);
  host.configure({{"providers", {{"any", {{"type", "equals"}, {"of", {"x:m"}}}}}}});
  host.go();
  CHECK(contains(host.failure["sentence"].get<std::string>(), "There is no provider \"x\""));
}

TEST_CASE("equals of themselves, and of one another, are refused") {
  const Json loops[] = {
      {{"any", {{"type", "equals"}, {"of", {"any"}}}}},
      {{"one", {{"type", "equals"}, {"of", {"two:m"}}}}, {"two", {{"type", "equals"}, {"of", {"one:m"}}}}}};
  for (const Json& providers : loops) {
    World world;
    TestHost host(world);
    host.configure({{"providers", providers}});
    host.go();
    CHECK(contains(host.failure["sentence"].get<std::string>(), "among its equals, which has no address of its own."));
  }
}

TEST_CASE("a tenant that has used up its budget gets no more, and another is none the worse") {
  const Json tenants = {{"poor", {{"budget", {{"calls", 2}}}}}};
  Town town({{"providers", {{"a", provider("a")}}}, {"tenants", tenants}});
  town.answers["https://a/chat/completions"] = 200;
  for (const char* run : {"1", "2", "3"}) town.host.start(run, "t", {{"tenant", "poor"}});
  town.host.start("4", "t", {{"tenant", "rich"}});
  town.host.go();
  CHECK(town.asked.size() == 3);
  CHECK(town.host.status()["tenants"]["poor"]["calls"] == 2);
  CHECK(town.host.status()["tenants"]["poor"]["tokens"].get<int>() > 0);
  int stopped = 0;
  for (const auto& [run, journal] : town.world.journals) {
    if (contains(journal, R"("reason":"budget","sentence":"The budget of the tenant \"poor\", 2 calls, is used up.")"))
      ++stopped;
  }
  CHECK(stopped == 1);
}

TEST_CASE("a tenant's budget is passed by one reply at most, however many are asked for at once") {
  World world;
  TestHost host(world);
  std::vector<Host::Id> asked;
  host.http = [&](Host::Id id, const Json&, std::string_view) { asked.push_back(id); };
  const Json known{{"type", "openai"}, {"url", "call:a"}, {"model", "m"}, {"most_tokens", 2000}};
  host.configure({{"providers", {{"a", known}}}, {"tenants", {{"acme", {{"budget", {{"tokens", 3000}}}}}}}});
  for (const char* run : {"1", "2", "3", "4"}) host.start(run, "t", {{"tenant", "acme"}});
  host.go();
  CHECK(asked.size() == 1);
}

TEST_CASE("limits and tenants that are wrong are refused before anything changes") {
  const std::pair<Json, const char*> wrong[] = {
      {{{"limits", {{"runs", -1}}}}, "must be a whole number from 0 on"},
      {{{"limits", {{"walks", 1}}}}, "has no \"walks\""},
      {{{"limits", {{"lines", {{"provider a", {{"speed", 1}}}}}}}}, "has no \"speed\""},
      {{{"tenants", {{"x", {{"weight", 0}}}}}}, "is from 1 to 1000"},
      {{{"tenants", {{"x", {{"budget", {{"ms", 5}}}}}}}}, "cannot have \"ms\""},
  };
  for (const auto& [extra, sentence] : wrong) {
    World world;
    TestHost host(world);
    host.configure(extra);
    host.go();
    CHECK(contains(host.failure["sentence"].get<std::string>(), sentence));
  }
}

}  // namespace
}  // namespace troupe::test

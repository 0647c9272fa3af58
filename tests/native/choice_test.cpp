// Choosing a model: what a step needs, what is preferred, what was learned, how models fare; and what goes on when the
// conversation outgrows the chosen one, or it is slow to begin.
#include <algorithm>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "coordinate/latency.hpp"
#include "doctest/doctest.h"
#include "llm/choice/rank.hpp"
#include "llm/choice/shorten.hpp"
#include "test_host.hpp"

namespace troupe::test {
namespace {

Candidate candidate(const std::string& name, std::int64_t price, std::int64_t quality, std::int64_t speed = 3) {
  Candidate made{name, {price, price, price * 5}, {}, {}};
  made.traits.speed = speed;
  made.traits.quality.fill(quality);
  return made;
}

std::vector<Candidate> three() {
  return {candidate("small", 100, 2, 5), candidate("middle", 1000, 3, 4), candidate("large", 5000, 5, 2)};
}

Need need(std::int64_t complexity, std::int64_t tokens = 1000) {
  Need made;
  made.tokens = tokens;
  made.complexity = complexity;
  return made;
}

using Names = std::vector<std::string>;

TEST_CASE("the cheapest, the fastest or the best goes first, among those that are good enough for the step") {
  CHECK(rank(three(), need(0), Prefer::kCost).models == Names{"small", "middle", "large"});
  CHECK(rank(three(), need(2), Prefer::kCost).models == Names{"middle", "large", "small"});
  CHECK(rank(three(), need(3), Prefer::kBalance).models.front() == "large");
  CHECK(rank(three(), need(0), Prefer::kBalance).models.front() == "small");
  CHECK(rank(three(), need(0), Prefer::kSpeed).models.front() == "small");
  CHECK(rank(three(), need(0), Prefer::kQuality).models == Names{"large", "middle", "small"});
  CHECK(rank(three(), need(0), Prefer::kQuality).reasons.front() == "It is the best for such work.");
}

TEST_CASE("what a step must have goes before what is preferred") {
  std::vector<Candidate> models = three();
  models[0].traits.tools = false;
  models[1].traits.vision = false;
  Need both = need(0);
  both.tools = both.vision = true;
  const Ranking ranking = rank(models, both, Prefer::kCost);
  CHECK(ranking.models == Names{"large"});
  CHECK(std::ranges::count(ranking.reasons, "small cannot call tools.") == 1);
  CHECK(std::ranges::count(ranking.reasons, "middle cannot see pictures.") == 1);
  models = three();
  models[0].traits.context = 4000;
  models[1].traits.context = 100'000;
  CHECK(rank(models, need(0, 8000), Prefer::kCost).models == Names{"middle", "large", "small"});
}

TEST_CASE("who is in trouble comes last, and who fails often behind those that do not") {
  std::vector<Candidate> models = three();
  models[0].standing.down = true;
  models[1].standing.degraded = true;
  const Ranking ranking = rank(models, need(0), Prefer::kCost);
  CHECK(ranking.models == Names{"large", "middle", "small"});
  CHECK(ranking.reasons.back() == "small is in trouble.");
  for (Candidate& each : models) each.standing.down = true;
  CHECK(rank(models, need(0), Prefer::kCost).models.size() == 3);
}

TEST_CASE("what a model did before on such tasks moves its quality, the more the oftener it was seen") {
  std::vector<Candidate> models = three();
  models[1].learned = 0;
  models[1].outcomes = 10;
  CHECK(rank(models, need(2), Prefer::kCost).models.front() == "large");
  models[1].outcomes = 1;
  CHECK(rank(models, need(2), Prefer::kCost).models.front() == "middle");
  models[0].learned = 1000;
  models[0].outcomes = 10;
  CHECK(rank(models, need(2), Prefer::kCost).models.front() == "small");
}

TEST_CASE("the measured time counts before the class of speed") {
  std::vector<Candidate> models = three();
  models[0].standing.expected_ms = 30'000;
  CHECK(rank(models, need(0), Prefer::kSpeed).models == Names{"middle", "large", "small"});
}

TEST_CASE("nineteen of twenty beginnings are known once there were enough, and old ones fade") {
  Latency latency;
  for (int i = 0; i < 19; ++i) latency.add(90);
  CHECK(latency.slowest_ms() == 0);
  latency.add(5000);
  CHECK(latency.slowest_ms() == 96);
  for (int i = 0; i < 5; ++i) latency.add(5000);
  CHECK(latency.slowest_ms() == 6144);
  for (int i = 0; i < 2000; ++i) latency.add(1);
  CHECK(latency.slowest_ms() == 3);
}

// Conversations

Message told(Message::Role role, std::string text) { return {role, std::move(text), {}, {}, false}; }

/// So many turns, each one call with a result of so many bytes.
Conversation long_talk(int turns, std::size_t bytes) {
  Conversation talk("You work.", "The task.");
  for (int i = 0; i < turns; ++i) {
    const std::string id = joined({"c", decimal(i)});
    Message said = told(Message::Role::kAssistant, "Looking.");
    said.calls.push_back({id, "look", "{}"});
    talk.add(std::move(said));
    Message result = told(Message::Role::kTool, joined({decimal(i), " ", std::string(bytes, 'x')}));
    result.call_id = id;
    result.tool = "look";
    talk.add(std::move(result));
  }
  return talk;
}

/// Every result has its call in the turn before it, every call its result; instruction and task stand at the front.
void check_whole(const Conversation& talk) {
  const std::vector<Message>& messages = talk.messages();
  REQUIRE(messages.size() >= 2);
  CHECK(messages[0].text == "You work.");
  CHECK(messages[1].text.starts_with("The task."));
  for (std::size_t i = 2; i < messages.size(); i += 2) {
    REQUIRE(i + 1 < messages.size());
    CHECK(messages[i].calls.front().id == messages[i + 1].call_id);
  }
}

TEST_CASE("old results go first when a conversation is shortened, and leave a note that says what they were") {
  Conversation talk = long_talk(10, 1000);
  const std::string before = talk.digest();
  const Shortened done = shorten(talk, 7000);
  CHECK(done.results > 0);
  CHECK(done.turns == 0);
  CHECK(talk.bytes() <= 7000);
  CHECK(talk.digest() != before);
  check_whole(talk);
  CHECK(talk.messages().size() == 22);
  CHECK(talk.messages()[3].text.starts_with("[troupe: left out to make room: this result of look, 1002 bytes."));
  CHECK(talk.messages().back().text.size() == 1002);
}

TEST_CASE("where notes are not enough old turns go whole, then parts of the newest results") {
  Conversation talk = long_talk(40, 1000);
  const Shortened done = shorten(talk, 4000);
  CHECK(done.turns > 0);
  CHECK(talk.bytes() <= 4000);
  check_whole(talk);
  CHECK(talk.messages()[1].text.ends_with("[troupe: left out to make room: earlier turns of this conversation.]"));
  CHECK(talk.messages().back().text.size() == 1003);
  Conversation big = long_talk(1, 100'000);
  CHECK(shorten(big, 5000).results == 1);
  CHECK(big.bytes() < 5500);
  check_whole(big);
  Conversation bare("You work.", std::string(10'000, 'x'));
  CHECK_FALSE(shorten(bare, 100).any());
  CHECK(bare.bytes() > 10'000);
}

TEST_CASE("a conversation that is shortened again and again says so once") {
  Conversation talk = long_talk(40, 1000);
  shorten(talk, 4000);
  for (int i = 0; i < 5; ++i) {
    Message said = told(Message::Role::kAssistant, std::string(900, 'y'));
    said.calls.push_back({"again", "look", "{}"});
    talk.add(std::move(said));
    Message result = told(Message::Role::kTool, std::string(900, 'z'));
    result.call_id = "again";
    talk.add(std::move(result));
    shorten(talk, 4000);
  }
  check_whole(talk);
  const std::string& task = talk.messages()[1].text;
  CHECK(task.find("earlier turns") == task.rfind("earlier turns"));
}

// Runs

Json model(std::int64_t price, std::int64_t quality, std::int64_t context = 100'000) {
  return {{"context", context},
          {"speed", 3},
          {"quality", {{"general", quality}}},
          {"price", {{"input", price}, {"output", price * 5}}}};
}

Json two_models() {
  return {{"providers",
           {{"a", {{"type", "openai"}, {"url", "call:a"}, {"model", "cheap"}, {"models", {{"cheap", model(10, 3)}}}}},
            {"b", {{"type", "openai"}, {"url", "call:b"}, {"model", "good"}, {"models", {{"good", model(900, 5)}}}}}}}};
}

/// Of all lines of one kind what `part` says.
std::vector<Json> parts_of(const std::string& journal, std::string_view kind, const std::string& part) {
  std::vector<Json> found;
  for (const std::string& line : lines_of(journal)) {
    const Json entry = *parse_json(line, kMaxHolderDepth);
    if (text_field(entry, "kind") == kind && entry.contains(part)) found.push_back(entry[part]);
  }
  return found;
}

/// Answers by address: the status, and the body. What was read is counted by its size.
void answer(TestHost& host,
            std::function<std::pair<int, std::string>(const std::string& url, const Json& request)> say) {
  host.http = [&host, say = std::move(say)](Host::Id id, const Json& head, std::string_view body) {
    auto [status, text] = say(std::string(text_field(head, "url")), *parse_json(body));
    if (status == 200) {
      Json reply = *parse_json(text);
      reply["usage"]["prompt_tokens"] = body.size() / 4;
      text = dump_json(reply);
    }
    host.send(Head("http.reply")
                  .number("id", id)
                  .number("status", status)
                  .json("headers", {{"content-type", "application/json"}}),
              text);
  };
}

void finish(TestHost& host) {
  host.go();
  for (int i = 0; i < 50 && host.end_kind.empty() && host.wait(); ++i) {}
}

TEST_CASE("a run that leaves the model to the engine says in its journal which it took and why") {
  World world;
  TestHost host(world);
  host.configure(two_models());
  answer(host, [](const std::string&, const Json&) { return std::pair(200, says("well")); });
  host.start("cheap", "What is 17 * 3?", {{"model", {{"prefer", "cost"}}}});
  finish(host);
  CHECK(host.outcome["answer"] == "well");
  CHECK(host.outcome["model"] == "a:cheap");
  const std::vector<Json> chosen = parts_of(host.journal("cheap"), "choice", "value");
  REQUIRE(chosen.size() == 1);
  CHECK(chosen[0]["models"] == Json::array({"a:cheap", "b:good"}));
  CHECK(chosen[0]["reasons"][0] == "It is the cheapest that is good enough for this step.");
  host.end_kind.clear();
  host.start("good", "What is 17 * 3?", {{"model", {{"prefer", "quality"}}}});
  finish(host);
  CHECK(host.outcome["model"] == "b:good");
  host.start("among", "What is 17 * 3?", {{"model", {{"prefer", "quality"}, {"among", Json::array({"a"})}}}});
  finish(host);
  CHECK(host.outcome["model"] == "a:cheap");
  CHECK(parts_of(host.journal("among"), "choice", "value").empty());
}

TEST_CASE(
    "when the chosen model fails the next of the ranking goes on, in the midst of the work, and the bill has both") {
  World world;
  TestHost host(world);
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json("seen"); });
  host.configure(two_models());
  answer(host, [](const std::string& url, const Json& request) {
    if (turn_of(request) == 0) return std::pair(200, calls({{"look", {{"n", 1}}}}));
    if (url == "call:a") return std::pair(401, std::string(R"({"error":{"message":"no"}})"));
    CHECK(request["messages"].back()["content"] == "seen");
    return std::pair(200, says("done by b"));
  });
  host.start("r", "Look.", {{"model", {{"prefer", "cost"}}}});
  finish(host);
  CHECK(host.outcome["answer"] == "done by b");
  CHECK(host.outcome["model"] == "b:good");
  const Json& bills = host.outcome["usage"]["by"];
  REQUIRE(bills.size() == 2);
  CHECK(bills[0]["model"] == "a:cheap");
  CHECK(bills[0]["calls"] == 2);
  CHECK(bills[0]["failed"] == 1);
  CHECK(bills[1]["model"] == "b:good");
  CHECK(bills[0]["nano_usd"].get<int>() + bills[1]["nano_usd"].get<int>() == host.outcome["usage"]["nano_usd"]);
  World elsewhere;
  TestHost other(elsewhere);
  other.take_up("run.replay", host.journal("r"));
  other.go();
  CHECK(other.end_kind == "run.ended");
  CHECK(other.outcome["usage"] == host.outcome["usage"]);
}

TEST_CASE("killed after any line, a run that chooses goes on with what was chosen") {
  const auto set_up = [](TestHost& host) {
    host.declare("look", {{"read_only", true}}, [](const Json&) { return Json(std::string(3000, 'x')); });
    Json configuration = two_models();
    configuration["providers"]["a"]["models"]["cheap"]["context"] = 3200;
    configuration["providers"]["b"]["models"]["good"]["context"] = 3200;
    host.configure(configuration);
    answer(host, [](const std::string& url, const Json& request) {
      if (url == "call:a" && turn_of(request) == 1) return std::pair(401, std::string("{}"));
      return std::pair(200, turn_of(request) < 4 ? calls({{"look", {{"n", turn_of(request)}}}}) : says("well"));
    });
  };
  World world;
  TestHost host(world);
  set_up(host);
  host.start("r", "Look.", {{"model", {{"prefer", "cost"}}}});
  finish(host);
  REQUIRE(host.outcome["answer"] == "well");
  const std::string whole = host.journal("r");
  CHECK_FALSE(parts_of(whole, "window", "args").empty());
  const auto lines = static_cast<std::int64_t>(lines_of(whole).size());
  for (std::int64_t line = 1; line < lines; ++line) {
    CAPTURE(line);
    World again;
    {
      TestHost first(again);
      set_up(first);
      first.die_at_lines = line;
      first.start("r", "Look.", {{"model", {{"prefer", "cost"}}}});
      finish(first);
    }
    TestHost second(again);
    set_up(second);
    second.take_up("run.resume", again.journals["r"]);
    finish(second);
    CHECK(second.outcome["answer"] == "well");
    CHECK(second.outcome["usage"]["by"] == host.outcome["usage"]["by"]);
  }
}

TEST_CASE("a conversation is kept within the window that is known, and the journal says what was left out") {
  World world;
  TestHost host(world);
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json(std::string(4000, 'x')); });
  Json configuration = two_models();
  configuration["providers"]["a"]["models"]["cheap"]["context"] = 3000;
  host.configure(configuration);
  std::size_t longest = 0;
  int asked = 0;
  answer(host, [&](const std::string&, const Json& request) {
    longest = std::max(longest, dump_json(request["messages"]).size());
    return std::pair(200, ++asked < 9 ? calls({{"look", {{"n", asked}}}}) : says("well"));
  });
  host.start("r", "Look.", {{"model", "a"}});
  finish(host);
  CHECK(host.outcome["stop"]["reason"] == "done");
  CHECK(longest < 3000 * 4);
  const std::vector<Json> windows = parts_of(host.journal("r"), "window", "args");
  REQUIRE_FALSE(windows.empty());
  CHECK(windows[0]["why"] == "limit");
  CHECK(windows[0]["results"].get<int>() > 0);
}

TEST_CASE("a model that finds the conversation too long gets a shorter one, once, though its limit is not known") {
  World world;
  TestHost host(world);
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json(std::string(4000, 'x')); });
  host.configure();
  int refused = 0, asked = 0;
  answer(host, [&](const std::string&, const Json& request) {
    const std::string sent = dump_json(request["messages"]);
    if (sent.size() > 11'500) {
      ++refused;
      return std::pair(400, std::string(R"({"error":{"message":"too long","code":"context_length_exceeded"}})"));
    }
    return std::pair(200, ++asked < 7 ? calls({{"look", {{"n", asked}}}}) : says("well"));
  });
  host.start("r", "Look.");
  finish(host);
  CHECK(host.outcome["answer"] == "well");
  CHECK(refused == 1);
  const std::vector<Json> windows = parts_of(host.journal("r"), "window", "args");
  REQUIRE_FALSE(windows.empty());
  CHECK(windows[0]["why"] == "too_long");
  CHECK(host.outcome["usage"]["by"][0]["failed"] == 1);
}

TEST_CASE("a task that is too long by itself fails with what the model said") {
  World world;
  TestHost host(world);
  host.configure();
  answer(host, [&](const std::string&, const Json&) {
    return std::pair(400, std::string(R"({"error":{"message":"too long","code":"context_length_exceeded"}})"));
  });
  host.start("r", "Look.");
  finish(host);
  CHECK(host.outcome["stop"]["error"]["code"] == "too_long");
}

// Hedges

/// Two equal providers that answer when the test says so.
struct Pair {
  Pair() : host(world) {
    host.configure({{"providers",
                     {{"a", {{"type", "openai"}, {"url", "call:a"}, {"model", "m"}, {"stream", false}}},
                      {"b", {{"type", "openai"}, {"url", "call:b"}, {"model", "m"}, {"stream", false}}}}}});
    host.http = [this](Host::Id id, const Json& head, std::string_view) {
      open.emplace_back(std::string(text_field(head, "url")), id);
    };
  }
  /// The newest request to this address is answered.
  void reply(const std::string& url, const std::string& text, int status = 200) {
    const auto found = std::ranges::find(open, url, [](const auto& each) { return each.first; });
    REQUIRE(found != open.end());
    host.send(Head("http.reply")
                  .number("id", found->second)
                  .number("status", status)
                  .json("headers", {{"content-type", "application/json"}}),
              status == 200 ? says(text) : R"({"error":{"message":"no"}})");
    open.erase(found);
    host.go();
  }
  /// So that it is known how long they take to begin.
  void practise() {
    for (int i = 0; i < 25; ++i) {
      host.start(joined({"p", decimal(i)}), "t");
      host.go();
      host.now_ms += 100;
      reply("call:a", "x");
    }
    host.end_kind.clear();
  }
  int aborts() const {
    return static_cast<int>(
        std::ranges::count(host.commands, "http.abort", [](const auto& each) { return each.first; }));
  }

  World world;
  TestHost host;
  std::vector<std::pair<std::string, Host::Id>> open;
};

const Json kHedged = {{"model", "a"}, {"fallback", Json::array({"b"})}, {"hedge", true}};

TEST_CASE(
    "a reply that does not begin in the usual time is asked of the next model too, and who begins first answers") {
  Pair pair;
  pair.practise();
  pair.host.start("r", "t", kHedged);
  pair.host.go();
  CHECK(pair.open.size() == 1);
  REQUIRE(pair.host.wait());
  REQUIRE(pair.open.size() == 2);
  CHECK(pair.open[1].first == "call:b");
  pair.reply("call:b", "from b");
  CHECK(pair.host.outcome["answer"] == "from b");
  CHECK(pair.aborts() == 1);
  CHECK(pair.host.outcome["usage"]["by"][0]["model"] == "b:m");
  CHECK(parts_of(pair.host.journal("r"), "chat", "value")[0]["by"] == "b:m");
}

TEST_CASE("the first model answers after all, and the other request is aborted") {
  Pair pair;
  pair.practise();
  pair.host.start("r", "t", kHedged);
  pair.host.go();
  REQUIRE(pair.host.wait());
  REQUIRE(pair.open.size() == 2);
  pair.reply("call:a", "from a");
  CHECK(pair.host.outcome["answer"] == "from a");
  CHECK(pair.aborts() == 1);
  CHECK_FALSE(parts_of(pair.host.journal("r"), "chat", "value")[0].contains("by"));
}

TEST_CASE("of two requests that race one may fail, and the other answers; where both do the first is tried again") {
  Pair pair;
  pair.practise();
  pair.host.start("r", "t", kHedged);
  pair.host.go();
  REQUIRE(pair.host.wait());
  pair.reply("call:a", "", 503);
  CHECK(pair.host.end_kind.empty());
  pair.reply("call:b", "from b");
  CHECK(pair.host.outcome["answer"] == "from b");
  pair.host.end_kind.clear();
  pair.host.start("s", "t", kHedged);
  pair.host.go();
  REQUIRE(pair.host.wait());
  pair.reply("call:b", "", 503);
  pair.reply("call:a", "", 503);
  CHECK(pair.host.end_kind.empty());
  while (pair.open.empty()) REQUIRE(pair.host.wait());
  CHECK(pair.open[0].first == "call:a");
  pair.reply("call:a", "at last");
  CHECK(pair.host.outcome["answer"] == "at last");
}

TEST_CASE("without a hedge, or before enough is known, nobody is asked beside the first") {
  Pair pair;
  pair.host.start("r", "t", kHedged);
  pair.host.go();
  pair.host.now_ms += 60'000;
  pair.host.go();
  CHECK(pair.open.size() == 1);
  pair.reply("call:a", "late");
  pair.practise();
  pair.host.start("s", "t", {{"model", "a"}, {"fallback", Json::array({"b"})}});
  pair.host.go();
  pair.host.now_ms += 60'000;
  pair.host.go();
  CHECK(pair.open.size() == 1);
}

TEST_CASE("what is known of models can change while the engine goes on") {
  World world;
  TestHost host(world);
  host.configure(two_models());
  answer(host, [](const std::string&, const Json&) { return std::pair(200, says("well")); });
  host.send(Head("models"), dump_json({{"b", {{"good", model(1, 5)}}}}));
  host.start("r", "What is 17 * 3?", {{"model", {{"prefer", "cost"}}}});
  finish(host);
  CHECK(host.outcome["model"] == "b:good");
  host.send(Head("models"), dump_json({{"c", {{"x", model(1, 5)}}}}));
  host.go();
  CHECK(host.failure["event"] == "models");
  CHECK(host.failure["code"] == "not_found");
}

TEST_CASE("a wish that cannot be fulfilled is refused before the run begins") {
  World world;
  TestHost host(world);
  host.configure(two_models());
  const std::vector<std::pair<Json, std::string>> wrong = {
      {{{"prefer", "beauty"}}, "prefer"},
      {{{"among", Json::array({"c:x"})}}, "There is no provider \"c\""},
      {{{"among", Json::array()}}, "nothing to choose"},
      {{{"amongst", Json::array({"a"})}}, "amongst"},
  };
  for (const auto& [wish, sentence] : wrong) {
    host.start("r", "t", {{"model", wish}});
    host.go();
    CAPTURE(sentence);
    CHECK(contains(host.failure["sentence"].get<std::string>(), sentence));
  }
}

}  // namespace
}  // namespace troupe::test

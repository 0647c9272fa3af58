// Runs in which a server asks before a tool call ends: each question is a step, answerable in another host.
#include <algorithm>

#include "asking_server.hpp"
#include "doctest/doctest.h"

namespace troupe::test {
namespace {

constexpr std::string_view kEnd = "Ada, aged 36, says: a rhyme";

void set_up(TestHost& host) {
  set_up_asking(host);
  host.configure(asking_configuration());
}

std::vector<std::string> subjects(const TestHost& host) {
  std::vector<std::string> found;
  for (const Question& question : host.questions) found.emplace_back(text_field(question.json, "subject"));
  return found;
}

}  // namespace

TEST_CASE("what a server asks in a call becomes questions and a chat, and the call goes on with the answers") {
  World world;
  TestHost host(world);
  set_up(host);
  host.start("r", "Register me.");
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  CHECK(text_field(host.outcome, "answer") == kEnd);
  CHECK(subjects(host) == std::vector<std::string>{"approval", "elicitation", "elicitation", "sampling"});
  const Json& form = host.questions.at(2).json;
  CHECK(text_field(form, "sentence") == "The server \"desk\" asks: Who registers?");
  CHECK(field(form, "errors") == Json::array({"/name is missing"}));
  CHECK(text_field(host.questions.at(3).json, "sentence") ==
        "The server \"desk\" wants a reply of this run's model. May it have one?");
  CHECK(integer_field(host.outcome["usage"], "calls") == 4);  // one of a tool, and three of the model

  TestHost replay(world);
  replay.configure();
  replay.take_up("run.replay", host.journal("r"));
  replay.go();
  CHECK(text_field(replay.outcome, "answer") == kEnd);
  CHECK(replay.questions.empty());
}

TEST_CASE("a run whose server asks, killed after every line of its journal, ends the same in another host") {
  for (std::int64_t lines = 1;; ++lines) {
    CAPTURE(lines);
    World world;
    TestHost first(world);
    set_up(first);
    first.die_at_lines = lines;
    first.start("r", "Register me.");
    first.go();
    if (!first.dead) break;
    TestHost second(world);
    set_up(second);
    second.take_up("run.resume", world.journals["r"]);
    second.go();
    REQUIRE(second.end_kind == "run.ended");
    CHECK(text_field(second.outcome, "answer") == kEnd);
  }
}

TEST_CASE("a server's question that nobody answers pauses the run, and another host goes on with the server's state") {
  World world;
  TestHost first(world);
  set_up(first);
  const auto agrees = first.person;
  first.person = [&](const Question& question) {
    return text_field(question.json, "subject") == "elicitation" ? Json() : agrees(question);
  };
  first.start("r", "Register me.");
  first.go();
  CHECK(first.end_kind.empty());
  TestHost second(world);
  set_up(second);
  second.take_up("run.resume", first.journal("r"));
  second.go();
  CHECK(text_field(second.outcome, "answer") == kEnd);
}

TEST_CASE("declining a form is told to the server, and refusing a reply to the model") {
  World world;
  TestHost host(world);
  set_up(host);
  const auto agrees = host.person;
  SUBCASE("declined") {
    Json told;
    const auto serves = host.http;
    host.http = [&, serves](Host::Id id, const Json& head, std::string_view body) {
      const Json request = *parse_json(body);
      if (request.contains("params") && request["params"].contains("inputResponses")) {
        told = request["params"]["inputResponses"];
        const Json result{{"resultType", "complete"}, {"content", {{{"type", "text"}, {"text", "Never mind."}}}}};
        host.send(Head("http.reply")
                      .number("id", id)
                      .number("status", 200)
                      .json("headers", {{"content-type", "application/json"}}),
                  dump_json({{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}}));
      } else {
        serves(id, head, body);
      }
    };
    host.person = [&](const Question& question) {
      return text_field(question.json, "subject") == "elicitation" ? Json{{"action", "decline"}} : agrees(question);
    };
    host.start("r", "Register me.");
    host.go();
    CHECK(told == Json{{"who", {{"action", "decline"}}}});
    CHECK(text_field(host.outcome, "answer") == "Never mind.");
  }
  SUBCASE("refused") {
    host.person = [&](const Question& question) {
      return text_field(question.json, "subject") == "sampling" ? Json{{"approve", false}} : agrees(question);
    };
    host.start("r", "Register me.");
    host.go();
    CHECK(text_field(host.outcome, "answer") ==
          "What the server asked before it would go on was not answered: A person refused the request.");
  }
}

TEST_CASE("an application asks a server for anything, and answers what it asks back") {
  World world;
  TestHost host(world);
  set_up(host);
  const auto look = [&](std::string_view name) {
    for (const auto& [kind, head] : host.commands) CHECK(kind != "error");
    return host.answered.at(std::string(name));
  };
  host.send(Head("server.request").text("request", "1").text("server", "desk").text("method", "tools/list"), "{}");
  host.send(Head("server.request").text("request", "2").text("server", "desk").text("method", "tools/call"),
            R"({"params":{"name":"register"}})");
  host.send(Head("server.request").text("request", "3").text("server", "none").text("method", "tools/list"), "{}");
  host.go();
  CHECK(look("1")["result"]["tools"].size() == 1);
  CHECK(text_field(look("3")["failure"], "code") == "not_found");
  const Json input = look("2")["input"];
  CHECK(text_field(input, "server") == "desk");
  const Json responses{{"who", {{"result", {{"action", "accept"}, {"content", {{"name", "Bo"}, {"age", 7}}}}}}}};
  host.send(Head("server.request").text("request", "4").text("server", "desk").text("method", "tools/call"),
            dump_json({{"params", {{"name", "register"}}}, {"input", input}, {"responses", responses}}));
  host.go();
  CHECK(text_field(look("4")["input"], "state") == "Bo, aged 7");
}

TEST_CASE("an application hears how far its request is, what the server tells besides, and may leave it") {
  World world;
  TestHost host(world);
  std::int64_t stream = 0;
  Json asked;
  host.http = [&](Host::Id id, const Json&, std::string_view body) {
    stream = id;
    asked = *parse_json(body);
    host.send(Head("http.head")
                  .number("id", id)
                  .number("status", 200)
                  .json("headers", {{"content-type", "text/event-stream"}}));
  };
  const auto say = [&](const Json& message) {
    host.send(Head("http.chunk").number("id", stream), "data: " + dump_json(message) + "\n\n");
    host.go();
  };
  host.configure(asking_configuration());
  const auto ask = [&](std::string_view request) {
    host.send(Head("server.request").text("request", request).text("server", "desk").text("method", "prompts/get"),
              R"({"params":{"name":"p"}})");
    host.go();
  };
  ask("1");
  const Json progress{{"progressToken", asked["params"]["_meta"]["progressToken"]}, {"progress", 1}};
  say({{"jsonrpc", "2.0"}, {"method", "notifications/progress"}, {"params", progress}});
  say({{"jsonrpc", "2.0"}, {"method", "notifications/prompts/list_changed"}});
  say({{"jsonrpc", "2.0"}, {"id", asked["id"]}, {"result", {{"resultType", "complete"}, {"messages", Json::array()}}}});
  CHECK(host.answered.at("1")["result"]["messages"].empty());
  ask("2");
  host.send(Head("server.forget").text("request", "2").text("server", "desk"));
  host.go();
  std::vector<std::string> kinds;
  for (const auto& [kind, head] : host.commands) kinds.push_back(kind);
  for (const char* kind : {"server.progress", "notify.server", "http.abort"}) {
    CAPTURE(kind);
    CHECK(std::ranges::count(kinds, kind) == 1);
  }
  CHECK_FALSE(host.answered.contains("2"));
}

}  // namespace troupe::test

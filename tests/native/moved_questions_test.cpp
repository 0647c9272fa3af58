// A server's open question is of one call in one host. The journal carries its token to other hosts, where no call may
// be taken for it.
#include "base/text.hpp"
#include "doctest/doctest.h"
#include "test_host.hpp"

namespace troupe::test {
namespace {

/// A legacy server on a line: its tool asks a form and then says what was answered.
struct Desk {
  TestHost* host;
  std::int64_t process = 0;
  bool asks = true;
  std::vector<std::pair<Json, std::string>> heard;  // id of our question -> what came
  std::vector<Json> calls;                          // ids of tools/call
  int questions = 0;
  std::map<std::string, Json> call_of;  // question -> call
  std::vector<std::string> refused;     // questions that we gave an error for

  void line(const Json& json) { host->send(Head("process.line").number("id", process), dump_json(json)); }
  void operator()(const Frame& command) {
    if (command.kind == "process.start") process = command.head.integer("id");
    if (command.kind != "process.write") return;
    const Json said = *parse_json(command.body);
    const std::string method(text_field(said, "method"));
    if (said.contains("error")) refused.push_back(said["id"].get<std::string>());
    if (method == "initialize")
      line({{"jsonrpc", "2.0"},
            {"id", said["id"]},
            {"result",
             {{"protocolVersion", "2025-06-18"},
              {"capabilities", {{"tools", Json::object()}}},
              {"serverInfo", {{"name", "d"}, {"version", "1"}}}}}});
    else if (method == "tools/list")
      line({{"jsonrpc", "2.0"},
            {"id", said["id"]},
            {"result",
             {{"tools",
               {{{"name", "register"},
                 {"inputSchema", {{"type", "object"}}},
                 {"annotations", {{"readOnlyHint", true}}}}}}}}});
    else if (method == "tools/call") {
      calls.push_back(said["id"]);
      if (!asks) return;
      const std::string question = "q" + decimal(++questions);
      call_of[question] = said["id"];
      line({{"jsonrpc", "2.0"},
            {"id", question},
            {"method", "elicitation/create"},
            {"params",
             {{"message", "Who registers?"},
              {"requestedSchema", {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}}}});
    } else if (method.empty() && said.contains("result") && said["id"].is_string()) {
      const std::string name(text_field(field(said["result"], "content"), "name"));
      heard.emplace_back(said["id"], name);
      result(call_of.at(said["id"].get<std::string>()), "registered " + name);
    }
  }
  void result(const Json& id, const std::string& text) {
    line({{"jsonrpc", "2.0"}, {"id", id}, {"result", {{"content", {{{"type", "text"}, {"text", text}}}}}}});
  }
};

void set_up(TestHost& host, Desk& desk) {
  desk.host = &host;
  host.process = [&desk](const Frame& command) { desk(command); };
  host.model = [](const Json& request) {
    const Json& last = request["messages"].back();
    if (text_field(last, "role") == "tool") return says(std::string(text_field(last, "content")));
    return calls({{"register", Json::object()}});
  };
  host.person = [](const Question&) { return Json(); };  // later
  host.configure({{"servers", {{"desk", {{"type", "stdio"}, {"era", "legacy"}}}}}});
}

Json answer_of(const std::string& name) { return {{"action", "accept"}, {"content", {{"name", name}}}}; }

const Question& last_elicitation(const TestHost& host) {
  for (auto each = host.questions.rbegin(); each != host.questions.rend(); ++each)
    if (text_field(each->json, "subject") == "elicitation") return *each;
  FAIL("no question");
  return host.questions.front();
}

std::string journal_of_a(World& world) {
  TestHost first(world);
  Desk desk{};
  set_up(first, desk);
  first.start("a", "Register me.");
  first.go();
  REQUIRE(last_elicitation(first).id > 0);
  return first.journal("a");  // and the host dies
}

/// Its call is under way, and asks nothing.
void begin_b(TestHost& host, Desk& desk) {
  set_up(host, desk);
  desk.asks = false;
  host.start("b", "Register me.");
  host.go();
}

}  // namespace

TEST_CASE("an answer of a run that moved here goes to its own server request, or fails") {
  World world;
  const std::string journal = journal_of_a(world);
  TestHost second(world);
  Desk desk{};
  set_up(second, desk);
  second.start("b", "Register me.");
  second.go();  // b's question is open
  const Question of_b = last_elicitation(second);
  second.take_up("run.resume", journal);
  second.go();
  const Question of_a = last_elicitation(second);
  REQUIRE(of_a.id != of_b.id);
  second.answer(of_a, answer_of("Ann, of run a"));
  second.go();
  CHECK(desk.heard.empty());  // the server in this host never asked a anything
  second.answer(of_b, answer_of("Bob, of run b"));
  second.go();
  CHECK(contains(text_field(second.outcome, "answer"), "Bob"));
}

TEST_CASE("a replay touches no call of a live run") {
  World world;
  const std::string journal = journal_of_a(world);
  TestHost second(world);
  Desk desk{};
  begin_b(second, desk);
  REQUIRE(desk.calls.size() == 1);
  second.take_up("run.replay", journal);
  second.go();
  CHECK(second.end_kind == "run.suspended");  // the replay
  second.end_kind.clear();
  desk.result(desk.calls.front(), "registered b");
  second.go();
  CHECK(second.end_kind == "run.ended");
}

TEST_CASE("an answer of a run that moved here does not take another run's call in flight") {
  World world;
  const std::string journal = journal_of_a(world);
  TestHost second(world);
  Desk desk{};
  begin_b(second, desk);
  second.take_up("run.resume", journal);
  second.go();
  second.answer(last_elicitation(second), answer_of("Ann, of run a"));
  second.go();
  desk.result(desk.calls.front(), "registered b");
  second.go();
  CHECK(contains(second.journal("b"), "registered b"));
}

TEST_CASE("a legacy server's question that may be any run's is nobody's, and the server hears that") {
  World world;
  TestHost host(world);
  Desk desk{};
  set_up(host, desk);
  desk.asks = false;
  host.start("a", "Register me.");
  host.go();
  host.start("b", "Register me.");
  host.go();
  REQUIRE(desk.calls.size() == 2);
  // The server has a question about the first call, that of run a.
  desk.line({{"jsonrpc", "2.0"},
             {"id", "q1"},
             {"method", "elicitation/create"},
             {"params", {{"message", "Who registers?"}, {"requestedSchema", {{"type", "object"}}}}}});
  host.go();
  std::string asked;
  for (const auto& [kind, head] : host.commands)
    if (kind == "ask") asked = text_field(head, "run");
  CHECK(asked.empty());
  CHECK(desk.refused == std::vector<std::string>{"q1"});
}

}  // namespace troupe::test

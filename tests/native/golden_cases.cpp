#include "golden_cases.hpp"

#include "asking_server.hpp"
#include "base/text.hpp"
#include "changing_server.hpp"
#include "doctest/doctest.h"
#include "tooled_server.hpp"

namespace troupe::test {
namespace {

/// Turn 0 calls three tools at once, turn 1 one more, turn 2 answers. Looking takes a while.
void three_at_once(TestHost& host) {
  host.declare("look", {{"read_only", true}}, [&host](const Json& a) {
    host.now_ms += 1234;
    return Json("seen " + dump_json(a));
  });
  host.declare("send", Json::object(), [](const Json& a) { return Json("sent " + dump_json(a)); });
  host.declare("put", {{"idempotent", true}}, [](const Json& a) { return Json("put " + dump_json(a)); });
  host.declare("drop", {{"destructive", true}}, [](const Json& a) { return Json("dropped " + dump_json(a)); });
  host.model = [](const Json& request) {
    if (turn_of(request) == 0) return calls({{"look", {{"n", 1}}}, {"send", {{"n", 2}}}, {"put", {{"n", 3}}}});
    if (turn_of(request) == 1) return calls({{"send", {{"n", 4}}}});
    return says("All done: " + dump_json(request["messages"].back()["content"]));
  };
}

/// One turn of calls, then an answer with all that came back.
void call_once(TestHost& host, const std::vector<std::pair<std::string, Json>>& list) {
  host.model = [list](const Json& request) {
    if (turn_of(request) == 0) return calls(list);
    std::string text;
    for (const Json& message : request["messages"]) {
      if (text_field(message, "role") == "tool") text += std::string(text_field(message, "content")) + "\n";
    }
    return says(text);
  };
}

using Change = std::function<void(TestHost&)>;

std::string run_with(const Change& change, const Json& options = Json::object(),
                     const Json& configuration = Json::object()) {
  World world;
  TestHost host(world);
  three_at_once(host);
  change(host);
  host.configure(configuration);
  host.start("golden", "Do it, é 😀.", options);
  host.go();
  for (int i = 0; i < 20 && host.end_kind.empty() && host.wait(); ++i) {}
  REQUIRE(host.end_kind == "run.ended");
  return host.journal("golden");
}

std::string cancelled() {
  World world;
  TestHost host(world);
  three_at_once(host);
  host.configure();
  host.start("golden", "Do it.");
  while (world.effects.empty()) REQUIRE(host.go_once());
  host.send(Head("run.cancel").text("run", "golden"));
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  return host.journal("golden");
}

std::string forked() {
  const std::string journal = run_with([](TestHost&) {});
  World world;
  TestHost host(world);
  three_at_once(host);
  host.configure();
  Json changes;
  changes["result"] = {{"text", "another result"}};
  changes["limits"]["turns"] = 50;
  changes["budget"]["tokens"] = 100'000;
  host.person = [](const Question&) { return Json{{"choice", "retry"}}; };
  host.fork("forked", journal, "0.4.0", changes);
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  return host.journal("forked");
}

/// Killed with its three calls under way, and finished by another host whose person decides so.
std::string in_doubt(const Json& decision) {
  World world;
  {
    TestHost first(world);
    three_at_once(first);
    first.configure();
    first.start("golden", "Do it.");
    while (world.effects.empty()) REQUIRE(first.go_once());
  }
  TestHost second(world);
  three_at_once(second);
  second.configure();
  second.person = [&](const Question&) { return decision; };
  second.take_up("run.resume", world.journals["golden"]);
  second.go();
  REQUIRE(second.end_kind == "run.ended");
  return second.journal("golden");
}

/// A server of MCP over HTTP with one tool that reads and one that writes.
void serve(TestHost& host, Host::Id id, const Json& head, std::string_view body) {
  if (contains(text_field(head, "url"), "gone.example")) {
    host.send(Head("http.failed").number("id", id).text("sentence", "getaddrinfo ENOTFOUND"));
    return;
  }
  const Json request = parse_json(body).value_or(Json());
  const std::string_view method = text_field(request, "method");
  if (!request.contains("id")) {
    host.send(Head("http.reply").number("id", id).number("status", 202).json("headers", Json::object()));
    return;
  }
  Json result;
  if (method == "initialize") {
    result = {{"protocolVersion", "2025-11-25"}, {"capabilities", {{"tools", Json::object()}}}};
    result["serverInfo"] = {{"name", "files"}, {"version", "1"}};
  } else if (method == "tools/list") {
    Json read = {{"name", "read.file"}, {"description", "Reads."}, {"annotations", {{"readOnlyHint", true}}}};
    Json write = {{"name", "look"}, {"description", "Writes."}};
    for (Json* tool : {&read, &write}) (*tool)["inputSchema"] = {{"type", "object"}};
    result["tools"] = Json::array({read, write});
  } else {
    result["content"] =
        Json::array({{{"type", "text"}, {"text", "The server says " + dump_json(request["params"]["arguments"])}}});
    result["structuredContent"] = {{"ok", true}, {"ratio", 0.25}};
  }
  const Json answer = {{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}};
  host.send(
      Head("http.reply").number("id", id).number("status", 200).json("headers", {{"content-type", "application/json"}}),
      dump_json(answer));
}

std::string with_servers() {
  Json configuration;
  configuration["servers"]["files"] = {{"type", "http"}, {"url", "https://files.example/mcp"}, {"era", "legacy"}};
  configuration["servers"]["gone"] = {{"type", "http"}, {"url", "https://gone.example/mcp"}, {"era", "legacy"}};
  return run_with(
      [](TestHost& host) {
        host.http = [&host](Host::Id id, const Json& head, std::string_view body) {
          if (contains(text_field(head, "url"), "call:")) {
            const Json request = *parse_json(body);
            host.send(Head("http.reply").number("id", id).number("status", 200).json("headers", Json::object()),
                      turn_of(request) == 0 ? calls({{"read_file", {{"path", "a"}}}, {"files__look", {{"path", "b"}}}})
                                            : says("The server answered."));
          } else {
            serve(host, id, head, body);
          }
        };
        host.person = [](const Question& question) { return Json{{"approve", true}, {"hash", question.json["hash"]}}; };
      },
      Json::object(), configuration);
}

std::string server_asks() { return run_with(set_up_asking, Json::object(), asking_configuration()); }

std::string nasty_values() {
  return run_with([](TestHost& host) {
    Json values;
    values["numbers"] = {0, -1, 1.5, 1e300, 5e-324, -0.0, 0.1, 9007199254740993, INT64_MIN, UINT64_MAX};
    values["text"] = "quote \" back \\ nul \x01 del \x7f é 漢 😀 \u2028";
    values[""] = nullptr;
    Json deep = Json::array();
    for (int i = 0; i < 100; ++i) deep = Json::array({deep});
    values["deep"] = deep;
    host.tools["look"] = [values](const Json& a) { return Json{{"given", a}, {"returned", values}}; };
    call_once(host, {{"look", values}, {"put", Json::object()}});
  });
}

std::string calls_that_go_wrong() {
  Json options;
  options["limits"] = {{"result_chars", 100}, {"parallel", 2}};
  return run_with(
      [](TestHost& host) {
        host.declare(
            "typed",
            {{"input", *parse_json(R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})")}},
            [](const Json&) { return Json("typed"); });
        host.tools["look"] = [](const Json&) { return Json(std::string(5000, 'x')); };
        host.tools.erase("put");
        call_once(host, {{"lok", Json::object()},
                         {"typed", {{"n", "one"}}},
                         {"send", "{\"cut\":"},
                         {"put", Json::object()},
                         {"look", Json::object()}});
      },
      options);
}

Json two_agents(const std::string& pattern) {
  Json agents = Json::array();
  for (const char* const name : {"one", "two"})
    agents.push_back({{"name", name}, {"instruction", "You do your part."}, {"part", std::string("part ") + name}});
  return {{"pattern", pattern}, {"agents", agents}, {"settings", {{"join", "list"}}}};
}

/// The first of two agents is two others, with a budget that is enough for one of them.
Json team_with_a_budget() {
  Json options = two_agents("parallel");
  options["agents"][0]["pattern"] = two_agents("parallel");
  options["agents"][0]["budget"] = {{"calls", 3}};
  return options;
}

/// The three calls of the first turn read, act and read: the third is asked about.
Json third_of_two() {
  Json options;
  options["approvals"]["rule_of_two"] = {{"look", {"private"}}, {"put", {"untrusted"}}, {"send", {"acts"}}};
  return options;
}

}  // namespace

/// Two models to choose from, the cheaper with a window that the results of the tool soon fill.
std::string chosen_model() {
  World world;
  TestHost host(world);
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json(std::string(3000, 'x')); });
  Json configuration;
  for (const char* const name : {"cheap", "dear"}) {
    Json& provider = configuration["providers"][name];
    provider = {{"type", "openai"}, {"url", "call:script"}, {"model", name}};
    const bool cheap = provider["model"] == "cheap";
    provider["prices"][name] = {{"input", cheap ? 100 : 900}, {"output", cheap ? 400 : 3600}};
    provider["models"][name] = {{"context", cheap ? 900 : 800}, {"quality", {{"general", 4}}}};
  }
  host.configure(configuration);
  host.model = [](const Json& request) {
    return turn_of(request) < 4 ? calls({{"look", {{"n", turn_of(request)}}}}) : says("well");
  };
  host.start("golden", "Look.", {{"model", {{"prefer", "cost"}}}});
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  return host.journal("golden");
}

std::string changed_tools() {
  World world;
  TestHost host(world);
  set_up_changing(host);
  host.start("golden", "Go into the house.");
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  return host.journal("golden");
}

/// While a person thinks about sending, the other calls of the turn read what is private and what strangers wrote: it
/// is asked about again, and so is the next. Two tools have no annotations.
std::string reads_meanwhile() {
  World world;
  TestHost host(world);
  const Json tools{listed_tool("read_file", "Reads a file."),
                   listed_tool("read_issue", "Reads an issue.", reads_outside()), listed_tool("send_mail", "Sends.")};
  set_up_tooled(host, tools,
                {{{"send_mail", {{"body", "x"}}}, {"read_file", {{"path", "x"}}}, {"read_issue", {{"n", 1.0}}}},
                 {{"send_mail", {{"body", "y"}}}}},
                nullptr);
  host.person = [](const Question& question) {
    const bool approve = !contains(dump_json(question.json["arguments"]), "y");
    return Json{{"approve", approve}, {"hash", question.json["hash"]}, {"reason", "Once is enough"}};
  };
  host.configure(tooled_configuration());
  host.start("golden", "Do it.",
             {{"approvals",
               {{"default", "allow"},
                {"tools", {{"send_mail", "ask"}}},
                {"rules", {{{"tool", "read_issue"}, {"arguments", {{"n", 2}}}, {"then", "deny"}}}}}}});
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  REQUIRE(host.questions.size() == 2);
  return host.journal("golden");
}

/// The first two streams break off behind what they used, and the third reply is whole.
void breaks_off(TestHost& host) {
  host.http = [&host, tries = 0](Host::Id id, const Json&, std::string_view) mutable {
    const Json headers = {{"content-type", "text/event-stream"}};
    host.send(Head("http.head").number("id", id).number("status", 200).json("headers", headers));
    host.send(Head("http.chunk").number("id", id), ++tries < 3
                                                       ? R"(data: {"choices":[{"delta":{"content":"We"}}],)"
                                                         R"("usage":{"prompt_tokens":30,"completion_tokens":1}})"
                                                         "\n\n"
                                                       : R"(data: {"choices":[{"delta":{"content":"Well."},)"
                                                         R"("finish_reason":"stop"}]})"
                                                         "\n\n");
    host.send(Head("http.end").number("id", id));
  };
}

std::vector<GoldenCase> golden_cases() {
  const auto unchanged = [](TestHost&) {};
  const auto denies = [](TestHost& host) {
    call_once(host, {{"drop", {{"table", "users"}}}});
    host.person = [](const Question&) { return Json{{"approve", false}, {"reason", "We need it."}}; };
  };
  const auto approves = [](TestHost& host) {
    call_once(host, {{"drop", {{"table", "users"}}}});
    host.person = [](const Question& question) { return Json{{"approve", true}, {"hash", question.json["hash"]}}; };
  };
  const auto approves_all = [](TestHost& host) {
    host.person = [](const Question& question) { return Json{{"approve", true}, {"hash", question.json["hash"]}}; };
  };
  const auto raises = [](TestHost& host) {
    host.person = [](const Question&) { return Json{{"raise", {{"calls", 10}}}}; };
  };
  const auto ends = [](TestHost& host) { host.person = [](const Question&) { return Json::object(); }; };
  const auto circles = [](TestHost& host) {
    host.model = [](const Json&) { return calls({{"look", {{"at", "sea"}}}}); };
  };
  const auto wanders = [](TestHost& host) {
    host.model = [](const Json& request) { return calls({{"look", {{"n", turn_of(request)}}}}); };
  };
  const auto refuses = [](TestHost& host) {
    host.model = [](const Json&) -> std::string { throw std::string("connection refused"); };
  };
  const auto agrees = [](TestHost& host) {
    host.person = [](const Question& question) {
      Json answer{{"approve", true}};
      if (question.json.contains("hash")) answer["hash"] = question.json["hash"];
      return answer;
    };
  };
  const auto fills_in = [](TestHost& host) {
    host.model = [](const Json& request) { return says(turn_of(request) == 1 ? R"({"city":"Tokyo"})" : "Tokyo."); };
  };
  constexpr const char* kZip = R"({"type":"object","properties":{"zip":{"type":"string","pattern":"^[0-9]{5}$"}}})";
  constexpr const char* kForm = R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})";
  const auto reads_on = [](TestHost& host) {
    host.tools["look"] = [](const Json&) { return Json(std::string(250, 'x')); };
    host.model = [](const Json& request) {
      const int turn = turn_of(request);
      if (turn == 0) return calls({{"look", Json::object()}});
      return turn < 3 ? calls({{"read_result", {{"result", 1}, {"from", turn * 100}}}}) : says("250 times x");
    };
  };
  const auto misspells = [](TestHost& host) {
    host.declare("post", {{"input", *parse_json(kZip)}}, [](const Json& a) { return a["zip"]; });
    host.model = [](const Json& request) {
      if (turn_of(request) == 0) return calls({{"post", {{"zip", "1234"}}}});
      return turn_of(request) == 1 ? calls({{"post", {{"zip", "12345"}}}}) : says("posted");
    };
  };
  const auto is_cut_off = [](TestHost& host) {
    host.model = [](const Json&) { return cut_off("length", "It begins with the sea, and"); };
  };
  const auto misses = [](TestHost& host) {
    host.model = [](const Json& request) { return calls({{"no_such_tool", {{"n", turn_of(request)}}}}); };
  };
  return {
      {"parallel-tools", [=] { return run_with(unchanged); }},
      {"parallel-tools-out-of-order", [] { return run_with([](TestHost& host) { host.backwards = true; }); }},
      {"approval-denied", [=] { return run_with(denies); }},
      {"approval-given", [=] { return run_with(approves); }},
      {"budget-raised", [=] { return run_with(raises, {{"budget", {{"calls", 3}}}}); }},
      {"budget-ended", [=] { return run_with(ends, {{"budget", {{"tokens", 600}}}}); }},
      {"repeated-call", [=] { return run_with(circles); }},
      {"turn-limit", [=] { return run_with(wanders, {{"limits", {{"turns", 3}}}}); }},
      {"failed-model", [=] { return run_with(refuses); }},
      {"cancelled", cancelled},
      {"forked", forked},
      {"in-doubt-result", [] { return in_doubt({{"choice", "result"}, {"result", {{"text", "It was sent."}}}}); }},
      {"in-doubt-skipped", [] { return in_doubt({{"choice", "skip"}}); }},
      {"in-doubt-retried", [] { return in_doubt({{"choice", "retry"}}); }},
      {"servers", with_servers},
      {"nasty-values", nasty_values},
      {"calls-that-go-wrong", calls_that_go_wrong},
      {"offline", [=] { return run_with(unchanged, {{"model", "offline"}}); }},
      // Since flag 2.
      {"fingerprints", [=] { return run_with(unchanged); }},
      {"fingerprints-forked", forked},
      {"fingerprints-in-doubt", [] { return in_doubt({{"choice", "retry"}}); }},
      // Since flags 3 and 4.
      {"judged", [=] { return run_with(unchanged, {{"pattern", "auto"}}); }},
      {"agents-at-once", [=] { return run_with(unchanged, two_agents("parallel")); }},
      {"agents-in-a-row", [=] { return run_with(unchanged, two_agents("chain")); }},
      {"agents-created", [=] { return run_with(unchanged, {{"pattern", "router"}}); }},
      {"rule-of-two", [=] { return run_with(approves_all, third_of_two()); }},
      // Since flag 5.
      {"plan-confirmed", [=] { return run_with(agrees, {{"confirm", true}}); }},
      {"recovered-model", [=] { return run_with(refuses, {{"fallback", {"offline"}}}); }},
      {"server-asks", server_asks},
      {"no-progress", [=] { return run_with(misses, {{"limits", {{"window", 3}}}}); }},
      // Since flag 6.
      {"chosen-model", chosen_model},
      {"formed", [=] { return run_with(fills_in, {{"schema", *parse_json(kForm)}}); }},
      // Since flag 7.
      {"read-on", [=] { return run_with(reads_on, {{"limits", {{"result_chars", 100}}}}); }},
      {"broken-streams", [] { return run_with(breaks_off); }},
      // Since flag 8.
      {"changed-tools", changed_tools},
      // Since flag 9.
      {"patterned", [=] { return run_with(misspells); }},
      // Since flag 10.
      {"instructed", [=] { return run_with(unchanged, {{"instruction", "Be brief."}, {"pattern", "direct"}}); }},
      {"stands-in", [=] { return run_with(refuses, {{"fallback", {"offline"}}, {"budget", {{"tokens", 100'000}}}}); }},
      {"tightened-forked", forked},
      {"tightened-rule-of-two", [=] { return run_with(approves_all, third_of_two()); }},
      // Since flag 11.
      {"cut-off", [=] { return run_with(is_cut_off); }},
      // Since flag 12.
      {"own-budgets", [=] { return run_with(unchanged, team_with_a_budget()); }},
      // Since flag 13.
      {"reads-meanwhile", reads_meanwhile},
  };
}

}  // namespace troupe::test

// The client over HTTP against servers of both generations, good and bad.
#include "mcp_http_host.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_CASE("a legacy server is probed, initialised and called in its session") {
  HttpHost world;
  world.session = "s1";
  const ToolResult result = world.finish(world.servers.call_tool("x", "echo", R"({"a":1})"));
  CHECK(result.text == "did echo");
  std::vector<std::string> methods;
  for (const Command& command : world.sent("http.send")) {
    const std::optional<Json> message = parse_json(command.body);
    methods.emplace_back(message ? text_field(*message, "method") : text_field(command.head, "method"));
  }
  CHECK(methods ==
        std::vector<std::string>{"server/discover", "initialize", "notifications/initialized", "GET", "tools/call"});
  const Command call = world.calls("tools/call").at(0);
  CHECK(call.header("Mcp-Session-Id") == "s1");
  CHECK(call.header("MCP-Protocol-Version") == "2025-11-25");
  CHECK(call.header("Accept") == "application/json, text/event-stream");
  CHECK(field(field(parsed(call.body), "params"), "arguments") == Json{{"a", 1}});
}

TEST_CASE("a modern server is called without a handshake, and its era is found out once") {
  HttpHost world;
  world.era = "modern";
  CHECK(world.finish(world.servers.call_tool("x", "echo", "{}")).text == "did echo");
  CHECK(world.finish(world.servers.call_tool("x", "echo", "{}")).text == "did echo");
  CHECK(world.calls("server/discover").size() == 1);
  CHECK(world.calls("initialize").empty());
  const Command call = world.calls("tools/call").at(1);
  CHECK(call.header("Mcp-Method") == "tools/call");
  CHECK(call.header("Mcp-Name") == "echo");
  CHECK(field(field(parsed(call.body), "params"), "arguments") == Json::object());
}

TEST_CASE("a forced era is not probed for") {
  HttpHost legacy({{"era", "legacy"}});
  CHECK(legacy.finish(legacy.servers.list_tools("x")).size() == 2);
  CHECK(legacy.calls("server/discover").empty());
  HttpHost modern({{"era", "modern"}});
  modern.era = "modern";
  CHECK(modern.finish(modern.servers.list_tools("x")).size() == 2);
  CHECK(modern.sent("http.send").size() == 1);
}

TEST_CASE("the configuration's headers and credential go with every request") {
  HttpHost world({{"headers", {{"X-Team", "a"}}}, {"credential", "key"}});
  world.finish(world.servers.list_tools("x"));
  for (const Command& command : world.sent("http.send")) {
    CHECK(command.header("X-Team") == "a");
    CHECK(text_field(command.head, "credential") == "key");
  }
}

TEST_CASE("replies are understood however a stream is cut") {
  for (const char* era : {"legacy", "modern"}) {
    for (std::size_t cut = 1; cut < 130; cut += cut < 8 ? 1 : 13) {
      CAPTURE(cut);
      HttpHost world;
      world.era = era;
      world.streams = true;
      world.session = "s";
      world.cut = cut;
      CHECK(world.finish(world.servers.call_tool("x", "echö", "{}")).text == "did echö");
    }
  }
}

TEST_CASE("what a server says and asks before it answers is heard and answered") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    const std::string before =
        sse(R"({"jsonrpc":"2.0","id":0,"method":"ping"})") +
        sse(R"({"jsonrpc":"2.0","id":"r","method":"roots/list"})") +
        sse(R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":"warning","data":"disk full"}})") +
        sse("not JSON at all") + sse(result(999, text_result("to somebody else")));
    world.stream(call.command.id(), before + sse(result(call.id, text_result("done"))), 50, false);
  };
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "done");
  std::vector<std::string> answers;
  for (const Command& command : world.sent("http.send")) {
    if (contains(command.body, "\"result\"") || contains(command.body, "\"error\"")) answers.push_back(command.body);
  }
  REQUIRE(answers.size() == 2);
  CHECK(answers[0] == R"({"jsonrpc":"2.0","id":0,"result":{}})");
  CHECK(contains(answers[1], R"("id":"r","error":{"code":-32601)"));
  CHECK(contains(world.logged(), "disk full"));
  CHECK(contains(world.logged(), "An event that is no message of MCP: not JSON at all"));
  world.pass(1000);
  CHECK(world.sent("http.abort").size() == 1);  // the stream that the server left open
}

TEST_CASE("a batch as 2025-03-26 sends it is searched for the answer") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    world.reply(call.command.id(), 200, "application/json",
                "[" + result(999, Json::object()) + "," + result(call.id, text_result("found")) + "]");
  };
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "found");
}

TEST_CASE("a lost session is begun anew, and only the refused call is sent again") {
  HttpHost world;
  world.session = "s1";
  world.finish(world.servers.call_tool("x", "a", "{}"));
  world.session = "s2";
  CHECK(world.finish(world.servers.call_tool("x", "b", "{}")).text == "did b");
  CHECK(world.calls("initialize").size() == 2);
  CHECK(world.calls("tools/call").size() == 3);
  CHECK(world.calls("tools/call").at(2).header("Mcp-Session-Id") == "s2");
  CHECK(world.calls("server/discover").size() == 1);
}

TEST_CASE("a server that loses every session at once is given up with a sentence") {
  HttpHost world({{"era", "legacy"}});
  world.session = "s1";
  world.on["tools/call"] = [&](const HttpCall& call) { world.refuse(call, 404); };
  const Error error = world.failure(world.servers.call_tool("x", "a", "{}"));
  CHECK(error.code() == Code::kNotFound);
  CHECK(world.calls("tools/call").size() == 3);
}

TEST_CASE("two calls that find the session lost share one new one") {
  HttpHost world;
  world.session = "s1";
  world.finish(world.servers.list_tools("x"));
  world.session = "s2";
  Task<ToolResult> a = world.servers.call_tool("x", "a", "{}");
  Task<ToolResult> b = world.servers.call_tool("x", "b", "{}");
  a.start(world.host.queue());
  b.start(world.host.queue());
  world.settle();
  CHECK(a.take().value().text == "did a");
  CHECK(b.take().value().text == "did b");
  CHECK(world.calls("initialize").size() == 2);
}

TEST_CASE("two runs that connect at once share one handshake, and one that leaves does not break it") {
  HttpHost world({{"era", "legacy"}});
  std::vector<std::int64_t> held;
  std::string id;
  world.on["initialize"] = [&](const HttpCall& call) {
    held.push_back(call.command.id());
    id = dump_json(call.id);
  };
  std::optional<Task<ToolResult>> leaves = world.servers.call_tool("x", "a", "{}");
  Task<ToolResult> stays = world.servers.call_tool("x", "b", "{}");
  leaves->start(world.host.queue());
  stays.start(world.host.queue());
  world.settle();
  REQUIRE(held.size() == 1);
  leaves.reset();
  world.reply(held[0], 200, "application/json", result(parsed(id), {{"protocolVersion", "2025-11-25"}}));
  world.settle();
  REQUIRE(stays.ended());
  CHECK(stays.take().value().text == "did b");
  CHECK(world.calls("tools/call").size() == 1);
}

TEST_CASE("a call that nobody waits for any more is aborted, and a legacy server is told") {
  for (const char* era : {"legacy", "modern"}) {
    CAPTURE(era);
    HttpHost world;
    world.era = era;
    world.on["tools/call"] = [](const HttpCall&) {};
    std::optional<Task<ToolResult>> call = world.servers.call_tool("x", "a", "{}");
    call->start(world.host.queue());
    world.settle();
    const Command sent = world.calls("tools/call").at(0);
    call.reset();
    world.settle();
    CHECK(world.sent("http.abort").at(0).id() == sent.id());
    const std::vector<Command> told = world.calls("notifications/cancelled");
    REQUIRE(told.size() == (std::string_view(era) == "legacy" ? 1 : 0));
    if (!told.empty()) CHECK(parsed(told[0].body).at("params").at("requestId") == parsed(sent.body).at("id"));
  }
}

TEST_CASE("a pool that is destroyed in mid-handshake leaves nothing behind") {
  for (std::size_t stop = 1; stop < 5; ++stop) {
    HttpHost world;
    world.session = "s";
    std::size_t requests = 0;
    const auto serve = world.serve;
    world.serve = [&, serve](const Command& command) {
      if (command.kind != "http.send" || ++requests < stop) serve(command);
    };
    Task<ToolResult> call = world.servers.call_tool("x", "a", "{}");
    call.start(world.host.queue());
    world.settle();
    CHECK_FALSE(call.ended());
  }
}

TEST_CASE("a modern server that refuses the version once is asked again in the version that both know") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  int refused = 0;
  world.on["tools/list"] = [&](const HttpCall& call) {
    if (refused++ == 0) {
      world.refuse(call, 400, error(call.id, -32022, "Unsupported", {{"supported", Json::array({"2026-07-28"})}}));
    } else {
      world.answer(call, result(call.id, {{"tools", numbered_tools(0, 1)}}));
    }
  };
  CHECK(world.finish(world.servers.list_tools("x")).size() == 1);
  CHECK(refused == 2);
}

TEST_CASE("arguments are mirrored into headers, and a mismatch lists the tools anew and tries once more") {
  HttpHost world;
  world.era = "modern";
  int lists = 0;
  world.on["tools/list"] = [&](const HttpCall& call) {
    const std::string name = lists++ == 0 ? "Old" : "Region";
    Json tool = {{"name", "sql"}};
    tool["inputSchema"] = {{"properties", {{"region", {{"type", "string"}, {"x-mcp-header", name}}}}}};
    world.answer(call, result(call.id, {{"tools", Json::array({tool})}}));
  };
  world.on["tools/call"] = [&](const HttpCall& call) {
    if (call.command.header("Mcp-Param-Region") == "us") world.answer(call, result(call.id, text_result("ok")));
    else world.refuse(call, 400, error(call.id, -32020, "Header mismatch"));
  };
  CHECK(world.finish(world.servers.call_tool("x", "sql", R"({"region":"us"})")).text == "ok");
  CHECK(lists == 2);
}

TEST_CASE("a stream that breaks after an event with an id is taken up again there") {
  HttpHost world({{"era", "legacy"}});
  world.session = "s";
  std::string answer;
  std::int64_t closed_ms = 0, taken_up_ms = 0;
  world.on["tools/call"] = [&](const HttpCall& call) {
    answer = result(call.id, text_result("after all"));
    world.stream(call.command.id(), "id: e7\nretry: 500\ndata:\n\n", 3);
    closed_ms = world.host.now_ms();
  };
  world.on["GET"] = [&](const HttpCall& call) {
    if (answer.empty()) return world.refuse(call, 405);  // it keeps no stream for what belongs to no request
    taken_up_ms = world.host.now_ms();
    CHECK(call.command.header("Last-Event-ID") == "e7");
    CHECK(call.command.header("Mcp-Session-Id") == "s");
    world.stream(call.command.id(), sse(answer, "e8"));
  };
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "after all");
  CHECK(taken_up_ms - closed_ms == 500);
  CHECK(world.calls("tools/call").size() == 1);
}

TEST_CASE("a stream that cannot be taken up again is a failure that says so, and the call is not repeated") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    world.stream(call.command.id(), "id: e7\ndata:\n\n", 100, false);
    world.event("http.failed", call.command.id(), {{"sentence", "The connection was reset."}});
  };
  SUBCASE("because the server refuses") {
    world.on["GET"] = [&](const HttpCall& call) { world.refuse(call, 405); };
    CHECK(world.failure(world.servers.call_tool("x", "t", "{}")).whole() ==
          "The MCP server \"x\" (https://mcp.example.com) broke off before it answered tools/call.: "
          "Taking it up again was answered with HTTP status 405.");
    CHECK(world.sent("http.send").size() == 3 + 2 + 1);
  }
  SUBCASE("because it breaks again and again") {
    int gets = 0;
    world.on["GET"] = [&](const HttpCall& call) {
      ++gets;
      world.event("http.failed", call.command.id(), {{"sentence", "The connection was reset."}});
    };
    const Error error = world.failure(world.servers.call_tool("x", "t", "{}"));
    CHECK(error.code() == Code::kNetwork);
    CHECK(gets == 2);
  }
  CHECK(world.calls("tools/call").size() == 1);
}

TEST_CASE("a stream without ids that breaks off is a failure of tools/call and a second try of tools/list") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  int lists = 0;
  world.on["tools/list"] = [&](const HttpCall& call) {
    if (lists++ == 0) world.stream(call.command.id(), "data: {\"jsonrpc\":");
    else world.answer(call, result(call.id, {{"tools", numbered_tools(0, 1)}}));
  };
  world.on["tools/call"] = [&](const HttpCall& call) { world.stream(call.command.id(), "data: {\"jsonrpc\":"); };
  CHECK(world.finish(world.servers.list_tools("x")).size() == 1);
  CHECK(world.failure(world.servers.call_tool("x", "t", "{}")).sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) broke off before it answered tools/call.");
  CHECK(world.calls("tools/call").size() == 1);
}

// What servers ask of the client in the midst of a call: by result in the modern generation, by request in the legacy
// one.
#include "mcp_http_host.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace {

Json elicitation(std::string_view message) {
  return {{"method", "elicitation/create"},
          {"params",
           {{"message", message},
            {"requestedSchema", {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}}}};
}

std::string request(const Json& id, const Json& asked) {
  Json message = asked;
  message["jsonrpc"] = "2.0";
  message["id"] = id;
  return dump_json(message);
}

Json accepted(std::string_view name) { return {{"result", {{"action", "accept"}, {"content", {{"name", name}}}}}}; }

Answered with(const ToolResult& asked, const Json& responses) { return {asked.input, responses}; }

/// The replies that the client posted to requests of the server.
std::vector<Json> replies_to(const HttpHost& world, const Json& id) {
  std::vector<Json> found;
  for (const Command& command : world.sent("http.send")) {
    const std::optional<Json> message = parse_json(command.body);
    if (message && !message->contains("method") && field(*message, "id") == id) found.push_back(*message);
  }
  return found;
}

}  // namespace

TEST_CASE("a modern server's question is a result, and the same request with the answer and its state goes on") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  const Json state = "opaque \xC3\xA9 \"state\"";
  world.on["tools/call"] = [&](const HttpCall& call) {
    const Json& params = field(call.message, "params");
    if (!params.contains("inputResponses")) {
      world.answer(call, result(call.id, {{"resultType", "input_required"},
                                          {"inputRequests", {{"who", elicitation("Who are you?")}}},
                                          {"requestState", state}}));
      return;
    }
    CHECK(field(params, "requestState") == state);
    CHECK(field(params, "arguments") == Json{{"a", 1}});
    const Json& said = field(field(params, "inputResponses"), "who");
    world.answer(call,
                 result(call.id, text_result("hello " + std::string(text_field(field(said, "content"), "name")))));
  };
  const ToolResult asked = world.finish(world.servers.call_tool("x", "greet", R"({"a":1})"));
  REQUIRE(asked.input.is_object());
  CHECK(result_from(written(asked)).input == asked.input);
  CHECK(field(field(asked.input, "requests"), "who") == elicitation("Who are you?"));
  const ToolResult greeted =
      world.finish(world.servers.call_tool("x", "greet", R"({"a":1})", with(asked, {{"who", accepted("Ada")}})));
  CHECK(greeted.text == "hello Ada");
  const std::vector<Command> calls = world.calls("tools/call");
  CHECK(field(parsed(calls.at(0).body), "id") != field(parsed(calls.at(1).body), "id"));
  const Json offered =
      field(field(field(parsed(calls.at(0).body), "params"), "_meta"), "io.modelcontextprotocol/clientCapabilities");
  CHECK(offered.contains("elicitation"));
  CHECK(offered.contains("sampling"));
  CHECK_FALSE(offered.contains("roots"));
}

TEST_CASE("a state is not given when the server gave none, and never leaks into another call") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  world.on["tools/call"] = [&](const HttpCall& call) {
    const Json& params = field(call.message, "params");
    CHECK_FALSE(params.contains("requestState"));
    if (params.contains("inputResponses") || text_field(params, "name") == "other") {
      world.answer(call, result(call.id, text_result("done")));
    } else {
      world.answer(
          call, result(call.id, {{"resultType", "input_required"}, {"inputRequests", {{"who", elicitation("Who?")}}}}));
    }
  };
  const ToolResult asked = world.finish(world.servers.call_tool("x", "greet", "{}"));
  CHECK(world.finish(world.servers.call_tool("x", "other", "{}")).text == "done");
  CHECK(world.finish(world.servers.call_tool("x", "greet", "{}", with(asked, {{"who", accepted("Ada")}}))).text ==
        "done");
}

TEST_CASE("a legacy server's question in the stream of a call ends the wait, and its answer takes it up again") {
  HttpHost world({{"era", "legacy"}, {"timeout_ms", 30'000}});
  std::int64_t stream = 0;
  Json id;
  world.on["tools/call"] = [&](const HttpCall& call) {
    stream = call.command.id();
    id = call.id;
    world.stream(stream, sse(request("q1", elicitation("Who are you?"))), 1000, false);
  };
  const ToolResult asked = world.finish(world.servers.call_tool("x", "greet", "{}"));
  REQUIRE(asked.input.is_object());
  CHECK(field(field(asked.input, "requests"), "\"q1\"") == elicitation("Who are you?"));
  world.live(10 * 60'000, [] { return false; });  // a person takes longer than a server may be silent
  CHECK(replies_to(world, "q1").empty());
  Task<ToolResult> going_on = world.servers.call_tool("x", "greet", "{}", with(asked, {{"\"q1\"", accepted("Ada")}}));
  going_on.start(world.host.queue());
  world.settle();
  REQUIRE(replies_to(world, "q1").size() == 1);
  CHECK(field(field(replies_to(world, "q1").front(), "result"), "action") == "accept");
  world.event("http.chunk", stream, Json::object(), sse(result(id, text_result("hello Ada"))));
  world.live(1000, [&] { return going_on.ended(); });
  CHECK(going_on.take()->text == "hello Ada");
  CHECK(world.calls("tools/call").size() == 1);
}

TEST_CASE("a legacy server's question beside all calls belongs to the one under way") {
  HttpHost world({{"era", "legacy"}});
  world.session = "s";
  std::int64_t listening = 0, called = 0;
  Json id;
  world.on["GET"] = [&](const HttpCall& call) {
    listening = call.command.id();
    world.stream(listening, ": hello\n\n", 100, false);
  };
  world.on["tools/call"] = [&](const HttpCall& call) {
    called = call.command.id();
    id = call.id;
    world.event("http.chunk", listening, Json::object(), sse(request(0, elicitation("Who are you?"))));
  };
  const ToolResult asked = world.finish(world.servers.call_tool("x", "greet", "{}"));
  REQUIRE(asked.input.is_object());
  CHECK(field(asked.input, "requests").contains("0"));
  Task<ToolResult> going_on = world.servers.call_tool("x", "greet", "{}", with(asked, {{"0", accepted("Ada")}}));
  going_on.start(world.host.queue());
  world.settle();
  CHECK(replies_to(world, 0).size() == 1);
  world.reply(called, 200, "application/json", result(id, text_result("hello")));
  world.live(1000, [&] { return going_on.ended(); });
  CHECK(going_on.take()->text == "hello");
  world.live(10'000, [&] { return world.sent("http.abort").size() == 1; });
  CHECK(world.sent("http.abort").size() == 1);  // it listens no longer when nothing is under way
}

TEST_CASE("a server that refuses to be listened to is not asked again, and one that says nothing costs a moment") {
  HttpHost world({{"era", "legacy"}});
  world.session = "s";
  int gets = 0;
  SUBCASE("it refuses") {
    world.on["GET"] = [&](const HttpCall& call) {
      ++gets;
      world.refuse(call, 405);
    };
    world.finish(world.servers.call_tool("x", "t", "{}"));
    world.pass(5000);
    world.finish(world.servers.call_tool("x", "t", "{}"));
    CHECK(gets == 1);
  }
  SUBCASE("it says nothing") {
    world.on["GET"] = [&](const HttpCall&) { ++gets; };
    const std::int64_t began = world.host.now_ms();
    world.finish(world.servers.call_tool("x", "t", "{}"));
    CHECK(world.host.now_ms() - began <= 300);
    CHECK(gets == 1);
  }
}

TEST_CASE("a question that nobody will answer is taken back, and a late answer is a failure that says so") {
  HttpHost world({{"era", "legacy"}});
  std::int64_t stream = 0;
  world.on["tools/call"] = [&](const HttpCall& call) {
    stream = call.command.id();
    world.stream(stream, sse(request("q1", elicitation("Who are you?"))), 1000, false);
  };
  const ToolResult asked = world.finish(world.servers.call_tool("x", "greet", "{}"));
  world.servers.give_up("x", integer_field(asked.input, "open"));
  world.settle();
  CHECK(world.calls("notifications/cancelled").size() == 1);
  CHECK(world.sent("http.abort").size() == 1);
  const Error late =
      world.failure(world.servers.call_tool("x", "greet", "{}", with(asked, {{"\"q1\"", accepted("Ada")}})));
  CHECK(late.code() == Code::kNotFound);
  CHECK(late.sentence() == "The MCP server \"x\" (https://mcp.example.com) does not wait for this answer any more.");
}

TEST_CASE("two questions of one call are given out together, and one that the server takes back is not") {
  HttpHost world({{"era", "legacy"}});
  std::int64_t stream = 0;
  Json id;
  world.on["tools/call"] = [&](const HttpCall& call) {
    stream = call.command.id();
    id = call.id;
    const std::string withdrawn = R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}})";
    world.stream(stream,
                 sse(request(1, elicitation("One?"))) + sse(request(2, elicitation("Two?"))) + sse(withdrawn) +
                     sse(request(3, elicitation("Three?"))),
                 10'000, false);
  };
  const ToolResult asked = world.finish(world.servers.call_tool("x", "greet", "{}"));
  CHECK(field(asked.input, "requests").size() == 2);
  Task<ToolResult> going_on = world.servers.call_tool(
      "x", "greet", "{}",
      with(asked, {{"1", accepted("Ada")}, {"3", {{"error", {{"code", -1}, {"message", "No."}}}}}}));
  going_on.start(world.host.queue());
  world.settle();
  CHECK(replies_to(world, 1).size() == 1);
  CHECK(field(field(replies_to(world, 3).at(0), "error"), "code") == -1);
  world.event("http.chunk", stream, Json::object(), sse(result(id, text_result("ok"))));
  world.live(1000, [&] { return going_on.ended(); });
  CHECK(going_on.take()->text == "ok");
}

TEST_CASE("what a server may not ask is refused at once") {
  HttpHost world(
      {{"era", "legacy"}, {"elicitation", false}, {"sampling", "deny"}, {"roots", {{{"uri", "file:///w"}}}}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    const Json sampling = {{"method", "sampling/createMessage"}, {"params", Json::object()}};
    world.stream(call.command.id(), sse(request(1, elicitation("Who?"))) + sse(request(2, sampling)) +
                                        sse(request(3, {{"method", "roots/list"}})) +
                                        sse(result(call.id, text_result("ok"))));
  };
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "ok");
  CHECK(field(field(replies_to(world, 1).at(0), "error"), "code") == -32601);
  CHECK(field(field(replies_to(world, 2).at(0), "error"), "code") == -32601);
  CHECK(field(field(replies_to(world, 3).at(0), "result"), "roots") == Json::array({{{"uri", "file:///w"}}}));
  const Json offered = field(field(parsed(world.calls("initialize").at(0).body), "params"), "capabilities");
  CHECK(offered.contains("roots"));
  CHECK_FALSE(offered.contains("elicitation"));
  CHECK_FALSE(offered.contains("sampling"));
}

TEST_CASE("resources are tools for models, and a result that does not fit the server's own schema is left out") {
  HttpHost world({{"era", "legacy"}});
  world.on["initialize"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"protocolVersion", "2025-11-25"}, {"capabilities", {{"resources", {}}}}}));
  };
  world.on["tools/list"] = [&](const HttpCall& call) {
    Json tools = numbered_tools(0, 1);
    tools[0]["outputSchema"] = {{"type", "object"}, {"properties", {{"n", {{"type", "integer"}}}}}};
    world.answer(call, result(call.id, {{"tools", tools}}));
  };
  world.on["resources/list"] = [&](const HttpCall& call) {
    const bool first = !field(call.message, "params").contains("cursor");
    Json page = {{"resources", {{{"uri", first ? "a://1" : "a://2"}, {"name", "one"}, {"mimeType", "text/plain"}}}}};
    if (first) page["nextCursor"] = "more";
    world.answer(call, result(call.id, page));
  };
  world.on["resources/templates/list"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"resourceTemplates", {{{"uriTemplate", "a://{n}"}, {"name", "any"}}}}}));
  };
  world.on["resources/read"] = [&](const HttpCall& call) {
    CHECK(field(field(call.message, "params"), "uri") == "a://1");
    world.answer(call, result(call.id, {{"contents", {{{"uri", "a://1"}, {"text", "the text"}}}}}));
  };
  world.on["tools/call"] = [&](const HttpCall& call) {
    Json given = text_result("text");
    given["structuredContent"] = {{"n", "one"}};
    world.answer(call, result(call.id, given));
  };
  const std::vector<ToolSpec> tools = world.finish(world.servers.list_tools("x"));
  REQUIRE(tools.size() == 3);
  CHECK(tools[1].server_name == "resources/list");
  CHECK(world.finish(world.servers.call_tool("x", tools[1].server_name, "{}")).text ==
        "- a://1 \"one\" (text/plain)\n- a://2 \"one\" (text/plain)\n- a://{n} \"any\"\n");
  CHECK(world.finish(world.servers.call_tool("x", tools[2].server_name, R"({"uri":"a://1"})")).text == "the text");
  const ToolResult result = world.finish(world.servers.call_tool("x", "tool_0", "{}"));
  CHECK(result.text == "text");
  CHECK(result.structured.is_null());
  CHECK(contains(world.logged(), "does not fit the schema that the server gave for it"));
}

TEST_CASE("a list that may be kept for a while is read again after it") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  world.on["tools/list"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"tools", numbered_tools(0, 1)}, {"ttlMs", 5000}}));
  };
  world.finish(world.servers.list_tools("x"));
  world.pass(4000);
  world.finish(world.servers.list_tools("x"));
  CHECK(world.calls("tools/list").size() == 1);
  world.pass(2000);
  world.finish(world.servers.list_tools("x"));
  CHECK(world.calls("tools/list").size() == 2);
}

TEST_CASE("what a server says is kept for as long as it says, by method and params, until it says that it changed") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  int changes = 0;
  for (const std::string method : {"tools/list", "prompts/list", "resources/list", "resources/read"}) {
    world.on[method] = [&, method](const HttpCall& call) {
      const std::string key = method == "resources/read" ? "contents" : method.substr(0, method.find('/'));
      world.answer(call, result(call.id, {{"resultType", "complete"}, {key, Json::array()}, {"ttlMs", 5000}}));
    };
  }
  world.on["prompts/get"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"resultType", "complete"}, {"messages", Json::array()}, {"ttlMs", 5000}}));
  };
  world.on["tools/call"] = [&](const HttpCall& call) {
    const std::string changed = R"({"jsonrpc":"2.0","method":"notifications/prompts/list_changed"})";
    world.stream(call.command.id(), (++changes > 0 ? sse(changed) : "") + sse(result(call.id, text_result("ok"))));
  };
  const auto asks = [&](const std::string& method, const std::string& params = "{}") {
    const std::size_t before = world.calls(method).size();
    world.finish(world.servers.request("x", method, params));
    return world.calls(method).size() > before;
  };
  const auto read = [&](const std::string& uri) { return asks("resources/read", R"({"uri":")" + uri + R"("})"); };
  for (const std::string method : {"tools/list", "prompts/list", "resources/list"}) {
    CAPTURE(method);
    CHECK(asks(method));
    CHECK_FALSE(asks(method));
  }
  world.finish(world.servers.list_tools("x"));
  CHECK(world.calls("tools/list").size() == 1);  // what an application has read, a run need not
  CHECK(read("a://1"));
  CHECK(read("a://2"));
  CHECK_FALSE(read("a://1"));
  CHECK(asks("prompts/get"));
  CHECK(asks("prompts/get"));  // of a method that is not to be kept
  world.finish(world.servers.call_tool("x", "t", "{}"));
  CHECK(asks("prompts/list"));
  CHECK_FALSE(asks("resources/list"));
  world.pass(6000);
  CHECK(asks("resources/list"));
  CHECK(read("a://1"));
}

TEST_CASE("a modern server is told with each request from which level on it may log, once that was wished") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  const auto level_of_call = [&] {
    world.finish(world.servers.call_tool("x", "t", "{}"));
    const Json params = parsed(world.calls("tools/call").back().body)["params"];
    return std::string(text_field(field(params, "_meta"), "io.modelcontextprotocol/logLevel", "none"));
  };
  CHECK(level_of_call() == "none");
  world.finish(world.servers.request("x", "logging/setLevel", R"({"level":"warning"})"));
  CHECK(world.calls("logging/setLevel").empty());
  CHECK(level_of_call() == "warning");
}

TEST_CASE("an origin that knows only the handshake is not probed for again") {
  HttpHost world;
  world.servers.configure({{"x", {{"type", "http"}, {"url", "https://mcp.example.com/a"}}},
                           {"y", {{"type", "http"}, {"url", "https://mcp.example.com/b"}}}});
  world.finish(world.servers.list_tools("x"));
  world.finish(world.servers.list_tools("y"));
  CHECK(world.calls("server/discover").size() == 1);
  CHECK(world.calls("initialize").size() == 2);
}

TEST_CASE("a task of a modern server is asked for in its rhythm, answered when it asks, and ends in its result") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  int gets = 0;
  Json updated;
  std::vector<std::int64_t> at_ms;
  world.on["tools/call"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"resultType", "task"}, {"taskId", "t 1"}, {"pollIntervalMs", 2000}}));
  };
  world.on["tasks/update"] = [&](const HttpCall& call) {
    updated = field(field(call.message, "params"), "inputResponses");
    world.answer(call, result(call.id, {{"resultType", "complete"}}));
  };
  world.on["tasks/get"] = [&](const HttpCall& call) {
    CHECK(call.command.header("Mcp-Name") == "t 1");
    at_ms.push_back(world.host.now_ms());
    Json task = {{"resultType", "complete"}, {"taskId", "t 1"}, {"status", "working"}, {"pollIntervalMs", 3000}};
    if (++gets == 2) {
      task["status"] = "input_required";
      task["inputRequests"]["who"] = elicitation("Who?");
    } else if (gets == 4) {
      task["status"] = "completed";
      task["result"] = text_result("at last");
    }
    world.answer(call, result(call.id, task));
  };
  const ToolResult begun = world.finish(world.servers.call_tool("x", "t", "{}"));
  CHECK(text_field(begun.input, "task") == "t 1");
  CHECK(field(begun.input, "requests").empty());
  const ToolResult asked = world.finish(world.servers.call_tool("x", "t", "{}", with(begun, Json::object())));
  CHECK(field(asked.input, "requests").contains("who"));
  const ToolResult ended = world.finish(world.servers.call_tool("x", "t", "{}", with(asked, {{"who", accepted("A")}})));
  CHECK(ended.text == "at last");
  CHECK(text_field(field(updated, "who"), "action") == "accept");
  CHECK(at_ms.at(1) - at_ms.at(0) == 3000);
  CHECK(world.calls("tools/call").size() == 1);
}

TEST_CASE("a tool of a legacy server that works only as a task is called as one") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/list"] = [&](const HttpCall& call) {
    Json tools = numbered_tools(0, 1);
    tools[0]["execution"]["taskSupport"] = "required";
    world.answer(call, result(call.id, {{"tools", tools}}));
  };
  world.on["tools/call"] = [&](const HttpCall& call) {
    CHECK(field(call.message, "params").contains("task"));
    world.answer(call, result(call.id, {{"task", {{"taskId", "t1"}, {"status", "working"}, {"pollInterval", 10}}}}));
  };
  int gets = 0;
  world.on["tasks/get"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"taskId", "t1"}, {"status", ++gets < 3 ? "working" : "completed"}}));
  };
  world.on["tasks/result"] = [&](const HttpCall& call) { world.answer(call, result(call.id, text_result("done"))); };
  world.finish(world.servers.list_tools("x"));
  const ToolResult begun = world.finish(world.servers.call_tool("x", "tool_0", "{}"));
  CHECK(world.finish(world.servers.call_tool("x", "tool_0", "{}", with(begun, Json::object()))).text == "done");
  CHECK(gets == 3);
}

// The pool: configuration, lists of tools, and what is shared.
#include "mcp_http_host.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace {

std::string refused(std::string_view config) {
  Host host;
  Servers servers(host);
  const Result<> configured = servers.configure(parsed(config));
  if (configured) return {};
  CHECK(configured.error().code() == Code::kInvalidInput);
  return configured.error().sentence();
}

/// Serves `total` tools, `page` at a time.
void paginate(HttpHost& world, int total, int page) {
  world.on["tools/list"] = [&world, total, page](const HttpCall& call) {
    const std::string cursor(text_field(field(call.message, "params"), "cursor", "0"));
    const int from = std::stoi(cursor);
    Json list = {{"tools", numbered_tools(from, std::min(from + page, total))}};
    if (from + page < total) list["nextCursor"] = std::to_string(from + page);
    world.answer(call, result(call.id, list));
  };
}

}  // namespace

TEST_CASE("a wrong configuration is refused with a sentence that names the server") {
  CHECK(refused(R"([])") == "The configuration's \"servers\" must be an object of servers by name.");
  CHECK(refused(R"({"a":1})") == "The MCP server \"a\" of the configuration must be an object.");
  CHECK(refused(R"({"a":{"type":"smoke"}})") ==
        "The MCP server \"a\" of the configuration has the type \"smoke\"; \"http\", \"sse\" and \"stdio\" are known.");
  CHECK(refused(R"({"a":{"type":"http","url":"example.com"}})") ==
        "The MCP server \"a\" of the configuration needs a \"url\" that begins with http:// or https://.");
  CHECK(contains(refused(R"({"a":{"url":"http://x","era":"old"}})"), "\"era\""));
  CHECK(contains(refused(R"({"a":{"url":"http://x","timeout_ms":0}})"), "\"timeout_ms\""));
  CHECK(contains(refused(R"({"a":{"url":"http://x","headers":{"h":1}}})"), "header \"h\""));
}

TEST_CASE("servers are known by type, or by what they have") {
  Host host;
  Servers servers(host);
  servers.configure(
      parsed(R"({"b":{"url":"https://x/mcp"},"a":{"command":"npx"},"c":{"type":"streamable-http","url":"http://y"}})"));
  CHECK(servers.names() == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a server that is not configured is a failure that says so") {
  HttpHost world;
  const Error error = world.failure(world.servers.list_tools("y"));
  CHECK(error.code() == Code::kNotFound);
  CHECK(error.sentence() == "There is no MCP server \"y\" in the configuration.");
}

TEST_CASE("2,000 tools are listed, on one page or on two hundred") {
  for (const int page : {2000, 10}) {
    HttpHost world({{"era", "legacy"}});
    paginate(world, 2000, page);
    const std::vector<ToolSpec> tools = world.finish(world.servers.list_tools("x"));
    REQUIRE(tools.size() == 2000);
    CHECK(tools[1999].name == "tool_1999");
    CHECK(world.calls("tools/list").size() == static_cast<std::size_t>(2000 / page));
  }
}

TEST_CASE("a list that never ends is cut with a note, and a cursor that stands still ends it") {
  HttpHost endless({{"era", "legacy"}});
  paginate(endless, 1'000'000, 1000);
  CHECK(endless.finish(endless.servers.list_tools("x")).size() == 20'000);
  CHECK(contains(endless.logged(), "Its list of tools goes on and on; the first 20000 are used."));
  HttpHost still({{"era", "legacy"}});
  still.on["tools/list"] = [&](const HttpCall& call) {
    still.answer(call, result(call.id, {{"tools", numbered_tools(0, 1)}, {"nextCursor", "same"}}));
  };
  CHECK(still.finish(still.servers.list_tools("x")).size() == 2);
}

TEST_CASE("a list of tools is kept until the server says that it changed") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    world.stream(call.command.id(), sse(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})") +
                                        sse(result(call.id, text_result("ok"))));
  };
  world.finish(world.servers.list_tools("x"));
  world.finish(world.servers.list_tools("x"));
  CHECK(world.calls("tools/list").size() == 1);
  world.finish(world.servers.call_tool("x", "t", "{}"));
  world.finish(world.servers.list_tools("x"));
  CHECK(world.calls("tools/list").size() == 2);
}

TEST_CASE("runs that list at once share one list") {
  HttpHost world({{"era", "legacy"}});
  std::vector<Task<std::vector<ToolSpec>>> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(world.servers.list_tools("x"));
  for (auto& task : tasks) task.start(world.host.queue());
  world.settle();
  for (auto& task : tasks) CHECK(task.take().value().size() == 2);
  CHECK(world.calls("tools/list").size() == 1);
}

TEST_CASE("a tool's hints have the specification's defaults, and its schema is kept word for word") {
  HttpHost world({{"era", "legacy"}});
  const Json schema = {{"type", "object"},
                       {"$schema", "https://json-schema.org/draft/2020-12/schema"},
                       {"$defs", {{"a", {{"$anchor", "a"}}}}}};
  world.on["tools/list"] = [&](const HttpCall& call) {
    Json tools = Json::array();
    tools.push_back({{"name", "plain"}, {"description", " as it is \n"}, {"inputSchema", schema}});
    tools.push_back({{"name", "reader"}, {"annotations", {{"readOnlyHint", true}, {"openWorldHint", false}}}});
    tools.push_back({{"name", "writer"},
                     {"inputSchema", "none"},
                     {"annotations", {{"destructiveHint", false}, {"idempotentHint", true}}}});
    tools.push_back({{"description", "without a name"}});
    tools.push_back(17);
    world.answer(call, result(call.id, {{"tools", tools}}));
  };
  const std::vector<ToolSpec> tools = world.finish(world.servers.list_tools("x"));
  REQUIRE(tools.size() == 3);
  CHECK(tools[0].description == " as it is \n");
  CHECK(tools[0].input_schema == schema);
  CHECK(tools[0].server == "x");
  CHECK(tools[0].server_name == "plain");
  CHECK_FALSE(tools[0].read_only);
  CHECK(tools[0].destructive);
  CHECK_FALSE(tools[0].idempotent);
  CHECK(tools[0].open_world);
  CHECK(tools[1].read_only);
  CHECK_FALSE(tools[1].destructive);
  CHECK_FALSE(tools[1].open_world);
  CHECK(tools[1].input_schema == Json{{"type", "object"}});
  CHECK_FALSE(tools[2].destructive);
  CHECK(tools[2].idempotent);
  CHECK(tools[2].input_schema == Json{{"type", "object"}});
}

TEST_CASE("a server without tools has none, and one that answers nonsense is a failure") {
  HttpHost none({{"era", "legacy"}});
  none.on["tools/list"] = [&](const HttpCall& call) { none.answer(call, error(call.id, -32601, "Method not found")); };
  CHECK(none.finish(none.servers.list_tools("x")).empty());
  HttpHost nonsense({{"era", "legacy"}});
  nonsense.on["tools/list"] = [&](const HttpCall& call) { nonsense.answer(call, result(call.id, {{"tools", 17}})); };
  CHECK(nonsense.failure(nonsense.servers.list_tools("x")).sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) answered tools/list without a list of tools.");
  CHECK(nonsense.failure(nonsense.servers.list_tools("x")).code() == Code::kMalformed);
  CHECK(nonsense.calls("tools/list").size() == 2);
}

TEST_CASE("stopping the pool ends sessions without waiting") {
  HttpHost world({{"era", "legacy"}, {"credential", "key"}});
  world.session = "s1";
  world.finish(world.servers.list_tools("x"));
  world.servers.stop_all();
  world.settle();
  const Command last = world.sent("http.send").back();
  CHECK(text_field(last.head, "method") == "DELETE");
  CHECK(last.header("Mcp-Session-Id") == "s1");
  CHECK(text_field(last.head, "credential") == "key");
  CHECK(world.sent("http.abort").empty());
  world.servers.stop_all();
  world.settle();
  CHECK(world.sent("http.send").back().id() == last.id());
}

TEST_CASE(
    "configured again, an unchanged server keeps its connection and a changed one serves its calls to their end") {
  HttpHost world({{"era", "legacy"}});
  std::vector<HttpCall> held;
  std::vector<Command> commands;
  world.on["tools/call"] = [&](const HttpCall& call) { commands.push_back(call.command); };
  const Json before = {
      {"x", {{"type", "http"}, {"url", "https://mcp.example.com/path?key=secret"}, {"era", "legacy"}}}};
  world.finish(world.servers.list_tools("x"));
  world.servers.configure(before);
  world.finish(world.servers.list_tools("x"));
  CHECK(world.calls("initialize").size() == 1);
  Task<ToolResult> call = world.servers.call_tool("x", "t", "{}");
  call.start(world.host.queue());
  world.settle();
  world.servers.configure({{"y", {{"url", "https://y.example.com"}}}});
  CHECK(world.servers.names() == std::vector<std::string>{"y"});
  world.reply(commands.at(0).id(), 200, "application/json",
              result(parsed(commands[0].body).at("id"), text_result("to the end")));
  world.settle();
  REQUIRE(call.ended());
  CHECK(call.take().value().text == "to the end");
}

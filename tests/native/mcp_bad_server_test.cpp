// Servers over HTTP that are away, refuse, hang, flood or talk nonsense, each with the sentence that the user sees.
#include "mcp_http_host.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace {

/// The failure of a call to a server that answers every request like this.
Error refused_with(int status, const std::string& body, const Json& entry = Json::object()) {
  HttpHost world(entry);
  world.serve = [&](const Command& command) {
    if (command.kind == "http.send") world.reply(command.id(), status, "application/json", body);
  };
  return world.failure(world.servers.call_tool("x", "t", "{}"));
}

}  // namespace

TEST_CASE("a server that is not there is a failure that names it, and not its whole address") {
  HttpHost world;
  world.serve = [&](const Command& command) {
    if (command.kind == "http.send") world.event("http.failed", command.id(), {{"sentence", "Connection refused."}});
  };
  const Error error = world.failure(world.servers.call_tool("x", "t", "{}"));
  CHECK(error.code() == Code::kNetwork);
  CHECK(error.sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) cannot be reached. Check its address, and that it runs.");
  CHECK(contains(error.whole(), "Connection refused."));
  CHECK_FALSE(contains(error.whole(), "secret"));
}

TEST_CASE("what the host has against a request to a server is the failure") {
  HttpHost world;
  world.serve = [&](const Command& command) {
    const Json why = {{"code", "authentication"}, {"sentence", "There is no key."}};
    if (command.kind == "http.send") world.event("http.failed", command.id(), why);
  };
  const Error error = world.failure(world.servers.call_tool("x", "t", "{}"));
  CHECK(error.code() == Code::kAuthentication);
  CHECK(error.whole() == "The MCP server \"x\" (https://mcp.example.com) gave no answer.: There is no key.");
}

TEST_CASE("a refused probe is no evidence: a server that takes initialize is used") {
  for (const int status : {401, 403, 500, 503}) {
    CAPTURE(status);
    HttpHost world;
    world.on["server/discover"] = [&](const HttpCall& call) { world.refuse(call, status); };
    CHECK(world.finish(world.servers.list_tools("x")).size() == 2);
  }
  HttpHost browser;  // whose rules forbid the modern headers
  browser.on["server/discover"] = [&](const HttpCall& call) {
    browser.event("http.failed", call.command.id(), {{"sentence", "Failed to fetch"}});
  };
  CHECK(browser.finish(browser.servers.list_tools("x")).size() == 2);
}

TEST_CASE("a status that refuses everything becomes a sentence that says what to do") {
  CHECK(
      refused_with(401, "{}").sentence() ==
      "The MCP server \"x\" (https://mcp.example.com) answered with HTTP status 401 ({}). It wants credentials: add a "
      "credential for it to the configuration, as \"token\", or as \"auth\" to sign in.");
  CHECK(refused_with(403, "", {{"credential", "key"}}).sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) answered with HTTP status 403. Check the credential \"key\".");
  const Error denied = refused_with(401, error(nullptr, -32001, "Unauthorized"));
  CHECK(denied.code() == Code::kAuthentication);
  CHECK(contains(denied.sentence(), "HTTP status 401 (Unauthorized)."));
  CHECK(refused_with(500, "<html>Oops</html>").sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) answered with HTTP status 500. It is in trouble: try again "
        "later.");
  CHECK(refused_with(429, "").code() == Code::kRateLimit);
  CHECK(
      refused_with(404, "Not found").sentence() ==
      "The MCP server \"x\" (https://mcp.example.com) answered with HTTP status 404 (Not found). Check its address: it "
      "must be the server's MCP endpoint, which often ends in /mcp.");
}

TEST_CASE("an answer that is no MCP is a failure that says so") {
  CHECK(refused_with(200, "hello").sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) answered initialize with something that is no message of MCP.");
  CHECK(refused_with(200, "{\"jsonrpc\":\"2.0\",\"id\":1").code() == Code::kMalformed);
  CHECK(refused_with(202, "").code() == Code::kMalformed);
}

TEST_CASE("a server that wants an unknown version of the protocol is refused with a sentence") {
  HttpHost world({{"era", "legacy"}});
  world.on["initialize"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"protocolVersion", "1999-01-01"}}));
  };
  CHECK(world.failure(world.servers.list_tools("x")).sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) speaks the protocol version \"1999-01-01\", which is not known "
        "here.");
}

TEST_CASE("silence ends a call after its time, and keep-alive comments do not prolong it") {
  HttpHost world({{"era", "legacy"}, {"timeout_ms", 5000}});
  bool comments = false;
  SUBCASE("nothing at all") {}
  SUBCASE("comments") { comments = true; }
  std::optional<std::int64_t> stream;
  world.on["tools/call"] = [&](const HttpCall& call) {
    if (!comments) return;
    stream = call.command.id();
    world.stream(*stream, ": hello\n\n", 100, false);
  };
  Task<ToolResult> call = world.servers.call_tool("x", "t", "{}");
  call.start(world.host.queue());
  world.settle();
  for (int second = 0; second < 7 && !call.ended(); ++second) {
    world.pass(1000);
    if (stream) world.event("http.chunk", *stream, Json::object(), ": still here\n\n");
    world.settle();
  }
  REQUIRE(call.ended());
  const Result<ToolResult> ended = call.take();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code() == Code::kTimeout);
  CHECK(ended.error().sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) did not answer tools/call within 5 seconds.");
  CHECK(world.calls("notifications/cancelled").size() == 1);
}

TEST_CASE("progress keeps a slow call alive") {
  HttpHost world({{"era", "legacy"}, {"timeout_ms", 5000}});
  std::int64_t stream = 0;
  Json id;
  world.on["tools/call"] = [&](const HttpCall& call) {
    stream = call.command.id();
    id = call.id;
    CHECK(parsed(call.command.body).at("params").at("_meta").at("progressToken") == call.id);
    world.stream(stream, "", 100, false);
  };
  Task<ToolResult> call = world.servers.call_tool("x", "t", "{}");
  call.start(world.host.queue());
  world.settle();
  for (int i = 0; i < 10; ++i) {
    world.pass(4000);
    const Json params = {{"progressToken", id}, {"progress", i}};
    world.event("http.chunk", stream, Json::object(),
                sse(dump_json({{"method", "notifications/progress"}, {"params", params}})));
    world.settle();
  }
  CHECK_FALSE(call.ended());
  world.event("http.chunk", stream, Json::object(), sse(result(id, text_result("slow"))));
  world.settle();
  REQUIRE(call.ended());
  CHECK(call.take().value().text == "slow");
}

TEST_CASE("an answer of 10 MB is read and cut with a note") {
  HttpHost world({{"era", "legacy"}});
  world.cut = 16'384;
  SUBCASE("as JSON") {}
  SUBCASE("as a stream") { world.streams = true; }
  world.on["tools/call"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, text_result(std::string(10'000'000, 'a'))));
  };
  const ToolResult result = world.finish(world.servers.call_tool("x", "t", "{}"));
  CHECK(result.cut_from_bytes == 10'000'000);
  CHECK(result.text.size() < kMaxResultBytes + 200);
}

TEST_CASE("an answer that breaks off, as one that is shorter than its length says, is not an answer that never came") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    world.event("http.head", call.command.id(), {{"status", 200}, {"headers", {{"content-type", "application/json"}}}});
    world.event("http.chunk", call.command.id(), Json::object(), R"({"jsonrpc":"2.0",)");
    world.event("http.failed", call.command.id(), {{"sentence", "terminated"}});
  };
  const Error error = world.failure(world.servers.call_tool("x", "t", "{}"));
  CHECK(error.code() == Code::kNetwork);
  CHECK(error.sentence() == "The MCP server \"x\" (https://mcp.example.com) broke off before it answered tools/call.");
  CHECK(contains(error.whole(), "https://mcp.example.com broke off its answer: terminated"));
}

TEST_CASE("an answer without end is left with a sentence") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    world.event("http.head", call.command.id(), {{"status", 200}, {"headers", {{"content-type", "application/json"}}}});
    for (int i = 0; i < 35; ++i)
      world.event("http.chunk", call.command.id(), Json::object(), std::string(1'000'000, ' '));
  };
  const Error error = world.failure(world.servers.call_tool("x", "t", "{}"));
  CHECK(error.code() == Code::kMalformed);
  CHECK(error.sentence() == "The MCP server \"x\" (https://mcp.example.com) answered tools/call with too much.");
}

TEST_CASE("invalid UTF-8 in an answer is replaced, and the answer used") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    std::string text = result(call.id, text_result("caf?"));
    text.replace(text.find('?'), 1, "\xE9");
    world.answer(call, text);
  };
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "caf\xEF\xBF\xBD");
}

TEST_CASE("what a tool or server has against a call is a result, what is wrong with the protocol is not") {
  for (const int code : {-32601, -32602, -32603, 17, -1}) {
    CAPTURE(code);
    HttpHost world({{"era", "legacy"}});
    world.on["tools/call"] = [&](const HttpCall& call) { world.refuse(call, 400, error(call.id, code, "No tool t")); };
    const ToolResult result = world.finish(world.servers.call_tool("x", "t", "{}"));
    CHECK(result.failed);
    CHECK(result.text == "No tool t");
  }
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) { world.answer(call, error(call.id, -32600, "Invalid request")); };
  CHECK(world.failure(world.servers.call_tool("x", "t", "{}")).sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) refused the call of \"t\": Invalid request (-32600)");
}

TEST_CASE("one server that is away leaves the others working") {
  HttpHost world;
  const auto serve = world.serve;
  world.servers.configure(
      {{"away", {{"url", "https://away.example.com/"}}}, {"x", {{"url", "https://x.example.com/"}}}});
  world.serve = [&, serve](const Command& command) {
    if (contains(text_field(command.head, "url"), "away"))
      world.event("http.failed", command.id(), {{"sentence", "No."}});
    else serve(command);
  };
  CHECK(world.failure(world.servers.list_tools("away")).code() == Code::kNetwork);
  CHECK(world.finish(world.servers.list_tools("x")).size() == 2);
}

TEST_CASE("of two replies to one request the first counts, and replies to no request harm nothing") {
  for (const char* era : {"legacy", "modern"}) {
    CAPTURE(era);
    HttpHost world({{"era", era}});
    world.era = era;
    world.on["tools/call"] = [&](const HttpCall& call) {
      world.stream(call.command.id(),
                   sse(result(nullptr, text_result("to nobody"))) + sse(result("a name", text_result("to a name"))) +
                       sse(result(call.id, text_result("first"))) + sse(result(call.id, text_result("second"))));
    };
    CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "first");
    CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "first");
  }
}

TEST_CASE(
    "a server that changes its tools in the midst of a run is listed anew, and what is gone is said by the server") {
  HttpHost world({{"era", "legacy"}});
  int lists = 0;
  world.on["tools/list"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"tools", numbered_tools(lists, lists + 1)}}));
    ++lists;
  };
  world.on["tools/call"] = [&](const HttpCall& call) {
    const std::string changed = R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})";
    world.stream(call.command.id(), sse(changed) + sse(error(call.id, -32602, "There is no tool_0 any more.")));
  };
  CHECK(world.finish(world.servers.list_tools("x")).at(0).name == "tool_0");
  const ToolResult gone = world.finish(world.servers.call_tool("x", "tool_0", "{}"));
  CHECK(gone.failed);
  CHECK(gone.text == "There is no tool_0 any more.");
  CHECK(world.finish(world.servers.list_tools("x")).at(0).name == "tool_1");
}

TEST_CASE("a server that floods with questions, notifications and progress still gets its answer heard") {
  HttpHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const HttpCall& call) {
    std::string flood;
    for (int i = 0; i < 3'000; ++i) {
      flood += sse(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"ping"})");
      flood += sse(R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}})");
    }
    world.stream(call.command.id(), flood + sse(result(call.id, text_result("after all"))), 100'000);
  };
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "after all");
}

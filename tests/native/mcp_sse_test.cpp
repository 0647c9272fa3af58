// HTTP as 2024-11-05 had it: one stream that brings everything, and an address for messages.
#include "mcp_http_host.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace {

/// Refuses what newer clients send, and serves a stream that names its address.
struct OldHost : HttpHost {
  std::int64_t stream_id = 0;
  std::string endpoint = "/messages?session=1";
  int begun = 0;

  explicit OldHost(const Json& entry = Json::object()) : HttpHost(entry) {
    on["GET"] = [this](const HttpCall& call) {
      CHECK(call.command.header("Accept") == "text/event-stream");
      stream_id = call.command.id();
      ++begun;
      stream(stream_id, "event: endpoint\ndata: " + endpoint + "\n\n", 7, false);
    };
    for (const char* method : {"server/discover", "initialize", "tools/list", "tools/call"}) {
      on[method] = [this](const HttpCall& call) { message(call); };
    }
    on["notifications/initialized"] = [this](const HttpCall& call) {
      reply(call.command.id(), 202, "text/plain", "Accepted");
    };
  }

  void say(const std::string& text) { event("http.chunk", stream_id, Json::object(), sse(text)); }

  void message(const HttpCall& call) {
    if (text_field(call.command.head, "url") != "https://mcp.example.com/messages?session=1") return refuse(call, 405);
    reply(call.command.id(), 202, "text/plain", "Accepted");
    if (call.method == "initialize")
      say(result(call.id, {{"protocolVersion", "2024-11-05"}, {"capabilities", Json::object()}}));
    else if (call.method == "tools/list") say(result(call.id, {{"tools", numbered_tools(0, 2)}}));
    else say(result(call.id, text_result("did it")));
  }
};

}  // namespace

TEST_CASE("a server that refuses everything newer is spoken to over its one stream") {
  OldHost world;
  CHECK(world.finish(world.servers.list_tools("x")).size() == 2);
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "did it");
  CHECK(world.begun == 1);
}

TEST_CASE("the type sse goes there at once") {
  OldHost world({{"type", "sse"}});
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "did it");
  CHECK(world.calls("server/discover").empty());
}

TEST_CASE("an old server's stream that ends fails the calls under way, and the next call begins anew") {
  OldHost world({{"type", "sse"}});
  bool silent = true;
  world.on["tools/call"] = [&](const HttpCall& call) {
    if (!silent) return world.message(call);
    world.reply(call.command.id(), 202, "text/plain", "Accepted");
    world.event("http.end", world.stream_id);
  };
  const Error error = world.failure(world.servers.call_tool("x", "t", "{}"));
  CHECK(error.sentence() == "The MCP server \"x\" (https://mcp.example.com) ended its stream.");
  silent = false;
  CHECK(world.finish(world.servers.call_tool("x", "t", "{}")).text == "did it");
  CHECK(world.begun == 2);
}

TEST_CASE("an old server that wants its messages somewhere else is refused") {
  OldHost world({{"type", "sse"}});
  world.endpoint = "https://evil.example/steal";
  const Error error = world.failure(world.servers.list_tools("x"));
  CHECK(error.code() == Code::kProtocol);
  CHECK(error.sentence() ==
        "The MCP server \"x\" (https://mcp.example.com) wants its messages at another origin, which is refused.");
}

TEST_CASE("a server that is no server of any age says what the newest transport was told") {
  HttpHost world;
  for (const char* method : {"server/discover", "initialize", "GET"})
    world.on[method] = [&](const HttpCall& call) { world.refuse(call, 404, "nothing here"); };
  const Error error = world.failure(world.servers.list_tools("x"));
  CHECK(error.code() == Code::kNotFound);
  CHECK(contains(error.sentence(), "answered with HTTP status 404 (nothing here)"));
}

TEST_CASE("a pool with an old server is destroyed at any moment") {
  for (int steps = 0; steps < 12; ++steps) {
    OldHost world({{"type", "sse"}});
    Task<ToolResult> call = world.servers.call_tool("x", "t", "{}");
    call.start(world.host.queue());
    for (int i = 0; i < steps; ++i) world.host.queue().drain();
  }
}

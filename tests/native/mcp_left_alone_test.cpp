// Servers and connections that are left, or leave, at the wrong moment.
#include "mcp_http_host.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_CASE("an old server that was left while it connected can be called again") {
  HttpHost world({{"type", "sse"}});
  bool names = false;
  std::int64_t stream = 0;
  world.on["GET"] = [&](const HttpCall& call) {
    stream = call.command.id();
    world.stream(stream, names ? "event: endpoint\ndata: /messages\n\n" : ": hello\n\n", 1000, false);
  };
  const auto say = [&](const std::string& text) { world.event("http.chunk", stream, Json::object(), sse(text)); };
  world.on["initialize"] = [&](const HttpCall& call) {
    world.reply(call.command.id(), 202, "text/plain", "");
    say(result(call.id, {{"protocolVersion", "2024-11-05"}, {"capabilities", Json::object()}}));
  };
  world.on["notifications/initialized"] = [&](const HttpCall& call) {
    world.reply(call.command.id(), 202, "text/plain", "");
  };
  world.on["tools/list"] = [&](const HttpCall& call) {
    world.reply(call.command.id(), 202, "text/plain", "");
    say(result(call.id, {{"tools", numbered_tools(0, 2)}}));
  };
  Task<std::vector<ToolSpec>> first = world.servers.list_tools("x");
  first.start(world.host.queue());
  world.settle();
  world.servers.stop_all();  // the event "close"; also what rest() does
  world.settle();
  names = true;
  world.live(3'600'000, [&] { return first.ended(); });
  CHECK(first.ended());
  Task<std::vector<ToolSpec>> second = world.servers.list_tools("x");
  second.start(world.host.queue());
  world.live(3'600'000, [&] { return second.ended(); });
  CHECK(second.ended());
}

TEST_CASE("a list that stays true for ever is used") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  world.on["tools/list"] = [&](const HttpCall& call) {
    world.answer(call,
                 result(call.id, {{"resultType", "complete"}, {"ttlMs", INT64_MAX}, {"tools", numbered_tools(0, 1)}}));
  };
  CHECK(world.finish(world.servers.list_tools("x")).size() == 1);
}

TEST_CASE("a task whose server wants to be asked in a year is given up after an hour") {
  HttpHost world({{"era", "modern"}});
  world.era = "modern";
  world.on["tasks/get"] = [&](const HttpCall& call) {
    world.answer(call, result(call.id, {{"resultType", "complete"},
                                        {"taskId", "t"},
                                        {"status", "working"},
                                        {"pollIntervalMs", 31'536'000'000}}));
  };
  const Answered on{{{"task", "t"}, {"requests", Json::object()}}, Json::object()};
  std::optional<Task<ToolResult>> call = world.servers.call_tool("x", "t", "{}", on);
  call->start(world.host.queue());
  world.settle();
  for (int i = 0; i < 24 * 4 && !call->ended(); ++i) world.pass(15 * 60'000);
  CHECK(call->ended());  // after a day; a task may go on for an hour
}

TEST_CASE("a server that wants to be listened to again at once gets a breath") {
  HttpHost world({{"era", "legacy"}});
  world.session = "s";
  int gets = 0;
  world.on["GET"] = [&](const HttpCall& call) {
    if (++gets > 5000) return;
    world.stream(call.command.id(), "retry: 0\n\n");
  };
  world.on["tools/call"] = [&](const HttpCall&) {};  // it takes its time
  Task<ToolResult> call = world.servers.call_tool("x", "t", "{}");
  call.start(world.host.queue());
  world.settle();
  CHECK(gets < 100);
}

namespace {
struct Process : McpHost {
  Servers servers{host};
  std::int64_t process = 0;
  int starts = 0;
  bool shakes = true;
  bool dies = false;
  explicit Process(Json entry) {
    Json server = {{"type", "stdio"}, {"era", "legacy"}};
    server.update(entry);
    servers.configure({{"f", server}});
    serve = [this](const Command& c) {
      if (c.kind == "process.start") {
        process = c.id();
        ++starts;
        if (dies) event("process.exit", process, {{"code", 1}});
        return;
      }
      if (c.kind != "process.write" || c.id() != process) return;
      const Json m = parsed(c.body);
      const std::string method(text_field(m, "method"));
      const Json& id = field(m, "id");
      if (method == "initialize" && shakes)
        event("process.line", process, Json::object(), result(id, {{"protocolVersion", "2024-11-05"}}));
      if (method == "tools/call") event("process.line", process, Json::object(), result(id, text_result("did it")));
    };
  }
};
}  // namespace
TEST_CASE("a call that waits for the handshake is not idleness") {
  Process world({{"idle_ms", 10'000}});
  world.finish(world.servers.call_tool("f", "t", "{}"));
  world.pass(5000);
  world.event("process.exit", world.process, {{"code", 0}});  // it ends by itself
  world.settle();
  world.pass(4000);
  world.shakes = false;  // the new one takes its time to begin
  Task<ToolResult> call = world.servers.call_tool("f", "t", "{}");
  call.start(world.host.queue());
  world.settle();
  world.live(3000, [&] { return call.ended(); });
  CHECK_FALSE(call.ended());
}
TEST_CASE("nothing is started after close") {
  Process world(Json::object());
  world.dies = true;
  Task<ToolResult> a = world.servers.call_tool("f", "t", "{}");
  a.start(world.host.queue());
  world.settle();
  Task<ToolResult> b = world.servers.call_tool("f", "t", "{}");
  b.start(world.host.queue());
  world.settle();
  world.dies = false;
  const int before = world.starts;
  world.servers.stop_all();
  world.settle();
  world.live(60'000, [] { return false; });
  CHECK(world.starts == before);
}

// The client over the stdin and stdout of processes, which the host runs.
#include "mcp_host.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace {

/// A process that a function plays: it is given each line and its own id.
class ProcessHost : public McpHost {
 public:
  Servers servers{host};
  std::int64_t process = 0;  // the one that runs
  int starts = 0;
  std::map<std::string, std::function<void(const Json&)>> on;  // by method
  std::function<void()> on_start;
  bool modern = false;

  explicit ProcessHost(const Json& entry = Json::object()) {
    Json server = {{"type", "stdio"}};
    server.update(entry);
    servers.configure({{"files", server}});
    serve = [this](const Command& command) { route(command); };
  }

  void say(std::string_view line) { event("process.line", process, Json::object(), line); }
  void die(const Json& how, std::string_view stderr_text = {}) {
    if (!stderr_text.empty()) event("process.log", process, Json::object(), stderr_text);
    event("process.exit", process, how);
  }

  std::vector<Json> written(std::string_view method) const {
    std::vector<Json> found;
    for (const Command& command : sent("process.write")) {
      const Json message = parsed(command.body);
      if (text_field(message, "method") == method) found.push_back(message);
    }
    return found;
  }

 private:
  void route(const Command& command) {
    if (command.kind == "process.start") {
      process = command.id();
      ++starts;
      CHECK(text_field(command.head, "server") == "files");
      if (on_start) on_start();
      return;
    }
    if (command.kind != "process.write" || command.id() != process) return;
    CHECK(command.body.find('\n') == command.body.size() - 1);
    const Json message = parsed(command.body);
    const std::string method(text_field(message, "method"));
    const Json& id = field(message, "id");
    if (const auto custom = on.find(method); custom != on.end()) custom->second(message);
    else if (id.is_null() || method.empty()) return;
    else if (method == "initialize" && !modern) say(result(id, {{"protocolVersion", "2024-11-05"}}));
    else if (method == "server/discover" && modern)
      say(result(id, {{"supportedVersions", Json::array({"2026-07-28"})}}));
    else if (method == "tools/list") say(result(id, {{"tools", numbered_tools(0, 2)}}));
    else if (method == "tools/call")
      say(result(id, text_result("did " + std::string(text_field(field(message, "params"), "name")))));
    else say(error(id, -32601, "Method not found"));
  }
};

}  // namespace

TEST_CASE("a local server is started once, asked for its era, initialised and called") {
  ProcessHost world;
  CHECK(world.finish(world.servers.call_tool("files", "read", "{}")).text == "did read");
  CHECK(world.finish(world.servers.call_tool("files", "write", "{}")).text == "did write");
  CHECK(world.starts == 1);
  CHECK(world.written("server/discover").size() == 1);
  CHECK(world.written("initialize").size() == 1);
  CHECK(world.written("notifications/initialized").size() == 1);
}

TEST_CASE("a modern local server needs no handshake") {
  ProcessHost world;
  world.modern = true;
  CHECK(world.finish(world.servers.call_tool("files", "read", "{}")).text == "did read");
  CHECK(world.written("initialize").empty());
  const Json meta = world.written("tools/call").at(0).at("params").at("_meta");
  CHECK(meta.at("io.modelcontextprotocol/protocolVersion") == "2026-07-28");
}

TEST_CASE("a local server that is silent before initialize is initialised after a while") {
  ProcessHost world;
  world.on["server/discover"] = [](const Json&) {};
  CHECK(world.finish(world.servers.list_tools("files"), 8'000).size() == 2);
}

TEST_CASE("a local server that dies of the first question is started again and not asked it") {
  ProcessHost world;
  world.on["server/discover"] = [&](const Json&) { world.die({{"code", 1}}); };
  CHECK(world.finish(world.servers.list_tools("files")).size() == 2);
  CHECK(world.starts == 2);
  CHECK(world.written("server/discover").size() == 1);
}

TEST_CASE("a modern local server that was slow to start is recognised when it refuses the handshake") {
  ProcessHost world;
  world.modern = true;
  int asked = 0;
  world.on["server/discover"] = [&](const Json& message) {
    if (++asked == 2) world.say(result(message.at("id"), {{"supportedVersions", Json::array({"2026-07-28"})}}));
  };
  CHECK(world.finish(world.servers.list_tools("files")).size() == 2);
  CHECK(asked == 2);
}

TEST_CASE("calls share one process and may be answered in any order") {
  ProcessHost world({{"era", "legacy"}});
  std::vector<Json> calls;
  world.on["tools/call"] = [&](const Json& message) { calls.push_back(message); };
  std::vector<Task<ToolResult>> tasks;
  for (const char* name : {"a", "b", "c"}) {
    tasks.push_back(world.servers.call_tool("files", name, "{}"));
    tasks.back().start(world.host.queue());
  }
  world.settle();
  REQUIRE(calls.size() == 3);
  for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
    world.say(result(call->at("id"), text_result(call->at("params").at("name").get<std::string>())));
  }
  world.say(result(calls[0].at("id"), text_result("a second reply to the same id")));
  world.settle();
  CHECK(tasks[0].take().value().text == "a");
  CHECK(tasks[1].take().value().text == "b");
  CHECK(tasks[2].take().value().text == "c");
  CHECK(world.starts == 1);
}

TEST_CASE("a process that dies fails the calls under way with its last words, and the next call starts it again") {
  ProcessHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const Json& message) {
    if (world.starts == 1) world.die({{"code", 3}}, "Loading\nError: ENOSPC: no space left\n\n");
    else world.say(result(message.at("id"), text_result("again")));
  };
  const Error error = world.failure(world.servers.call_tool("files", "a", "{}"));
  CHECK(error.code() == Code::kNetwork);
  CHECK(error.sentence() ==
        "The MCP server \"files\" ended with exit code 3. Its last words: Error: ENOSPC: no space left");
  CHECK(contains(world.logged(), "ENOSPC"));
  CHECK(world.finish(world.servers.call_tool("files", "a", "{}")).text == "again");
  CHECK(world.starts == 2);
}

TEST_CASE("the host's sentence about the end of a process is passed on") {
  ProcessHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const Json&) { world.die({{"sentence", "Killed by SIGKILL."}}); };
  CHECK(world.failure(world.servers.call_tool("files", "a", "{}")).sentence() ==
        "The MCP server \"files\" ended: Killed by SIGKILL.");
}

TEST_CASE("a process that cannot be started is a failure with the host's reason") {
  ProcessHost world;
  world.on_start = [&] {
    world.event("process.failed", world.process, {{"sentence", "There is no command \"npxx\"."}});
  };
  const Error error = world.failure(world.servers.call_tool("files", "a", "{}"));
  CHECK(error.code() == Code::kNotFound);
  CHECK(error.sentence() == "The MCP server \"files\" could not be started: There is no command \"npxx\".");
  CHECK(world.starts == 1);
}

TEST_CASE("a process that dies again and again is left alone for a minute") {
  ProcessHost world({{"era", "legacy"}});
  world.on["initialize"] = [&](const Json&) { world.die({{"code", 1}}, "no database URL"); };
  for (int i = 0; i < 5; ++i) {
    CHECK(world.failure(world.servers.list_tools("files")).sentence() ==
          "The MCP server \"files\" ended with exit code 1. Its last words: no database URL");
  }
  CHECK(world.starts == 5);
  const Error error = world.failure(world.servers.list_tools("files"));
  CHECK(error.sentence() ==
        "The MCP server \"files\" failed 5 times in a row. It is tried again a minute after the last time.");
  CHECK(contains(error.whole(), "no database URL"));
  CHECK(world.starts == 5);
  world.pass(60'000);
  world.failure(world.servers.list_tools("files"));
  CHECK(world.starts == 6);
}

TEST_CASE("a silent call ends after its time, the server is told, and a late answer is dropped") {
  ProcessHost world({{"era", "legacy"}, {"timeout_ms", 3000}});
  Json id;
  world.on["tools/call"] = [&](const Json& message) { id = message.at("id"); };
  const Error error = world.failure(world.servers.call_tool("files", "a", "{}"), 4000);
  CHECK(error.code() == Code::kTimeout);
  CHECK(error.sentence() == "The MCP server \"files\" did not answer tools/call within 3 seconds.");
  REQUIRE(world.written("notifications/cancelled").size() == 1);
  CHECK(world.written("notifications/cancelled")[0].at("params").at("requestId") == id);
  world.say(result(id, text_result("late")));
  world.settle();
  CHECK(world.finish(world.servers.list_tools("files")).size() == 2);
  CHECK(world.starts == 1);
}

TEST_CASE("progress over a process keeps a slow call alive") {
  ProcessHost world({{"era", "legacy"}, {"timeout_ms", 3000}});
  Json call;
  world.on["tools/call"] = [&](const Json& message) { call = message; };
  Task<ToolResult> task = world.servers.call_tool("files", "a", "{}");
  task.start(world.host.queue());
  world.settle();
  const Json token = call.at("params").at("_meta").at("progressToken");
  for (int i = 0; i < 5; ++i) {
    world.pass(2500);
    world.say(
        dump_json({{"method", "notifications/progress"}, {"params", {{"progressToken", token}, {"progress", i}}}}));
    world.settle();
  }
  CHECK_FALSE(task.ended());
  world.say(result(call.at("id"), text_result("slow")));
  world.settle();
  REQUIRE(task.ended());
  CHECK(task.take().value().text == "slow");
}

TEST_CASE("a cancelled call leaves the shared line and tells the server") {
  ProcessHost world({{"era", "legacy"}});
  world.on["tools/call"] = [](const Json&) {};
  std::optional<Task<ToolResult>> call = world.servers.call_tool("files", "a", "{}");
  call->start(world.host.queue());
  world.settle();
  call.reset();
  world.settle();
  REQUIRE(world.written("notifications/cancelled").size() == 1);
  world.say(result(world.written("tools/call")[0].at("id"), text_result("late")));
  world.settle();
}

TEST_CASE("lines that are no MCP are logged and do no harm") {
  ProcessHost world({{"era", "legacy"}});
  world.on_start = [&] {
    world.say("Server running on stdio");
    world.say("");
    world.say("{\"half\":");
    world.say("\xFF\xFE");
    world.say(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}})");
    world.say(R"({"jsonrpc":"2.0","id":4711,"result":{}})");
  };
  CHECK(world.finish(world.servers.list_tools("files")).size() == 2);
  CHECK(contains(world.logged(), "On stdout, but no message of MCP: Server running on stdio"));
  CHECK(contains(world.logged(), "An error about no request: Parse error"));
}

TEST_CASE("a local server's ping is answered") {
  ProcessHost world({{"era", "legacy"}});
  world.on["tools/call"] = [&](const Json& message) {
    world.say(R"({"jsonrpc":"2.0","id":0,"method":"ping"})");
    world.say(result(message.at("id"), text_result("ok")));
  };
  world.finish(world.servers.call_tool("files", "a", "{}"));
  bool answered = false;
  for (const Command& command : world.sent("process.write")) {
    answered |= command.body == "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}\n";
  }
  CHECK(answered);
}

TEST_CASE("a line of 10 MB is read, and one without measure fails the calls under way") {
  ProcessHost world({{"era", "legacy"}});
  std::size_t bytes = 10'000'000;
  world.on["tools/call"] = [&](const Json& message) {
    world.say(result(message.at("id"), text_result(std::string(bytes, 'a'))));
  };
  CHECK(world.finish(world.servers.call_tool("files", "a", "{}")).cut_from_bytes == 10'000'000);
  bytes = 34'000'000;
  CHECK(world.failure(world.servers.call_tool("files", "a", "{}")).sentence() ==
        "The MCP server \"files\" wrote a line of more than 32 MiB.");
}

TEST_CASE("stopping the pool ends processes, fails their calls, and a later call starts anew") {
  ProcessHost world({{"era", "legacy"}});
  world.on["tools/call"] = [](const Json&) {};
  Task<ToolResult> call = world.servers.call_tool("files", "a", "{}");
  call.start(world.host.queue());
  world.settle();
  world.servers.stop_all();
  world.settle();
  CHECK(world.sent("process.stop").size() == 1);
  REQUIRE(call.ended());
  CHECK(call.take().error().sentence() == "The MCP server \"files\" was stopped.");
  CHECK(world.finish(world.servers.list_tools("files")).size() == 2);
  CHECK(world.starts == 2);
}

TEST_CASE("a process that nobody calls for long enough is ended, and the next call starts another") {
  ProcessHost world({{"era", "legacy"}, {"idle_ms", 1000}});
  world.finish(world.servers.call_tool("files", "read", "{}"));
  world.pass(900);
  world.finish(world.servers.call_tool("files", "read", "{}"));
  world.live(1000, [] { return false; });
  CHECK(world.sent("process.stop").empty());
  world.live(1100, [] { return false; });
  CHECK(world.sent("process.stop").size() == 1);
  CHECK(world.starts == 1);
  CHECK(world.finish(world.servers.call_tool("files", "read", "{}")).text == "did read");
  CHECK(world.starts == 2);
  world.live(2100, [] { return false; });
  CHECK(world.sent("process.stop").size() == 2);
}

TEST_CASE("a process with a call under way is not idle, however long that takes; one that is to be kept never is") {
  ProcessHost world({{"era", "legacy"}, {"idle_ms", 1000}, {"timeout_ms", 60'000}});
  Json waiting;
  world.on["tools/call"] = [&](const Json& message) { waiting = message.at("id"); };
  Task<ToolResult> call = world.servers.call_tool("files", "slow", "{}");
  call.start(world.host.queue());
  world.live(5000, [] { return false; });
  CHECK(world.sent("process.stop").empty());
  world.say(result(waiting, text_result("late")));
  world.settle();
  REQUIRE(call.ended());
  CHECK(call.take()->text == "late");
  ProcessHost kept({{"era", "legacy"}, {"idle_ms", 0}});
  kept.finish(kept.servers.call_tool("files", "read", "{}"));
  kept.pass(10'000'000);
  CHECK(kept.sent("process.stop").empty());
}

TEST_CASE("a pool that is destroyed ends its processes at any moment") {
  for (int answers = 0; answers < 4; ++answers) {
    ProcessHost world;
    int left = answers;
    const auto serve = world.serve;
    world.serve = [&, serve](const Command& command) {
      if (command.kind != "process.write" || left-- > 0) serve(command);
    };
    std::optional<Task<ToolResult>> call = world.servers.call_tool("files", "a", "{}");
    call->start(world.host.queue());
    world.settle();
    call.reset();
    world.servers.configure(Json::object());
    world.settle();
    CHECK(world.sent("process.stop").size() == 1);
  }
}

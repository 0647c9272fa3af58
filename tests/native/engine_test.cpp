// Whole engines with servers, probes and slow tools: that each kind of frame is spoken, and recorded for parity.
#include <algorithm>

#include "base/text.hpp"
#include "doctest/doctest.h"
#include "test_host.hpp"

namespace troupe::test {
namespace {

/// A legacy server over stdio with one tool, played by a function.
class FileServer {
 public:
  explicit FileServer(TestHost& host) : host_(host) {
    host.process = [this](const Frame& command) { take(command); };
  }

  bool starts = true, dies_when_called = false;
  int started = 0, stopped = 0;

 private:
  void take(const Frame& command) {
    const std::int64_t id = command.head.integer("id");
    if (command.kind == "process.stop") {
      ++stopped;
    } else if (command.kind == "process.start") {
      ++started;
      if (!starts) host_.send(Head("process.failed").number("id", id).text("sentence", "There is no such program."));
      else host_.send(Head("process.log").number("id", id), "files: ready\n");
    } else if (const std::string line = answer(*parse_json(command.body)); !line.empty()) {
      host_.send(Head("process.line").number("id", id), line);
    } else if (dies_when_called && contains(command.body, "tools/call")) {
      host_.send(Head("process.exit").number("id", id).number("code", 3));
    }
  }

  std::string answer(const Json& message) const {
    const std::string_view method = text_field(message, "method");
    Json reply = {{"jsonrpc", "2.0"}, {"id", field(message, "id")}};
    if (method == "initialize") {
      reply["result"] = {{"protocolVersion", "2025-11-25"}};
    } else if (method == "tools/list") {
      const Json tool = {{"name", "read"},
                         {"description", "Reads a file."},
                         {"inputSchema", {{"type", "object"}}},
                         {"annotations", {{"readOnlyHint", true}}}};
      reply["result"] = {{"tools", Json::array({tool})}};
    } else if (method == "tools/call" && !dies_when_called) {
      reply["result"] = {{"content", Json::array({{{"type", "text"}, {"text", "the file"}}})}};
    } else if (method == "server/discover") {
      reply["error"] = {{"code", -32601}, {"message", "Method not found"}};
    } else {
      return {};
    }
    return dump_json(reply);
  }

  TestHost& host_;
};

const Json kServers = {{"servers", {{"files", {{"type", "stdio"}}}}}};

/// Calls the tool once and then tells what came back.
std::string reads_once(const Json& request) {
  if (turn_of(request) == 0) return calls({{"read", {{"path", "a"}}}});
  return says(std::string(text_field(request["messages"].back(), "content")));
}

}  // namespace

TEST_CASE("a run calls a tool of a server over stdio, and closing stops the process") {
  World world;
  TestHost host(world);
  FileServer server(host);
  host.model = reads_once;
  host.configure(kServers);
  host.start("r", "read a");
  host.send(Head("run.watch").text("run", "r").flag("watch", true));
  host.go();
  CHECK(host.end_kind == "run.ended");
  CHECK(host.outcome["answer"] == "the file");
  CHECK_FALSE(host.entries.empty());
  CHECK(server.started == 1);
  host.send(Head("close"));
  host.go_once();
  CHECK(server.stopped == 1);
}

TEST_CASE("a server that cannot be started is told to the model, and the run goes on without it") {
  World world;
  TestHost host(world);
  FileServer server(host);
  server.starts = false;
  host.model = [](const Json& request) { return says(std::string(text_field(request["messages"][0], "content"))); };
  host.configure(kServers);
  host.start("r", "read a");
  host.go();
  CHECK(host.end_kind == "run.ended");
  CHECK(contains(text_field(host.outcome, "answer"),
                 "The server \"files\" cannot be used: The MCP server \"files\" could not be started: There is no such "
                 "program."));
}

TEST_CASE("a server that dies in the middle of a call makes the call fail, and the run goes on") {
  World world;
  TestHost host(world);
  FileServer server(host);
  server.dies_when_called = true;
  host.model = reads_once;
  host.configure(kServers);
  host.start("r", "read a");
  host.go();
  CHECK(host.end_kind == "run.ended");
  CHECK(contains(text_field(host.outcome, "answer"), "The MCP server \"files\" ended with exit code 3."));
}

TEST_CASE("a probe tells the tools of a server or the models of a provider, or what is wrong") {
  World world;
  TestHost host(world);
  FileServer server(host);
  host.configure(kServers);
  host.send(Head("probe").text("probe", "1").text("server", "files"));
  host.send(Head("probe").text("probe", "2").text("provider", "script"));
  host.send(Head("probe").text("probe", "3").text("server", "nobody"));
  host.go();
  REQUIRE(host.probed.size() == 3);
  CHECK(host.probed["1"]["ok"] == true);
  CHECK(host.probed["1"]["tools"][0]["name"] == "read");
  CHECK(host.probed["2"]["ok"] == true);
  CHECK(host.probed["3"]["ok"] == false);
  CHECK(host.probed["3"]["sentence"] == "There is no MCP server \"nobody\" in the configuration.");
}

TEST_CASE("a run after another configuration has the tools of that one") {
  World world;
  TestHost host(world);
  std::vector<std::string> told;
  host.model = [&](const Json& request) {
    told.push_back(dump_json(field(request, "tools")));
    return says("done");
  };
  const auto nothing = [](const Json&) { return Json("seen"); };
  host.declare("look", {{"read_only", true}}, nothing);
  host.configure();
  for (const char* run : {"a", "b"}) {
    host.start(run, "look");
    host.go();
  }
  host.declare("listen", {{"read_only", true}}, nothing);
  host.configure();
  host.start("c", "listen");
  host.go();
  REQUIRE(told.size() == 3);
  CHECK(told[0] == told[1]);
  CHECK(contains(told[0], "\"look\""));
  CHECK_FALSE(contains(told[0], "\"listen\""));
  CHECK(contains(told[2], "\"listen\""));
}

TEST_CASE("cancelling a run cancels its tool that is under way") {
  World world;
  TestHost host(world);
  host.declare("slow", {{"read_only", true}}, [](const Json&) { return Json(Json::value_t::discarded); });
  host.model = [](const Json&) { return calls({{"slow", Json::object()}}); };
  host.configure();
  host.start("r", "wait");
  host.go();
  CHECK(host.end_kind.empty());
  host.send(Head("run.cancel").text("run", "r"));
  host.go();
  CHECK(host.end_kind == "run.ended");
  CHECK(host.outcome["stop"]["reason"] == "cancelled");
  CHECK(host.commands.end() != std::ranges::find(host.commands, "tool.cancel", &std::pair<std::string, Json>::first));
}

}  // namespace troupe::test

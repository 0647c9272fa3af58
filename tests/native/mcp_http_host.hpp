// MCP servers of both generations behind HTTP, small and obedient; tests override what they need.
#pragma once

#include "mcp_host.hpp"

namespace troupe::testing {

/// A request as a server sees it.
struct HttpCall {
  const Command& command;
  Json message;        // null when the body is none
  std::string method;  // of the message
  Json id;
};

class HttpHost : public McpHost {
 public:
  Servers servers{host};
  std::map<std::string, std::function<void(const HttpCall&)>> on;  // by method of the message; "GET", "DELETE"
  std::string era = "legacy";
  std::string session;   // the one that is valid now; empty: none is kept
  bool streams = false;  // replies are event streams
  std::size_t cut = 100'000;

  explicit HttpHost(const Json& entry = Json::object()) {
    Json server = {{"type", "http"}, {"url", "https://mcp.example.com/path?key=secret"}};
    server.update(entry);
    servers.configure({{"x", server}});
    serve = [this](const Command& command) { route(command); };
  }

  /// What was sent with this method, in order.
  std::vector<Command> calls(std::string_view method) const {
    std::vector<Command> found;
    for (const Command& command : sent("http.send")) {
      const std::optional<Json> message = parse_json(command.body);
      if (message && text_field(*message, "method") == method) found.push_back(command);
    }
    return found;
  }

  void answer(const HttpCall& call, const std::string& text, Json headers = Json::object()) {
    if (streams) stream(call.command.id(), sse("", "e0") + sse(text, "e1"), cut, true, headers);
    else reply(call.command.id(), 200, "application/json", text, headers);
  }

  void refuse(const HttpCall& call, int status, const std::string& text = {}) {
    reply(call.command.id(), status, "application/json", text);
  }

 private:
  void route(const Command& command) {
    if (command.kind != "http.send") return;
    HttpCall call{command, nullptr, std::string(text_field(command.head, "method")), nullptr};
    if (call.method == "POST") {
      call.message = parsed(command.body);
      call.method = text_field(call.message, "method");
      call.id = field(call.message, "id");
    }
    const auto custom = on.find(call.method);
    if (custom != on.end()) custom->second(call);
    else if (era == "legacy") legacy(call);
    else modern(call);
  }

  void legacy(const HttpCall& call) {
    if (call.method == "initialize") {
      Json headers = Json::object();
      if (!session.empty()) headers["Mcp-Session-Id"] = session;
      answer(call, result(call.id, {{"protocolVersion", "2025-11-25"}, {"capabilities", Json::object()}}), headers);
    } else if (call.command.header("Mcp-Session-Id") != session) {
      refuse(call, 404);
    } else if (call.id.is_null()) {
      reply(call.command.id(), 202, "text/plain", "");
    } else if (call.method == "server/discover" || call.command.header("MCP-Protocol-Version") != "2025-11-25") {
      refuse(call, 400, error(nullptr, -32000, "Bad Request: Server not initialized"));
    } else {
      common(call);
    }
  }

  void modern(const HttpCall& call) {
    const Json& meta = field(field(call.message, "params"), "_meta");
    if (call.command.header("MCP-Protocol-Version") != "2026-07-28" ||
        text_field(meta, "io.modelcontextprotocol/protocolVersion") != "2026-07-28") {
      refuse(call, 400, error(call.id, -32602, "Missing _meta"));
    } else if (call.method == "server/discover") {
      answer(call, result(call.id, {{"resultType", "complete"}, {"supportedVersions", Json::array({"2026-07-28"})}}));
    } else {
      common(call);
    }
  }

  void common(const HttpCall& call) {
    if (call.method == "tools/list") {
      answer(call, result(call.id, {{"tools", numbered_tools(0, 2)}}));
    } else if (call.method == "tools/call") {
      const Json& params = field(call.message, "params");
      answer(call, result(call.id, text_result("did " + std::string(text_field(params, "name")))));
    } else {
      refuse(call, 404, error(call.id, -32601, "Method not found"));
    }
  }
};

}  // namespace troupe::testing

// A server of MCP that changes its tools while it is used.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "test_host.hpp"

namespace troupe::test {

inline Json changing_tool(const std::string& name) {
  return {{"name", name},
          {"description", name == "enter" ? "Go into the house." : "Something else."},
          {"inputSchema", {{"type", "object"}}},
          {"annotations", {{"readOnlyHint", true}}}};
}

/// A server that has a second tool, and `others` beside it, once the first was called, and says so in that call's
/// stream; of the older generation, or of the newer one that first `asks` a person. The model calls "unlock", then
/// "enter" as soon as it sees it.
inline void set_up_changing(TestHost& host, std::shared_ptr<bool> unlocked = std::make_shared<bool>(false),
                            int others = 0, bool asks = false) {
  host.http = [&host, unlocked, others, asks](Host::Id id, const Json& head, std::string_view body) {
    const auto reply = [&](int status, std::string_view type, const std::string& text) {
      host.send(Head("http.head").number("id", id).number("status", status).json("headers", {{"content-type", type}}));
      if (!text.empty()) host.send(Head("http.chunk").number("id", id), text);
      host.send(Head("http.end").number("id", id));
    };
    if (text_field(head, "method") != "POST") return reply(405, "text/plain", "");
    const Json request = *parse_json(body);
    if (text_field(head, "url").starts_with("call:")) {
      bool seen = false;
      for (const Json& each : field(request, "tools")) seen |= each["function"]["name"] == "enter";
      const std::string last(text_field(request["messages"].back(), "content"));
      if (last == "inside") return reply(200, "application/json", says("inside"));
      if (last == "unlocked" && !seen) return reply(200, "application/json", says("There is no way in."));
      return reply(200, "application/json", calls({{seen ? "enter" : "unlock", Json::object()}}));
    }
    const std::string_view method = text_field(request, "method");
    if (!request.contains("id")) return reply(202, "text/plain", "");
    Json result = {{"protocolVersion", "2025-11-25"}, {"capabilities", {{"tools", {{"listChanged", true}}}}}};
    if (method == "server/discover") result["supportedVersions"] = {"2026-07-28"};
    std::string before;
    if (method == "tools/list") {
      result = {{"tools", {changing_tool("unlock")}}};
      for (int i = 0; *unlocked && i < others; ++i) result["tools"].push_back(changing_tool("other_" + decimal(i)));
      if (*unlocked) result["tools"].push_back(changing_tool("enter"));
    } else if (method == "tools/call") {
      const Json& params = request["params"];
      const bool enters = params["name"] == "enter";
      const bool answered = params.contains("inputResponses");
      result = {{"content", {{{"type", "text"}, {"text", enters ? "inside" : "unlocked"}}}}};
      if (asks && !enters && !answered) {
        result = {{"resultType", "input_required"}, {"requestState", "s"}};
        result["inputRequests"]["who"] = {{"method", "elicitation/create"}, {"params", {{"message", "Who is there?"}}}};
      }
      if (!enters && !answered)
        before = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n";
      *unlocked = true;
    }
    const Json answer = {{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}};
    reply(200, "text/event-stream", joined({before, "data: ", dump_json(answer), "\n\n"}));
  };
  Json configuration;
  configuration["servers"]["house"] = {
      {"type", "http"}, {"url", "https://house.example/mcp"}, {"era", asks ? "modern" : "legacy"}};
  host.configure(configuration);
}

}  // namespace troupe::test

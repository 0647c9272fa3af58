// A modern server of MCP with whatever tools a test gives it, and a model that calls them turn by turn.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "test_host.hpp"

namespace troupe::test {

using CallsOfTurn = std::vector<std::pair<std::string, Json>>;

inline Json tooled_configuration() {
  Json configuration;
  configuration["servers"]["desk"] = {{"type", "http"}, {"url", "https://desk.example/mcp"}, {"era", "modern"}};
  return configuration;
}

/// A tool as servers list them; without annotations where `hints` is null.
inline Json listed_tool(const std::string& name, const std::string& description, const Json& hints = Json()) {
  Json schema{{"type", "object"}};
  for (const std::string_view each : {"path", "url", "body", "uri", "n"}) schema["properties"][each] = Json::object();
  Json tool{{"name", name}, {"description", description}, {"inputSchema", std::move(schema)}};
  if (!hints.is_null()) tool["annotations"] = hints;
  return tool;
}

inline Json reads_at_home() { return {{"readOnlyHint", true}, {"openWorldHint", false}}; }
inline Json reads_outside() { return {{"readOnlyHint", true}, {"openWorldHint", true}}; }
inline Json writes() { return {{"readOnlyHint", false}}; }

/// The model makes these calls, a list for each of its turns, and says then what came back. What is called is in
/// `done`: its name.
inline void set_up_tooled(TestHost& host, const Json& tools, const std::vector<CallsOfTurn>& turns,
                          std::vector<std::string>* done) {
  host.http = [&host, tools, turns, done](Host::Id id, const Json& head, std::string_view body) {
    const Json request = *parse_json(body);
    std::string answer;
    if (text_field(head, "url").starts_with("call:")) {
      const auto turn = static_cast<std::size_t>(turn_of(request));
      answer = turn < turns.size() ? calls(turns[turn])
                                   : says(std::string(text_field(request["messages"].back(), "content")));
    } else {
      const std::string_view method = text_field(request, "method");
      Json result{{"resultType", "complete"}};
      if (method == "server/discover") {
        result["supportedVersions"] = {"2026-07-28"};
        result["capabilities"] = {{"tools", Json::object()}, {"resources", Json::object()}};
      } else if (method == "tools/list") {
        result["tools"] = tools;
      } else if (method == "resources/read") {
        if (done != nullptr) done->emplace_back("read_resource");
        result["contents"] = {{{"uri", request["params"]["uri"]}, {"text", "Ann earns 4242."}}};
      } else {
        if (done != nullptr) done->emplace_back(text_field(request["params"], "name"));
        result["content"] = {{{"type", "text"}, {"text", "well"}}};
      }
      answer = dump_json({{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}});
    }
    host.send(Head("http.reply")
                  .number("id", id)
                  .number("status", 200)
                  .json("headers", {{"content-type", "application/json"}}),
              answer);
  };
}

}  // namespace troupe::test

// What a tool answered, in the form that journals hold and models read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace troupe {

struct ToolResult {
  std::string text;  // all content as text; what is no text is named in brackets
  Json structured;   // structuredContent, or null
  bool failed = false;
  std::int64_t cut_from_bytes = 0;  // the size before it was cut, 0 if it was not
  /// What the server wants to know before there is a result: {"requests": {key: {"method","params"}}, "state"?,
  /// "open"?, "task"?, "poll_ms"?, "server"?, "sampling"?}; null: this is the result. With a "task" the server works on
  /// by itself, and there need be no requests.
  Json input = {};
  bool tools_changed = false;  // what the run knows of its servers' tools is out of date
};

/// Results beyond this are cut before they are journalled, with a note for the model.
inline constexpr std::size_t kMaxResultBytes = 256U << 10U;

/// As journals hold it: canonical JSON.
std::string written(const ToolResult& result);
ToolResult result_from(std::string_view written);

/// From an MCP CallToolResult: {"content":[...],"structuredContent","isError"}; or from what an application's tool
/// returned: a string, or any JSON.
ToolResult result_of_mcp(const Json& call_tool_result);
/// From an MCP ReadResourceResult: {"contents":[...]}.
ToolResult result_of_resource(const Json& read_result);

}  // namespace troupe

// A conversation of the offline model with tools that answer by rote.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llm/offline/offline.hpp"

namespace troupe::offline {

inline ToolSpec tool(std::string name, std::string description, std::string_view schema, bool read_only) {
  ToolSpec spec;
  spec.name = std::move(name);
  spec.description = std::move(description);
  spec.input_schema = *parse_json(schema);
  spec.read_only = read_only;
  return spec;
}

inline constexpr std::string_view kPath =
    R"({"type":"object","properties":{"path":{"type":"string"}},"required":["path"]})";

/// The tools of the public filesystem server, shortened.
inline std::vector<ToolSpec> files() {
  return {
      tool("read_file", "Read the complete contents of a file as text. DEPRECATED: Use read_text_file instead.", kPath,
           true),
      tool("read_text_file", "Read the complete contents of a file from the file system as text.",
           R"({"type":"object","properties":{"path":{"type":"string"},"head":{"type":"number"}},"required":["path"]})",
           true),
      tool(
          "read_multiple_files", "Read the contents of multiple files simultaneously.",
          R"({"type":"object","properties":{"paths":{"type":"array","items":{"type":"string"}}},"required":["paths"]})",
          true),
      tool(
          "write_file", "Create a new file or completely overwrite an existing file with new content.",
          R"({"type":"object","properties":{"path":{"type":"string"},"content":{"type":"string"}},"required":["path","content"]})",
          false),
      tool(
          "edit_file", "Make line-based edits to a text file.",
          R"({"type":"object","properties":{"path":{"type":"string"},"edits":{"type":"array","items":{"type":"object","properties":{"oldText":{"type":"string"},"newText":{"type":"string"}},"required":["oldText","newText"]}}},"required":["path","edits"]})",
          false),
      tool("create_directory", "Create a new directory or ensure a directory exists.", kPath, false),
      tool("list_directory", "Get a detailed listing of all files and directories in a specified path.", kPath, true),
      tool(
          "list_directory_with_sizes",
          "Get a detailed listing of all files and directories in a specified path, including sizes.",
          R"({"type":"object","properties":{"path":{"type":"string"},"sortBy":{"type":"string","enum":["name","size"]}},"required":["path"]})",
          true),
      tool("directory_tree", "Get a recursive tree view of files and directories as a JSON structure.", kPath, true),
      tool(
          "move_file", "Move or rename files and directories.",
          R"({"type":"object","properties":{"source":{"type":"string"},"destination":{"type":"string"}},"required":["source","destination"]})",
          false),
      tool(
          "search_files", "Recursively search for files and directories matching a pattern.",
          R"({"type":"object","properties":{"path":{"type":"string"},"pattern":{"type":"string"}},"required":["path","pattern"]})",
          true),
      tool("get_file_info", "Retrieve detailed metadata about a file or directory.", kPath, true),
      tool("list_allowed_directories", "Returns the list of directories that this server is allowed to access.",
           R"({"type":"object","properties":{}})", true),
  };
}

/// A conversation with tools that answer by rote: what a call as text ("read_text_file a.md") returns.
struct Talk {
  std::vector<ToolSpec> tools;
  std::vector<std::pair<std::string, std::string>> answers;  // one that begins with '!' is a failure
  std::vector<std::string> calls;                            // as they were made, "name argument argument"
  std::vector<std::size_t> turns;                            // calls in each turn

  std::string ask(std::string task) {
    std::vector<Message> messages(2);
    messages[0].role = Message::Role::kSystem;
    messages[1].text = std::move(task);
    for (int turn = 0; turn < 12; ++turn) {
      const ChatReply reply = offline_reply(messages, tools);
      CHECK(written(reply) == written(offline_reply(messages, tools)));
      CHECK(reply.model == "offline");
      CHECK(reply.finish == (reply.calls.empty() ? "stop" : "tool_calls"));
      if (reply.calls.empty()) return reply.text;
      Message said;
      said.role = Message::Role::kAssistant;
      said.calls = reply.calls;
      messages.push_back(said);
      turns.push_back(reply.calls.size());
      for (const ToolCall& call : reply.calls) messages.push_back(result(call));
    }
    return "it never ends";
  }

  Message result(const ToolCall& call) {
    std::string line = call.name;
    const Json arguments = *parse_json(call.arguments);
    for (const auto& [name, value] : arguments.items())
      line += ' ' + (value.is_string() ? std::string(value) : dump_json(value));
    Message message;
    message.role = Message::Role::kTool;
    message.call_id = call.id;
    message.text = "!no such thing";
    for (const auto& [wanted, answer] : answers) {
      if (wanted == line) message.text = answer;
    }
    // The same call a second time meets the world that the first one changed.
    for (const std::string& earlier : calls) {
      if (earlier == line && message.text.starts_with("!ENOENT")) message.text = "ok";
    }
    calls.push_back(std::move(line));
    message.failed = message.text.starts_with("!");
    if (message.failed) message.text.erase(0, 1);
    return message;
  }
};

}  // namespace troupe::offline

#include "mcp/sampling.hpp"

#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "mcp/tool_result.hpp"

namespace troupe {
namespace {

/// Content is one block or a list of them.
std::vector<Json> blocks_of(const Json& content) {
  std::vector<Json> blocks;
  if (content.is_object()) blocks.push_back(content);
  for (const Json& block : content.is_array() ? content : Json::array()) blocks.push_back(block);
  return blocks;
}

void add_user(Sampling& sampling, const Json& content) {
  Message message{Message::Role::kUser};
  for (const Json& block : blocks_of(content)) {
    const std::string_view type = text_field(block, "type");
    if (type == "tool_result") {
      ToolResult result = result_of_mcp(block);
      sampling.messages.push_back({Message::Role::kTool,
                                   std::move(result.text),
                                   {},
                                   std::string(text_field(block, "toolUseId")),
                                   result.failed});
    } else if (type == "image") {
      message.images.push_back(
          {std::string(text_field(block, "mimeType")), std::string(text_field(block, "data")), {}});
    } else {
      append(message.text,
             {message.text.empty() ? "" : "\n", result_of_mcp(object({{"content", Json::array({block})}})).text});
    }
  }
  if (!message.text.empty() || !message.images.empty()) sampling.messages.push_back(std::move(message));
}

void add_assistant(Sampling& sampling, const Json& content) {
  Message message{Message::Role::kAssistant};
  for (const Json& block : blocks_of(content)) {
    if (text_field(block, "type") == "tool_use") {
      message.calls.push_back({std::string(text_field(block, "id")), std::string(text_field(block, "name")),
                               dump_json(field(block, "input"))});
    } else {
      append(message.text, {message.text.empty() ? "" : "\n", text_field(block, "text")});
    }
  }
  sampling.messages.push_back(std::move(message));
}

Json text_block(std::string_view text) { return object({{"type", "text"}, {"text", text}}); }

}  // namespace

Result<Sampling> sampling_from(const Json& params) {
  Sampling sampling;
  sampling.system = text_field(params, "systemPrompt");
  const Json& messages = field(params, "messages");
  if (!messages.is_array() || messages.empty())
    return failure(Code::kInvalidInput, "A request for sampling needs \"messages\".");
  for (const Json& message : messages) {
    const bool assistant = text_field(message, "role") == "assistant";
    if (assistant) add_assistant(sampling, field(message, "content"));
    else add_user(sampling, field(message, "content"));
  }
  if (text_field(field(params, "toolChoice"), "mode") == "none") return sampling;
  for (const Json& tool : field(params, "tools")) {
    ToolSpec spec;
    spec.name = text_field(tool, "name");
    spec.description = text_field(tool, "description");
    spec.input_schema = field(tool, "inputSchema");
    if (!spec.name.empty() && spec.input_schema.is_object()) sampling.tools.push_back(std::move(spec));
  }
  return sampling;
}

Json sampled_message(const ChatReply& reply) {
  const bool cut = reply.finish == "length" || reply.finish == "window";
  Json message = object({{"role", "assistant"},
                         {"model", reply.model},
                         {"stopReason", !reply.calls.empty() ? "toolUse"
                                        : cut                ? "maxTokens"
                                                             : "endTurn"}});
  if (reply.calls.empty()) {
    message["content"] = text_block(reply.text);
    return message;
  }
  Json& content = message["content"] = Json::array();
  if (!reply.text.empty()) content.push_back(text_block(reply.text));
  for (const ToolCall& call : reply.calls) {
    content.push_back(object({{"type", "tool_use"},
                              {"id", call.id},
                              {"name", call.name},
                              {"input", parse_json(call.arguments).value_or(Json::object())}}));
  }
  return message;
}

}  // namespace troupe

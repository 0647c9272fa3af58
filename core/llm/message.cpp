#include "llm/message.hpp"

namespace troupe {

Usage& Usage::operator+=(const Usage& other) {
  input_tokens = sum(input_tokens, other.input_tokens);
  output_tokens = sum(output_tokens, other.output_tokens);
  cached_tokens = sum(cached_tokens, other.cached_tokens);
  reasoning_tokens = sum(reasoning_tokens, other.reasoning_tokens);
  cost = sum(cost, other.cost);
  return *this;
}

Json to_json(const Usage& usage) {
  Json json = object({{"input", usage.input_tokens}, {"output", usage.output_tokens}});
  if (usage.cached_tokens != 0) json["cached"] = usage.cached_tokens;
  if (usage.reasoning_tokens != 0) json["reasoning"] = usage.reasoning_tokens;
  if (usage.cost != 0) json["nano_usd"] = usage.cost;
  return json;
}

Usage usage_from_json(const Json& json) {
  return {integer_field(json, "input"), integer_field(json, "output"), integer_field(json, "cached"),
          integer_field(json, "reasoning"), integer_field(json, "nano_usd")};
}

Json to_json(const ChatReply& reply) {
  Json json;
  for (const ToolCall& call : reply.calls) {
    Json item = object({{"id", call.id}, {"name", call.name}});
    if (call.malformed.empty()) item["arguments"] = call.arguments;
    else item["malformed"] = call.malformed;
    json["calls"].push_back(std::move(item));
  }
  json["finish"] = reply.finish;
  json["model"] = reply.model;
  json["text"] = reply.text;
  json["usage"] = to_json(reply.usage);
  return json;
}

ChatReply reply_from_json(Json json) {
  ChatReply reply;
  if (json.contains("calls")) {
    for (Json& item : json["calls"]) {
      ToolCall call;
      call.id = text_field(item, "id");
      call.name = text_field(item, "name");
      call.malformed = text_field(item, "malformed");
      if (item.contains("arguments")) call.arguments = std::move(item["arguments"]);
      call.written = call.malformed.empty() ? dump_json(call.arguments) : call.malformed;
      reply.calls.push_back(std::move(call));
    }
  }
  reply.finish = text_field(json, "finish");
  reply.model = text_field(json, "model");
  reply.text = text_field(json, "text");
  reply.usage = usage_from_json(field(json, "usage"));
  return reply;
}

Json to_json(const ToolSpec& tool) {
  Json json = object({{"name", tool.name}, {"description", tool.description}, {"input", tool.input_schema}});
  if (!tool.server.empty()) json["server"] = tool.server;
  if (!tool.server.empty()) json["server_name"] = tool.server_name;
  if (tool.read_only) json["read_only"] = true;
  if (!tool.destructive) json["destructive"] = false;
  if (tool.idempotent) json["idempotent"] = true;
  if (!tool.open_world) json["open_world"] = false;
  return json;
}

ToolSpec tool_from_json(const Json& json) {
  ToolSpec tool;
  tool.name = text_field(json, "name");
  tool.description = text_field(json, "description");
  tool.input_schema = field(json, "input");
  tool.server = text_field(json, "server");
  tool.server_name = text_field(json, "server_name");
  tool.read_only = flag_field(json, "read_only");
  tool.destructive = flag_field(json, "destructive", true);
  tool.idempotent = flag_field(json, "idempotent");
  tool.open_world = flag_field(json, "open_world", true);
  return tool;
}

}  // namespace troupe

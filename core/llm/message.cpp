#include "llm/message.hpp"

#include "base/json_parse.hpp"

namespace troupe {

Usage& Usage::operator+=(const Usage& other) {
  input_tokens = sum(input_tokens, other.input_tokens);
  output_tokens = sum(output_tokens, other.output_tokens);
  cached_tokens = sum(cached_tokens, other.cached_tokens);
  written_tokens = sum(written_tokens, other.written_tokens);
  reasoning_tokens = sum(reasoning_tokens, other.reasoning_tokens);
  cost = sum(cost, other.cost);
  return *this;
}

std::string written(const Usage& usage) {
  ObjectText out;
  if (usage.cached_tokens != 0) out.number("cached", usage.cached_tokens);
  out.number("input", usage.input_tokens);
  if (usage.cost != 0) out.number("nano_usd", usage.cost);
  out.number("output", usage.output_tokens);
  if (usage.reasoning_tokens != 0) out.number("reasoning", usage.reasoning_tokens);
  if (usage.written_tokens != 0) out.number("written", usage.written_tokens);
  return out.finish();
}

Usage usage_from(std::string_view written) {
  const Fields fields = Fields::within(written);
  Usage usage;
  usage.input_tokens = fields.integer("input");
  usage.output_tokens = fields.integer("output");
  usage.cached_tokens = fields.integer("cached");
  usage.written_tokens = fields.integer("written");
  usage.reasoning_tokens = fields.integer("reasoning");
  usage.cost = fields.integer("nano_usd");
  return usage;
}

std::string written(const ChatReply& reply) {
  ObjectText out;
  if (!reply.by.empty()) out.text("by", reply.by);
  if (!reply.calls.empty()) {
    std::string calls = "[";
    for (const ToolCall& call : reply.calls) {
      ObjectText item;
      if (call.malformed.empty()) item.raw("arguments", call.arguments);
      item.text("id", call.id);
      if (!call.malformed.empty()) item.text("malformed", call.malformed);
      calls += calls.size() == 1 ? "" : ",";
      calls += item.text("name", call.name).finish();
    }
    calls += ']';
    out.raw("calls", calls);
  }
  out.text("finish", reply.finish);
  if (!reply.lost.empty()) out.raw("lost", reply.lost);
  out.text("model", reply.model).text("text", reply.text);
  if (!reply.thoughts.blocks.empty()) {
    out.raw("thoughts", ObjectText().raw("blocks", reply.thoughts.blocks).text("codec", reply.thoughts.codec).finish());
  }
  return out.raw("usage", written(reply.usage)).finish();
}

ChatReply reply_from(std::string_view written) {
  const Fields fields = Fields::within(written);
  ChatReply reply;
  reply.by = fields.text("by");
  for (const std::string_view item : items_within(fields.raw("calls"))) {
    const Fields call = Fields::within(item);
    // A person or an older release may have written it: not every journal is sorted in the depth.
    const std::optional<Json> arguments = parse_json(call.raw("arguments"));
    reply.calls.push_back({call.text("id"), call.text("name"),
                           arguments ? dump_json(*arguments) : std::string(call.raw("malformed").empty() ? "{}" : ""),
                           call.text("malformed")});
  }
  reply.finish = fields.text("finish");
  reply.model = fields.text("model");
  reply.text = fields.text("text");
  reply.usage = usage_from(fields.raw("usage"));
  reply.lost = fields.raw("lost");
  if (const Fields thoughts = Fields::within(fields.raw("thoughts")); !thoughts.raw("blocks").empty())
    reply.thoughts = {thoughts.text("codec"), std::string(thoughts.raw("blocks"))};
  return reply;
}

Json to_json(const ToolSpec& tool) {
  Json json = object({{"name", tool.name}, {"description", tool.description}, {"input", tool.input_schema}});
  if (!tool.server.empty()) json["server"] = tool.server;
  if (!tool.server.empty()) json["server_name"] = tool.server_name;
  for (const std::string& each : tool.equals) json["equals"].push_back(each);
  if (tool.read_only) json["read_only"] = true;
  if (!tool.destructive) json["destructive"] = false;
  if (tool.idempotent) json["idempotent"] = true;
  if (!tool.open_world) json["open_world"] = false;
  if (tool.says_effect) json["says_effect"] = true;
  if (tool.says_world) json["says_world"] = true;
  return json;
}

ToolSpec tool_from_json(const Json& json) {
  ToolSpec tool;
  tool.name = text_field(json, "name");
  tool.description = text_field(json, "description");
  tool.input_schema = field(json, "input");
  tool.server = text_field(json, "server");
  tool.server_name = text_field(json, "server_name");
  for (const Json& each : field(json, "equals")) {
    if (each.is_string()) tool.equals.push_back(each.get<std::string>());
  }
  tool.read_only = flag_field(json, "read_only");
  tool.destructive = flag_field(json, "destructive", true);
  tool.idempotent = flag_field(json, "idempotent");
  tool.open_world = flag_field(json, "open_world", true);
  tool.says_effect = flag_field(json, "says_effect");
  tool.says_world = flag_field(json, "says_world");
  return tool;
}

std::string callable_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool fine =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    out += fine ? c : '_';
  }
  if (out.size() > 64) out.resize(64);
  return out.empty() ? "tool" : out;
}

}  // namespace troupe

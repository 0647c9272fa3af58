#include "mcp/tool_result.hpp"

#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

/// Bytes of what base64 text stands for.
std::int64_t decoded_bytes(std::string_view data) {
  while (data.ends_with('=')) data.remove_suffix(1);
  return static_cast<std::int64_t>(data.size()) * 3 / 4;
}

std::string bracketed(std::string_view what, std::string_view name, std::string_view mime, std::int64_t bytes) {
  std::string text = joined({"[", what});
  if (!name.empty()) text += joined({" ", name});
  if (!mime.empty()) text += joined({", ", mime});
  if (bytes > 0) text += joined({", ", decimal(bytes), " bytes"});
  return joined({text, "]"});
}

/// One block of content as text.
std::string text_of(const Json& block) {
  const std::string_view type = text_field(block, "type");
  if (type == "text") return std::string(text_field(block, "text"));
  const std::string_view mime = text_field(block, "mimeType");
  if (type == "image" || type == "audio") return bracketed(type, {}, mime, decoded_bytes(text_field(block, "data")));
  if (type == "resource") {
    const Json& resource = field(block, "resource");
    if (field(resource, "text").is_string()) return std::string(text_field(resource, "text"));
    return bracketed("resource", text_field(resource, "uri"), text_field(resource, "mimeType"),
                     decoded_bytes(text_field(resource, "blob")));
  }
  if (type == "resource_link")
    return bracketed("resource", text_field(block, "uri"), mime, integer_field(block, "size"));
  return block.is_string() ? block.get<std::string>() : dump_json(block);
}

void cut(ToolResult& result) {
  if (!result.structured.is_null()) {
    const std::size_t bytes = dump_json(result.structured).size();
    if (bytes > kMaxResultBytes) {
      result.structured = nullptr;
      result.cut_from_bytes = static_cast<std::int64_t>(bytes);
    }
  }
  if (result.text.size() <= kMaxResultBytes) return;
  result.cut_from_bytes = static_cast<std::int64_t>(result.text.size());
  result.text = utf8_prefix(result.text, kMaxResultBytes);
  result.text += joined({"\n[Cut here: the result has ", decimal(result.cut_from_bytes), " bytes, and only the first ",
                         decimal(kMaxResultBytes), " were kept.]"});
}

}  // namespace

std::string written(const ToolResult& result) {
  ObjectText out;
  if (result.cut_from_bytes != 0) out.number("cut_from_bytes", result.cut_from_bytes);
  if (result.failed) out.flag("failed", true);
  if (!result.input.is_null()) out.json("input", result.input);
  if (!result.structured.is_null()) out.json("structured", result.structured);
  out.text("text", result.text);
  if (result.tools_changed) out.flag("tools_changed", true);
  return out.finish();
}

ToolResult result_from(std::string_view written) {
  const Fields fields = Fields::within(written);
  return {fields.text("text"),
          parse_json(fields.raw("structured")).value_or(Json()),
          fields.flag("failed"),
          fields.integer("cut_from_bytes"),
          parse_json(fields.raw("input")).value_or(Json()),
          fields.flag("tools_changed")};
}

ToolResult result_of_resource(const Json& read_result) {
  ToolResult result;
  for (const Json& each : field(read_result, "contents")) {
    if (!result.text.empty()) result.text += '\n';
    result.text += text_of(object({{"type", "resource"}, {"resource", each}}));
  }
  cut(result);
  return result;
}

ToolResult result_of_mcp(const Json& call_tool_result) {
  ToolResult result;
  const Json& content = field(call_tool_result, "content");
  if (content.is_array()) {
    for (const Json& block : content) {
      if (!result.text.empty()) result.text += '\n';
      result.text += text_of(block);
    }
    result.structured = field(call_tool_result, "structuredContent");
    result.failed = flag_field(call_tool_result, "isError");
    if (result.text.empty() && !result.structured.is_null()) result.text = dump_json(result.structured);
    if (result.text.empty() && result.failed) result.text = "The tool failed without saying why.";
  } else if (call_tool_result.is_string()) {
    result.text = call_tool_result.get<std::string>();
  } else if (!call_tool_result.is_null()) {
    result.text = dump_json(call_tool_result);
    result.structured = call_tool_result;
  }
  cut(result);
  return result;
}

}  // namespace troupe

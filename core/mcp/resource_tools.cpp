#include "mcp/resource_tools.hpp"

#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

ToolSpec reading(const std::string& server, std::string name, std::string_view server_name, std::string description) {
  ToolSpec spec;
  spec.name = std::move(name);
  spec.server = server;
  spec.server_name = server_name;
  spec.description = std::move(description);
  spec.input_schema = object({{"type", "object"}});
  spec.read_only = true;
  spec.destructive = false;
  spec.idempotent = true;
  return spec;
}

void append_line(std::string& text, std::string_view uri, const Json& each) {
  append(text, {"- ", uri});
  const std::string_view title = text_field(each, "title", text_field(each, "name"));
  if (!title.empty() && title != uri) append(text, {" \"", title, "\""});
  if (const std::string_view mime = text_field(each, "mimeType"); !mime.empty()) append(text, {" (", mime, ")"});
  if (const std::string_view about = text_field(each, "description"); !about.empty()) append(text, {": ", about});
  text += '\n';
}

}  // namespace

std::vector<ToolSpec> resource_tools(const std::string& server) {
  std::vector<ToolSpec> tools;
  tools.push_back(
      reading(server, "list_resources", kListResources,
              joined({"Lists the resources of the server \"", server, "\": files, records and the like."})));
  tools.push_back(reading(server, "read_resource", kReadResource,
                          joined({"Reads a resource of the server \"", server, "\" by its address."})));
  Json& schema = tools.back().input_schema;
  schema["properties"]["uri"] =
      object({{"type", "string"}, {"description", "The resource's address, as list_resources or a result named it."}});
  schema["required"].push_back("uri");
  return tools;
}

std::string resource_list(const Json& resources, const Json& templates) {
  std::string text;
  for (const Json& each : resources) append_line(text, text_field(each, "uri"), each);
  for (const Json& each : templates) append_line(text, text_field(each, "uriTemplate"), each);
  return text.empty() ? "There are no resources." : text;
}

}  // namespace troupe

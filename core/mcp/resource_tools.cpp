#include "mcp/resource_tools.hpp"

#include <utility>

#include "base/json_parse.hpp"
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

void append_line(std::string& text, const std::string& uri, const Fields& each) {
  append(text, {"- ", uri});
  const std::string title = each.text("title", each.text("name"));
  if (!title.empty() && title != uri) append(text, {" \"", title, "\""});
  if (const std::string mime = each.text("mimeType"); !mime.empty()) append(text, {" (", mime, ")"});
  if (const std::string about = each.text("description"); !about.empty()) append(text, {": ", about});
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

std::string resource_list(std::string_view resources, std::string_view templates) {
  std::string text;
  const auto append_lines = [&](std::string_view list, std::string_view address) {
    for (const std::string_view item : items_of(list)) {
      const Fields each(item);
      append_line(text, each.text(address), each);
    }
  };
  append_lines(resources, "uri");
  append_lines(templates, "uriTemplate");
  return text.empty() ? "There are no resources." : text;
}

}  // namespace troupe

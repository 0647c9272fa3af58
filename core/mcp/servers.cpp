#include "mcp/servers.hpp"

#include <utility>

#include "base/text.hpp"
#include "mcp/server.hpp"

namespace troupe {

Servers::Servers(Host& host) : host_(host) {}
Servers::~Servers() = default;

Result<> Servers::configure(const Json& servers) {
  if (!servers.is_null() && !servers.is_object()) {
    return failure(Code::kInvalidInput, "The configuration's \"servers\" must be an object of servers by name.");
  }
  std::vector<std::shared_ptr<Server>> next;
  for (const auto& [name, entry] : servers.items()) {
    Result<ServerConfig> config = server_config(name, entry);
    if (!config) return failure(config.error());
    const Result<std::shared_ptr<Server>> kept = find(name);
    const bool same = kept && (*kept)->entry() == entry;
    next.push_back(same ? *kept : std::make_shared<Server>(host_, std::move(*config), entry));
  }
  servers_ = std::move(next);
  return {};
}

std::vector<std::string> Servers::names() const {
  std::vector<std::string> names;
  names.reserve(servers_.size());
  for (const auto& server : servers_) names.push_back(server->name());
  return names;
}

Result<std::shared_ptr<Server>> Servers::find(std::string_view name) const {
  for (const auto& server : servers_) {
    if (server->name() == name) return server;
  }
  return failure(Code::kNotFound, joined({"There is no MCP server \"", name, "\" in the configuration."}));
}

Task<std::vector<ToolSpec>> Servers::list_tools(std::string server) {
  const std::shared_ptr<Server> found = co_await find(server);
  std::vector<ToolSpec> tools = co_await found->list_tools();
  co_return tools;
}

Task<ToolResult> Servers::call_tool(std::string server, std::string tool, Json arguments) {
  const std::shared_ptr<Server> found = co_await find(server);
  ToolResult result = co_await found->call_tool(std::move(tool), std::move(arguments));
  co_return result;
}

void Servers::stop_all() {
  for (const auto& server : servers_) server->close();
}

}  // namespace troupe

#include "mcp/servers.hpp"

#include <algorithm>
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
  for (const auto& [name, entry] : members(servers)) {
    Result<ServerConfig> config = server_config(name, entry);
    if (!config) return failure(config.error());
    const Result<std::shared_ptr<Server>> kept = find(name);
    const bool same = kept && (*kept)->entry() == entry;
    next.push_back(same ? *kept : std::make_shared<Server>(host_, std::move(*config), entry, legacy_origins_));
  }
  for (const auto& server : next) {
    const std::string& same = server->same_as();
    const auto other = std::ranges::find(next, same, [](const auto& each) { return each->name(); });
    if (same.empty() || (other != next.end() && (*other)->same_as().empty())) continue;
    return failure(Code::kInvalidInput, joined({"The MCP server \"", server->name(), "\" is \"same_as\" \"", same,
                                                "\", which is no server of its own."}));
  }
  servers_ = std::move(next);
  return {};
}

std::vector<std::string> Servers::names() const {
  std::vector<std::string> names;
  names.reserve(servers_.size());
  for (const auto& server : servers_) {
    if (server->same_as().empty()) names.push_back(server->name());
  }
  return names;
}

std::vector<std::string> Servers::equals(std::string_view name) const {
  std::vector<std::string> names;
  for (const auto& server : servers_) {
    if (server->same_as() == name) names.push_back(server->name());
  }
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

std::int64_t Servers::changes(const std::vector<std::string>& servers) const {
  std::int64_t changes = 0;
  for (const std::string& each : servers) {
    if (const Result<std::shared_ptr<Server>> found = find(each)) changes += (*found)->changes();
  }
  return changes;
}

Task<ToolResult> Servers::call_tool(std::string server, std::string tool, std::string arguments, Answered answered,
                                    OnProgress on_progress) {
  const std::shared_ptr<Server> found = co_await find(server);
  ToolResult result =
      co_await found->call_tool(std::move(tool), std::move(arguments), std::move(answered), std::move(on_progress));
  co_return result;
}

Task<RpcAnswer> Servers::request(std::string server, std::string method, std::string params, Answered answered,
                                 OnProgress on_progress) {
  const std::shared_ptr<Server> found = co_await find(server);
  RpcAnswer answer =
      co_await found->request(std::move(method), std::move(params), std::move(answered), std::move(on_progress));
  co_return answer;
}

void Servers::give_up(std::string_view server, std::int64_t open, std::string_view run) const {
  if (const Result<std::shared_ptr<Server>> found = find(server)) (*found)->give_up(open, run);
}

void Servers::stop_all() {
  for (const auto& server : servers_) server->close();
}

}  // namespace troupe

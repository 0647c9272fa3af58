// One server of the pool: its connection, and what it was last known to offer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "llm/message.hpp"
#include "mcp/connection.hpp"
#include "mcp/tool_result.hpp"

namespace troupe {

/// Held by every task that uses it, so that it may leave the pool at any time.
class Server {
 public:
  /// `entry` is its part of the configuration, which `config` was read from.
  Server(Host& host, ServerConfig config, Json entry);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { background_.clear(); }

  const std::string& name() const { return config_.name; }
  const std::string& same_as() const { return config_.same_as; }
  const Json& entry() const { return entry_; }
  Task<std::vector<ToolSpec>> list_tools();
  Task<ToolResult> call_tool(std::string tool, Json arguments);
  void close() { connection_->close(); }

 private:
  Task<> fetch_tools();
  /// Reads one page; its cursor to the next, empty at the end.
  std::string take_page(Json page, std::vector<ToolSpec>& tools);
  /// `error` as a result that a model can learn from, or as a failure.
  Result<ToolResult> refused(const std::string& tool, const RpcError& error) const;

  ServerConfig config_;
  Json entry_;
  std::unique_ptr<Connection> connection_;
  Background background_;
  Joint listed_;
  std::vector<ToolSpec> tools_;
};

}  // namespace troupe

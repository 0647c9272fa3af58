// One server of the pool: its connection, and what it was last known to offer.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "llm/message.hpp"
#include "mcp/connection.hpp"
#include "mcp/fresh_results.hpp"
#include "mcp/http_connection.hpp"
#include "mcp/tool_result.hpp"

namespace troupe {

/// What was said to a server's questions: `input` as it came, and the answers, key -> {"result"} or {"error"}.
struct Answered {
  Json input;  // null: nothing was asked yet
  Json responses;
  std::string run = {};  // for which it is called; empty: for none
};

/// Held by every task that uses it, so that it may leave the pool at any time.
class Server {
 public:
  /// `entry` is its part of the configuration, which `config` was read from. `legacy_origins` outlives it.
  Server(Host& host, ServerConfig config, Json entry, LegacyOrigins& legacy_origins);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { background_.clear(); }

  const std::string& name() const { return config_.name; }
  const std::string& same_as() const { return config_.same_as; }
  const Json& entry() const { return entry_; }
  Task<std::vector<ToolSpec>> list_tools();
  Task<ToolResult> call_tool(std::string tool, std::string arguments, Answered answered, OnProgress on_progress);
  /// Any request of the protocol; lists are read to their last page.
  Task<RpcAnswer> request(std::string method, std::string params, Answered answered, OnProgress on_progress);
  /// How often it has said that its tools changed.
  std::int64_t changes() const { return changes_; }
  void give_up(std::int64_t open, std::string_view run) { connection_->give_up(open, run); }
  void close() { connection_->close(); }

 private:
  /// Begins with the server; with one of the oldest over HTTP by its own transport.
  Task<> connect();
  Task<> fetch_tools();
  struct Listing;
  /// All items of a list, page by page: JSON {`key`: [...]} with what else the first page said.
  Task<std::string> list(std::string method, std::string key, std::string params);
  /// Adds a page to a listing; false: there is no such list in it.
  bool take_page(Listing& listing, const std::string& method, const std::string& page);
  /// Remembers what calls need to know of these tools. What is returned is without those that cannot be called.
  std::string learn(std::string_view tools);
  void forget_tools();
  Task<RpcAnswer> ask(std::string method, std::string params, Answered answered, OnProgress on_progress);
  /// Asks for a task until it has come to something.
  Task<RpcAnswer> follow(Answered answered, OnProgress on_progress);
  Task<ToolResult> read_resources(std::string method, std::string arguments, Answered answered);
  /// What a server wants to know, as a result that stands for it.
  ToolResult wanting(InputRequired wanted) const;
  ToolResult checked(const std::string& tool, const Json& result) const;
  /// `error` as a result that a model can learn from, or as a failure.
  Result<ToolResult> refused(const std::string& tool, const RpcError& error) const;
  void hear(const RpcMessage& message);

  Host& host_;
  ServerConfig config_;
  Json entry_;
  std::unique_ptr<Connection> connection_;
  Background background_;
  Joint connected_;
  Joint listed_;
  std::vector<ToolSpec> tools_;
  std::int64_t changes_ = 0;
  FreshResults fresh_;
  std::int64_t fresh_until_ms_ = 0;                           // 0: until the server says otherwise
  std::vector<std::pair<std::string, Json>> output_schemas_;  // by tool
  std::vector<std::string> only_as_tasks_;                    // tools of a legacy server
};

}  // namespace troupe

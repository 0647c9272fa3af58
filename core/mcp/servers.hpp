// The pool: all MCP servers of an engine, connected when first needed and shared by its runs.
//
// Nothing here is journalled: these are the operations behind steps. A server that cannot be reached is a failure of
// the call that needed it, and of no other. What servers say beside their answers (stderr, log messages, lines that are
// no MCP) goes out as notify.log.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "llm/message.hpp"
#include "mcp/server.hpp"
#include "mcp/tool_result.hpp"
#include "run/host.hpp"
#include "run/task.hpp"

namespace troupe {

class Servers {
 public:
  /// The host outlives the pool; the pool outlives every task that it gave out.
  explicit Servers(Host& host);
  Servers(const Servers&) = delete;
  Servers& operator=(const Servers&) = delete;
  ~Servers();

  /// The servers from now on: {"name": {"type":"http","url","headers","credential","era","timeout_ms"} |
  /// {"type":"stdio","era","timeout_ms"}}. One whose entry is the same as before keeps its connection; one that is gone
  /// or changed serves the calls under way and then ends. Fails with kInvalidInput, and then changes nothing.
  Result<> configure(const Json& servers);

  /// In alphabetical order, without those that are the same as another.
  std::vector<std::string> names() const;
  /// The others that are the same as this one, in alphabetical order.
  std::vector<std::string> equals(std::string_view server) const;

  /// All tools of a server, from its list or from the last one that it has not said is out of date. The specs' `name`
  /// is the server's own name of the tool: the caller makes names unique.
  Task<std::vector<ToolSpec>> list_tools(std::string server);

  /// How often these servers have said that their tools changed, together.
  std::int64_t changes(const std::vector<std::string>& servers) const;

  /// Calls a tool once, with arguments as JSON: it is sent again only when the server refused the first before looking
  /// at it. What the tool or the server has against the call itself (arguments, unknown tool, a tool that failed) is a
  /// failed result; everything else is a failure. A result may instead say what the server wants to know first
  /// (ToolResult::input): the same call with what was answered goes on, or give_up() ends it.
  Task<ToolResult> call_tool(std::string server, std::string tool, std::string arguments, Answered answered = {},
                             OnProgress on_progress = {});
  /// Any request of the protocol, its params JSON, in the generation that the server speaks. Lists are read to their
  /// last page. The "method" server/discover gives what the server said of itself when it was connected.
  Task<RpcAnswer> request(std::string server, std::string method, std::string params, Answered answered = {},
                          OnProgress on_progress = {});
  /// Nobody will answer what a server asked; see ToolResult::input. Late or unknown ones are nothing.
  /// `run`: for which it was called; empty: for none.
  void give_up(std::string_view server, std::int64_t open, std::string_view run = {}) const;

  /// Ends processes and sessions, without waiting for the host to say that they ended. Calls over processes fail. A
  /// call after this connects again.
  void stop_all();

 private:
  Result<std::shared_ptr<Server>> find(std::string_view name) const;

  Host& host_;
  LegacyOrigins legacy_origins_;
  std::vector<std::shared_ptr<Server>> servers_;  // by name
};

}  // namespace troupe

// What the core is told of one MCP server, and how it is spoken of to people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "mcp/era.hpp"

namespace troupe {

struct ServerConfig {
  std::string name;
  std::string url;  // empty: a local process, whose command line only the host knows
  std::vector<std::pair<std::string, std::string>> headers;
  std::string credential;            // under which name the host keeps the secret; empty: none
  std::string same_as;               // another server whose tools it has as well, as good as that one; empty: none
  std::optional<Era> era;            // nothing: found out
  bool sse = false;                  // it speaks HTTP as 2024-11-05 had it; otherwise that is found out
  Json roots = Json::array();        // [{"uri","name"}] that the server may know of
  bool elicits = true;               // it may ask a person
  std::string sampling = "ask";      // whether it may use the run's model: "ask", "allow", "deny"
  bool signs_in = false;             // its first answer may wait for a person at a sign-in page
  std::int64_t timeout_ms = 60'000;  // of silence, for one call
  std::int64_t idle_ms = 600'000;    // without a call, after which it is left; 0: it never is

  bool is_process() const { return url.empty(); }
  /// What this client can do for the server, as the protocol's ClientCapabilities say it.
  Json offers() const;
};

/// Reads one entry of the configuration, as troupe and other clients write it ("type" may be missing; "http",
/// "streamable-http" and "stdio" are known). Fails with kInvalidInput.
Result<ServerConfig> server_config(std::string_view name, const Json& entry);

/// `The MCP server "files"`, with its origin when it has one: how sentences begin.
std::string described(const ServerConfig& server);

/// The failure that a status means when the body is no answer of MCP. `said` is what the body said, if anything.
Error status_error(const ServerConfig& server, int status, std::string_view said);

}  // namespace troupe

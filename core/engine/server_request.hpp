// A request that the host makes of an MCP server beside all runs: an application reads a resource, a page lists
// prompts.
#pragma once

#include <string>

#include "agents/context.hpp"

namespace troupe {

/// Sends the command "server.answered" when there is an answer, and "server.progress" before. `body` is {"params",
/// "input"?, "responses"?}: the last two where an earlier answer was a question of the server. Nothing is journalled.
Task<> server_request(Services services, std::string request, std::string server, std::string method, std::string body);

}  // namespace troupe

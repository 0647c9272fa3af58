// The two generations of MCP: with a handshake (2024-11-05 to 2025-11-25), and without (2026-07-28).
#pragma once

#include <optional>

#include "mcp/jsonrpc.hpp"

namespace troupe {

enum class Era : unsigned char { kLegacy, kModern };

/// What the reply to a modern server/discover over HTTP says of the server's era. Nothing: it is no evidence, as when
/// credentials are missing or the server is in trouble.
std::optional<Era> era_of_reply(int status, const std::optional<RpcMessage>& reply);

/// The same over a process, where there is no status and silence is a legacy server's answer.
Era era_of_line(const RpcMessage& reply);

}  // namespace troupe

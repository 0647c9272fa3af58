// JSON-RPC 2.0 as MCP uses it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace troupe {

struct RpcError {
  // JSON-RPC's own, and MCP's since 2026-07-28.
  static constexpr std::int64_t kInvalidRequest = -32600, kMethodNotFound = -32601, kInvalidParams = -32602,
                                kInternal = -32603, kHeaderMismatch = -32020, kMissingCapability = -32021,
                                kUnsupportedVersion = -32022, kUrlElicitationRequired = -32042;

  std::int64_t code = 0;
  std::string message;
  Json data;
};

/// One message. Ids belong to the side that asks: the same id in the other direction is another request.
struct RpcMessage {
  enum class Kind : unsigned char { kRequest, kNotification, kResult, kError };

  Kind kind = Kind::kNotification;
  Json id;             // a number or a text, 0 and "" included; null for notifications and errors about nothing we know
  std::string method;  // of requests and notifications
  Json content;        // params or result
  RpcError error;

  bool answers() const { return kind == Kind::kResult || kind == Kind::kError; }
  /// Whether it answers our request of this number.
  bool answers(std::int64_t our_id) const;
};

/// Messages are written without newlines: one is a line of stdio.
std::string encode_request(std::int64_t id, std::string_view method, const Json& params);
std::string encode_notification(std::string_view method, const Json& params);
std::string encode_result(const Json& id, const Json& result);
std::string encode_error(const Json& id, std::int64_t code, std::string_view message);

/// The messages of one text: one, or a batch as 2025-03-26 had them. Bytes that are no UTF-8 are replaced. Nothing if
/// it is no JSON, or JSON that is no JSON-RPC.
std::optional<std::vector<RpcMessage>> decode_rpc(std::string_view text);

/// Longer messages are refused.
inline constexpr std::size_t kMaxRpcBytes = 32U << 20U;

}  // namespace troupe

// JSON-RPC 2.0 as MCP uses it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/json_parse.hpp"

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

/// One message, in its parts as they are written: only who needs what is in them reads them. Ids belong to the side
/// that asks: the same id in the other direction is another request.
struct RpcMessage {
  enum class Kind : unsigned char { kRequest, kNotification, kResult, kError };

  Kind kind = Kind::kNotification;
  std::string id;       // JSON of a number or a text; empty for notifications and errors about nothing we know
  std::string method;   // of requests and notifications
  std::string content;  // JSON of params or result; empty: none
  RpcError error;

  bool answers() const { return kind == Kind::kResult || kind == Kind::kError; }
  /// Whether it answers our request of this number.
  bool answers(std::int64_t our_id) const;
};

/// Messages are written without newlines: one is a line of stdio. Ids, params and results are JSON; no params: empty.
std::string encode_request(std::int64_t id, std::string_view method, std::string_view params);
std::string encode_notification(std::string_view method, std::string_view params);
std::string encode_result(std::string_view id, std::string_view result);
std::string encode_error(std::string_view id, std::int64_t code, std::string_view message);

/// An object with these members in the place of those that it has by the same names. Text that is no object counts as
/// an empty one.
std::string with_members(std::string_view object, std::initializer_list<FieldText> members);

/// The messages of one text: one, or a batch as 2025-03-26 had them. Bytes that are no UTF-8 are replaced. Nothing if
/// it is no JSON, or JSON that is no JSON-RPC.
std::optional<std::vector<RpcMessage>> decode_rpc(std::string_view text);

/// Who we are, as clients say it: JSON.
inline constexpr std::string_view kClient = R"({"name":"troupe","version":")" TROUPE_RELEASE R"("})";

/// Longer messages are refused.
inline constexpr std::size_t kMaxRpcBytes = 32U << 20U;

}  // namespace troupe

// What a reply means for the request that it answers, in either generation of the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "mcp/jsonrpc.hpp"

namespace troupe {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The server wants answers before it goes on. A modern one gets the same request again, with them and with `state` as
/// it is; a legacy one waits for them, and Connection::go_on() takes up the request that is `open`.
struct InputRequired {
  Json requests;          // key -> {"method","params"}
  Json state;             // null: none
  std::int64_t open = 0;  // 0: nothing waits
  /// The server works on it by itself, as a task of this name; empty: it does not. Then there may be no request, and
  /// asking for the task goes on.
  std::string task = {};
  std::int64_t poll_ms = 0;  // how long it wants to be left in peace; 0: it did not say
};

/// What came back for a request, before anybody asked what it means.
struct RpcReply {
  int status = 200;  // of HTTP
  std::string session;
  std::optional<RpcMessage> message;  // that answers the request
  std::string said;                   // the beginning of a body that does not
};

/// The session is gone and the request was not looked at: initialise, and send it again.
struct SessionLost {};

/// The request was not looked at: send it again in this version.
struct OtherVersion {
  std::string version;
};

/// No answer of this generation; the status of HTTP says the rest.
struct NoAnswer {};

/// A text is the result, as it is written.
using Outcome = std::variant<std::string, RpcError, InputRequired, SessionLost, OtherVersion, NoAnswer>;

/// What a caller gets, when it gets something.
using RpcAnswer = std::variant<std::string, RpcError, InputRequired>;

/// Whether an error that belongs to no request of ours is to be read by its HTTP status: what stands before a server
/// (a gateway, an authorization check) writes such bodies too.
inline bool is_status_for_all(int status, const RpcMessage& reply) {
  if (status == 401 || status == 403 || status == 407) return true;
  return (status == 429 || status >= 500) && reply.id.empty();
}

}  // namespace troupe

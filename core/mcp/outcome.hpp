// What a reply means for the request that it answers, in either generation of the protocol.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "mcp/jsonrpc.hpp"

namespace troupe {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The server wants answers before it goes on: the same request again, with them and with `state` as it is.
struct InputRequired {
  Json requests;  // key -> {"method","params"}
  Json state;     // null: none
};

/// The session is gone and the request was not looked at: initialise, and send it again.
struct SessionLost {};

/// The request was not looked at: send it again in this version.
struct OtherVersion {
  std::string version;
};

/// No answer of this generation; the status of HTTP says the rest.
struct NoAnswer {};

/// A Json is the result.
using Outcome = std::variant<Json, RpcError, InputRequired, SessionLost, OtherVersion, NoAnswer>;

/// What a caller gets, when it gets something.
using Answer = std::variant<Json, RpcError, InputRequired>;

/// Whether an error that belongs to no request of ours is to be read by its HTTP status: what stands before a server
/// (a gateway, an authorization check) writes such bodies too.
inline bool is_status_for_all(int status, const RpcMessage& reply) {
  if (status == 401 || status == 403 || status == 407) return true;
  return (status == 429 || status >= 500) && reply.id.is_null();
}

}  // namespace troupe

#include "mcp/era.hpp"

#include "mcp/modern.hpp"
#include "run/journal.hpp"

namespace troupe {
namespace {

/// Whether these are words that only a modern server says.
bool is_modern(const RpcMessage& reply) {
  if (reply.kind == RpcMessage::Kind::kResult)
    return Modern::mutual(parsed_part(Fields(reply.content).raw("supportedVersions"))).has_value();
  switch (reply.error.code) {
    case RpcError::kHeaderMismatch:
    case RpcError::kMissingCapability: return true;
    case RpcError::kUnsupportedVersion: {
      const Json& supported = field(reply.error.data, "supported");
      return !supported.is_array() || Modern::mutual(supported).has_value();
    }
    default: return false;
  }
}

}  // namespace

std::optional<Era> era_of_reply(int status, const std::optional<RpcMessage>& reply) {
  const bool success = status >= 200 && status < 300;
  const bool refused = status >= 400 && status < 500 && status != 401 && status != 403 && status != 407 &&
                       status != 408 && status != 429;
  if (!success && !refused) return std::nullopt;
  if (!reply) return Era::kLegacy;
  if (is_modern(*reply)) return Era::kModern;
  // Without the status an unknown method would be what any legacy server says to server/discover.
  const bool unknown_method = status == 404 && reply->error.code == RpcError::kMethodNotFound;
  return unknown_method ? Era::kModern : Era::kLegacy;
}

Era era_of_line(const RpcMessage& reply) { return is_modern(reply) ? Era::kModern : Era::kLegacy; }

}  // namespace troupe

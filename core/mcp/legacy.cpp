#include "mcp/legacy.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace troupe {
namespace {

/// Newest first. The last is from before the first release, and the first SDKs still speak it.
constexpr std::array<std::string_view, 5> kVersions = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05",
                                                       "2024-10-07"};

/// What servers say of a session that they do not know: 404 by the specification, 400 by many.
bool says_session_lost(int status, const std::optional<RpcMessage>& reply) {
  if (status == 404) return !reply || reply->error.code != RpcError::kMethodNotFound;
  if (status != 400 || !reply || !reply->id.empty()) return false;
  return reply->error.code == -32000 || reply->error.code == -32001;
}

}  // namespace

std::string Legacy::initialize(std::string_view offers) {
  return ObjectText()
      .raw("capabilities", offers)
      .raw("clientInfo", kClient)
      .text("protocolVersion", kVersions.front())
      .finish();
}

bool Legacy::begin(std::string_view result, std::string_view session) {
  const std::string version = Fields(result).text("protocolVersion");
  if (std::ranges::find(kVersions, version) == kVersions.end()) return false;
  version_ = version;
  session_ = session;
  return true;
}

void Legacy::end() {
  version_.clear();
  session_.clear();
}

Headers Legacy::headers() const {
  Headers headers;
  if (begun()) headers.emplace_back("MCP-Protocol-Version", version_);
  if (!session_.empty()) headers.emplace_back("Mcp-Session-Id", session_);
  return headers;
}

Outcome Legacy::outcome(int status, std::optional<RpcMessage> reply, bool in_session) {
  if (in_session && says_session_lost(status, reply)) return SessionLost{};
  if (!reply || is_status_for_all(status, *reply)) return NoAnswer{};
  if (reply->kind == RpcMessage::Kind::kResult) return std::move(reply->content);
  const Json& elicitations = field(reply->error.data, "elicitations");
  if (reply->error.code != RpcError::kUrlElicitationRequired || !elicitations.is_array())
    return std::move(reply->error);
  InputRequired wanted{Json::object()};
  for (const Json& each : elicitations) {
    wanted.requests[decimal(static_cast<std::int64_t>(wanted.requests.size()))] =
        object({{"method", "elicitation/create"}, {"params", each}});
  }
  return wanted;
}

std::optional<std::string> Legacy::answer(const RpcMessage& request, std::string_view offers, const Json& roots) {
  const auto offered = [offers = Fields(offers)](std::string_view what) { return !offers.raw(what).empty(); };
  if (request.method == "ping") return encode_result(request.id, "{}");
  if (request.method == "roots/list" && offered("roots"))
    return encode_result(request.id, ObjectText().json("roots", roots).finish());
  if (request.method == "elicitation/create" && offered("elicitation")) return std::nullopt;
  if (request.method == "sampling/createMessage" && offered("sampling")) return std::nullopt;
  return encode_error(request.id, RpcError::kMethodNotFound,
                      joined({"This client does not offer ", request.method, "."}));
}

}  // namespace troupe

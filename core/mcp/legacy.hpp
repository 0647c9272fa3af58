// The generation with a handshake: 2024-11-05 to 2025-11-25. A state machine without a host: what to send, and what a
// reply means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mcp/outcome.hpp"

namespace troupe {

class Legacy {
 public:
  /// The params of initialize; `offers` are the capabilities of this client, as JSON.
  static std::string initialize(std::string_view offers);

  /// Takes the result of initialize, and over HTTP the Mcp-Session-Id that came with it. False: the server chose a
  /// version that is not known here, and nothing can be said to it.
  bool begin(std::string_view result, std::string_view session);
  void end();

  bool begun() const { return !version_.empty(); }
  const std::string& version() const { return version_; }
  /// Empty: the server keeps none.
  const std::string& session() const { return session_; }

  /// What each HTTP request carries after the handshake.
  Headers headers() const;

  /// `in_session`: the request carried the id of a session. `status` is 200 where there is no HTTP.
  static Outcome outcome(int status, std::optional<RpcMessage> reply, bool in_session);

  /// The reply, encoded, to a request that the server makes of us, if it can be given at once. Nothing: somebody has to
  /// be asked.
  static std::optional<std::string> answer(const RpcMessage& request, std::string_view offers, const Json& roots);

 private:
  std::string version_, session_;
};

}  // namespace troupe

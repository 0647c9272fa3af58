// The stateless generation: 2026-07-28. A state machine without a host: what to send, and what a reply means.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/outcome.hpp"
#include "mcp/param_headers.hpp"

namespace troupe {

class Modern {
 public:
  /// The newest version of a list (any JSON) that is known here too.
  static std::optional<std::string> mutual(const Json& versions);

  const std::string& version() const { return version_; }
  void use(std::string version) { version_ = std::move(version); }
  /// From which level on servers log, from the next request on. Without one they do not.
  void log_from(std::string level) { log_level_ = std::move(level); }

  /// What every request carries in its `_meta`, beside what is there; `offers` are the capabilities of this client. All
  /// are JSON.
  std::string meta(std::string_view own, std::string_view offers) const;

  /// The HTTP headers that repeat parts of the body. The params of a tool call are mirrored as its schema wants, if the
  /// tool was learnt.
  Headers headers(std::string_view method, std::string_view params) const;

  Outcome outcome(int status, std::optional<RpcMessage> reply) const;

  /// Takes the tools of one page of tools/list: remembers which arguments go into headers, and removes the tools whose
  /// annotation of that is wrong, as HTTP clients must. A sentence for each removed one.
  std::vector<std::string> learn(Json& tools);
  /// Before the list is read anew.
  void forget_tools();

 private:
  std::string version_ = "2026-07-28";
  std::string log_level_;
  std::vector<std::pair<std::string, std::vector<ParamHeader>>> mirrored_;  // by tool
};

}  // namespace troupe

// Egress: which hosts the tools of a run may be sent to. What a stranger's page says must not make a tool knock at the
// router, the cloud's metadata or a neighbour's machine (OWASP: server-side request forgery).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "llm/message.hpp"

namespace troupe {

class Egress {
 public:
  /// {"hosts": ["*.example.com"], "private": true}, or false: anything goes. Without "hosts" every public host may be
  /// reached; a private one only where "private" says so, a pattern names it, or the task itself does. Fails with
  /// kInvalidInput.
  static Result<Egress> from_json(const Json& json);

  /// Why the call may not leave, for the model; nothing when it may. Looks at what of its arguments is an address, of
  /// tools of servers that reach beyond their own walls.
  /// `as_fetched`: addresses are read as those do who fetch them, and not as they are written.
  std::optional<std::string> objection(const ToolSpec& tool, const Json& arguments, std::string_view task,
                                       bool as_fetched = true) const;

 private:
  std::optional<std::string> objection_to(std::string_view host, std::string_view task) const;

  bool off_ = false, private_ = false;
  std::optional<std::vector<std::string>> hosts_;
};

/// The host of an address such as "https://user@host:80/path", lowered, without brackets; empty if it is none.
std::string host_of(std::string_view address);
/// The same of what is written behind "://" alone, as runs from before flag 10 have it.
std::string host_as_written(std::string_view address);
/// Whether it is an address that is fetched: http, https, ws, wss, ftp.
bool is_web_address(std::string_view text);

/// Loopback, private, link-local and other special addresses, in any of the forms that resolvers take (127.1,
/// 0x7f000001, ::ffff:10.0.0.1), and names that only mean something at home (localhost, *.local, *.internal). RFC 6890.
bool is_private(std::string_view host);

}  // namespace troupe

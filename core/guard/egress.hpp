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

  /// How addresses are read: as they are written behind "://" (runs before flag 10), as those do who fetch them
  /// (before flag 13), or so that readers cannot differ.
  enum class Reading : unsigned char { kAsWritten, kAsFetched, kStrict };

  /// Why the call may not leave, for the model; nothing when it may. Looks at what of its arguments a tool may take for
  /// an address, of tools of servers that reach beyond their own walls: what their names or their schema say are
  /// addresses, and any text that begins with one, or is one. Where only some hosts may be reached, what cannot be read
  /// as one of them may not.
  std::optional<std::string> objection(const ToolSpec& tool, const Json& arguments, std::string_view task,
                                       Reading reading = Reading::kStrict) const;

 private:
  bool is_listed(std::string_view host) const;
  std::optional<std::string> objection_to(std::string_view host, bool is_private, bool is_named) const;
  std::optional<std::string> objection_as_before(const Json& arguments, std::string_view task, bool as_fetched) const;

  bool off_ = false, private_ = false;
  std::optional<std::vector<std::string>> hosts_;
};

}  // namespace troupe

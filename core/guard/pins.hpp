// What servers said of their tools when they were first seen. A server that changes its words afterwards may have
// changed what it makes a model do ("rug pull"): its tool is held until a person has looked.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "llm/message.hpp"

namespace troupe {

class Pins {
 public:
  /// {"server": {"tool": {"arguments", "description", "digest", "hints"}}}: what to_json() gave. Fails with
  /// kInvalidInput.
  static Result<Pins> from_json(const Json& json);

  /// Pins a tool that was never seen; of one that says something else than it did, all that differs:
  /// {"now","server","tool", "was"}. Null otherwise. A tool of another name that models would call the same is the same
  /// tool.
  Json look_at(const ToolSpec& tool);
  /// It may say this from now on.
  void accept(const ToolSpec& tool);
  Json to_json() const;

 private:
  struct Pin {
    std::string digest;       // of the description and the schema
    std::string description;  // to show what changed
    std::string arguments;    // the schema, for that as well; empty: pinned before that was kept
    std::string hints;        // what it says that it does; empty: pinned before that counted
  };

  Pin* find(const ToolSpec& tool);
  void keep(const std::string& server, const std::string& tool, Pin pin);

  std::map<std::string, std::map<std::string, Pin, std::less<>>, std::less<>> pins_;
  /// By server, and by what models call it: the tools that they call otherwise than their server does.
  std::map<std::string, std::map<std::string, std::string>> renamed_;
};

}  // namespace troupe

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
  /// {"server": {"tool": {"description", "digest"}}}: what to_json() gave. Fails with kInvalidInput.
  static Result<Pins> from_json(const Json& json);

  /// Pins a tool that was never seen; of one that says something else than it did, what it said:
  /// {"now","server","tool", "was"}. Null otherwise.
  Json look_at(const ToolSpec& tool);
  /// It may say this from now on.
  void accept(const ToolSpec& tool);
  Json to_json() const;

 private:
  struct Pin {
    std::string digest;       // of the description and the schema
    std::string description;  // its beginning, to show what changed
    std::string hints;        // what it says that it does; empty: pinned before that counted
  };

  std::map<std::string, std::map<std::string, Pin, std::less<>>, std::less<>> pins_;
};

}  // namespace troupe

// Results that are too long for a model to read at once: it reads the beginning, and the rest in pieces if it wants to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agents/agent.hpp"

namespace troupe {

/// The tool by which a model reads on: brief::kReadResult.
ToolSpec read_result_spec();

/// The long results of one agent, for as long as it works. What they hold stands in the journal: reading on is no step.
class KeptResults {
 public:
  /// As the model reads it: whole, or its first `most` bytes and how to go on.
  std::string shown(const ToolResult& result, std::int64_t most);
  bool empty() const { return texts_.empty(); }

  /// A call of read_result: at most `most` bytes more.
  ToolResult read(const ToolCall& call, std::int64_t most) const;

 private:
  std::vector<std::string> texts_;
};

}  // namespace troupe

// The best tools out of many: a model that is shown two thousand finds none.
#pragma once

#include <string>
#include <vector>

#include "agents/agent.hpp"

namespace troupe {

/// An agent with more tools than this is shown the best ones for its task, and a tool to search the others.
inline constexpr std::size_t kMostShown = 40;
inline constexpr std::size_t kShownAtFirst = 20;

/// The tool by which a model searches: brief::kSearchTools.
ToolSpec search_tools_spec();

/// Names of the run's tools that fit the text, the best first, at most `most`. A step: what another release would find
/// stays out of a replay.
Task<std::vector<std::string>> fitting_tools(Context context, std::string text, std::int64_t most);

/// A call of search_tools: what it found is added to `shown`, which outlives the coroutine, and described in the
/// result.
Task<ToolResult> search_tools(Context context, std::vector<std::string>* shown, ToolCall call);

}  // namespace troupe

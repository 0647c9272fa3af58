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

/// Names of the agent's tools that fit the text, the best first, at most `most`. A step: what another release would
/// find stays out of a replay. The agent outlives the task.
Task<std::vector<std::string>> fitting_tools(Context context, const Agent* agent, std::string text, std::int64_t most);

/// A call of search_tools: what it found is shown to the agent from now on, and described in the result. The agent
/// outlives the task. REQUIRES agent->shown.
Task<ToolResult> search_tools(Context context, Agent* agent, ToolCall call);

}  // namespace troupe

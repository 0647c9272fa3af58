// What an MCP server asks in the midst of a tool call: a person's input, or a reply of the run's model.
#pragma once

#include <string>

#include "agents/context.hpp"

namespace troupe {

/// Answers every request in `input` (ToolResult::input), one after another, each by steps of the run: a question
/// "elicitation" to a person, or a question "sampling" and then a chat. Gives key -> {"result"} or {"error": {"code",
/// "message"}}. The model sees what the server wrote, and nothing of the run.
Task<Json> answers_to(Context context, std::string tool, Json input);

}  // namespace troupe

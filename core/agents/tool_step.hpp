// The step of a tool call: who carries it out, and who else, when that one cannot.
#pragma once

#include <string>

#include "agents/context.hpp"
#include "mcp/tool_result.hpp"

namespace troupe {

/// Carries the call out, approved and paid for. `arguments` is an object as canonical JSON. Equal servers share the
/// load; when one is in trouble and the call has no effect, or one that may happen twice, another one is asked, with a
/// step "recovery" in between. The value is a written ToolResult. Both outlive the task.
Task<std::string> carried_out(Context context, const ToolSpec* tool, const std::string* arguments);

/// A result that says why there is none.
ToolResult refused(std::string sentence);

}  // namespace troupe

// What OpenAI's two interfaces have in common, and what Cohere writes as OpenAI does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json_parse.hpp"
#include "llm/message.hpp"

namespace troupe {

/// The value of "content" in a chat message: a text, or parts where there are pictures.
void append_content(std::string& out, const Message& message);
/// The member "tool_calls" of a chat message, with its comma; nothing where there are no calls.
void append_calls(std::string& out, const std::vector<ToolCall>& calls);
/// The items of "tools" as chat messages have them: {"type":"function","function":{...}}.
std::string function_tools(const std::vector<ToolSpec>& tools);

/// What the codes of errors mean, such as "insufficient_quota"; `otherwise` for one that says nothing of its own.
Code code_of_openai(std::string_view code, Code otherwise);
/// What an error in the midst of a reply is, which has no status: by its code, which some servers write as the status
/// that it would have been, or else by its type.
Code code_in_reply(const Fields& error);
Error openai_failure(int status, std::string_view body);

}  // namespace troupe

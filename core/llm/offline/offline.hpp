// The offline model: rules, no network, no key. It never pretends to be a language model.
#pragma once

#include <vector>

#include "llm/message.hpp"

namespace troupe {

/// The next turn for this conversation: calls of tools, or an answer made of what the tools returned. A pure function;
/// the same conversation and tools give the same reply everywhere. usage counts whitespace-separated words as tokens,
/// and costs nothing.
ChatReply offline_reply(const std::vector<Message>& messages, const std::vector<ToolSpec>& tools);

}  // namespace troupe

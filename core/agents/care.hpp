// What an agent's next reply needs before it is asked for: a model, where only a wish for one was given, and room,
// where the conversation has grown beyond what the model takes. Both are steps, so that a replay does as was done.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agents/context.hpp"
#include "agents/reply.hpp"

namespace troupe {

/// Whether there is something to do: cheap, and for every turn.
bool needs_care(const RunState& state, const Speaker& speaker, const Conversation& conversation, const ToolBox& tools);

/// Does it. What the speaker's wish came to, the best model first: Speaker::chosen. Fails with kUnsupported when no
/// model can do it.
Task<std::vector<std::string>> cared_for(Context context, Speaker speaker, std::shared_ptr<Conversation> conversation,
                                         std::shared_ptr<const ToolBox> tools);

/// Shortens a conversation to so many bytes, and journals what was left out as a step "window". `why` is "limit" or
/// "too_long". False when nothing could be left out.
Task<bool> shortened(Context context, std::string agent, std::shared_ptr<Conversation> conversation, std::int64_t most,
                     std::string why);

}  // namespace troupe

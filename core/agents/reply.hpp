// One reply of the run's model, as a step within the budget: what the tool loop and typed replies are made from.
#pragma once

#include <memory>
#include <string>

#include "agents/context.hpp"
#include "llm/conversation.hpp"

namespace troupe {

/// How conversations of this run are hashed.
Conversation::Hash hash_of(const Context& context);

/// What the next reply will use, for the reservation; see admit().
Ledger::Estimate estimate_of(const RunState& state, const Conversation& conversation, const ToolBox& tools);

/// The reply, settled against the reservation. Fails when the model gives none.
Task<ChatReply> reply_of(Context context, std::string agent, std::shared_ptr<const Conversation> conversation,
                         std::shared_ptr<const ToolBox> tools, Ledger::Estimate estimate);

}  // namespace troupe

// One reply of the run's model, as a step within the budget: what the tool loop and typed replies are made from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "llm/conversation.hpp"

namespace troupe {

/// How conversations of this run are hashed.
Conversation::Hash hash_of(const Context& context);

/// Who speaks: an agent's name, the model that it prefers (empty: the run's), and the purse that pays (null: the run's
/// budget alone), which outlives it.
struct Speaker {
  std::string name;
  std::string model = {};
  std::vector<std::string> chosen = {};  // where that is a wish: what it came to, the best first
  Purse* purse = nullptr;
};

/// The model that a speaker is to have, or the wish.
const std::string& model_of(const RunState& state, const Speaker& speaker);

/// The models to ask, in this order: without those that were given up, but for the last.
std::vector<std::string> models_for(const RunState& state, const Speaker& speaker);

/// The first of them.
std::string first_model(const RunState& state, const Speaker& speaker);

/// What the next reply will use: at least a short one, and beyond that one as long as its model may write, where that
/// is known, or else as the longest of this run so far, or a long one before there is any. See admit().
Share share_of(const Context& context, const Speaker& speaker, const Conversation& conversation, const ToolBox& tools);

/// The reply, settled against what was admitted for it. Where a model cannot answer, the run's others are asked, each
/// after a step "recovery" that says so, and from then on instead of it. A conversation that is too long for a model is
/// shortened, once, and it is asked again. So is one that said nothing; and where it refused, who stands in for it is
/// asked. `schema`: what the reply has to fit, for vendors that can see to it; it
/// and the speaker outlive the task. Fails when none answers; with kBudget when the tenant's budget is used up.
Task<ChatReply> reply_of(Context context, const Speaker* speaker, std::shared_ptr<Conversation> conversation,
                         std::shared_ptr<const ToolBox> tools, Share share, std::string_view schema = {});

/// Why a reply that asks for no tool is not the whole answer: its model ran out of room, or its vendor held it back. In
/// a run that is `wary` (kWary) also: it refused, or said nothing.
std::optional<Stop> unfinished(const RunState& state, const Speaker& speaker, const ChatReply& reply, bool wary);

}  // namespace troupe

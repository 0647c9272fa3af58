#include <algorithm>
#include <utility>

#include "agents/agent.hpp"
#include "agents/care.hpp"
#include "agents/clip.hpp"
#include "agents/kept_results.hpp"
#include "agents/reply.hpp"
#include "agents/tool_search.hpp"
#include "base/text.hpp"
#include "guard/progress.hpp"
#include "llm/brief.hpp"
#include "run/all.hpp"

namespace troupe {
namespace {

Task<ToolResult> read_on(const KeptResults* kept, ToolCall call, std::int64_t most) {
  ToolResult result = kept->read(call, most);
  co_return result;
}

/// Whether it reads on in a result, and no tool of the run has that name.
bool reads_on(const RunState& state, const ToolCall& call) {
  return call.name == brief::kReadResult &&
         std::ranges::find(state.tools->tools, call.name, &ToolSpec::name) == state.tools->tools.end();
}

/// All calls of one turn, at most `parallel` at once, results in the order of the calls.
Task<std::vector<ToolResult>> call_all(Context context, std::shared_ptr<const ToolBox> tools, Agent* agent,
                                       const KeptResults* kept, const std::vector<ToolCall>* turn) {
  const std::vector<ToolCall>& calls = *turn;
  std::vector<ToolResult> results;
  const auto at_once = static_cast<std::size_t>(context.state().config.limits.parallel);
  for (std::size_t start = 0; start < calls.size(); start += at_once) {
    std::vector<Task<ToolResult>> group;
    for (std::size_t i = start; i < std::min(calls.size(), start + at_once); ++i) {
      const bool search = agent->shown && calls[i].name == brief::kSearchTools && fits(*tools, calls[i]);
      const Context place = context.branch();
      if (!kept->empty() && reads_on(context.state(), calls[i]))
        group.push_back(read_on(kept, calls[i], context.state().config.limits.result_chars));
      else group.push_back(search ? search_tools(place, agent, calls[i]) : call_tool(place, tools, &calls[i]));
    }
    std::vector<Task<ToolResult>> ended = co_await all(std::move(group));
    for (std::size_t i = 0; i < ended.size(); ++i) {
      ToolResult result = co_await ended[i].take();
      results.push_back(std::move(result));
    }
  }
  co_return results;
}

/// Of more tools than a model is shown it sees those that fit the task, and a tool that finds the others.
Task<> choose_shown(Context context, Agent* agent, std::string task) {
  const std::size_t count = agent->tools ? agent->tools->size() : context.state().tools->tools.size();
  if (agent->shown || count <= kMostShown || !context.run().header().has(kJudged)) co_return;
  agent->exits.push_back(search_tools_spec());
  std::vector<std::string> fitting = co_await fitting_tools(context, agent, std::move(task), kShownAtFirst);
  agent->shown = std::move(fitting);
}

std::string task_of(const Conversation& conversation) {
  const auto asked = std::ranges::find(conversation.messages(), Message::Role::kUser, &Message::role);
  return asked == conversation.messages().end() ? std::string() : asked->text;
}

/// From now on the conversation keeps it.
std::string instruction_taken_from(Agent& agent, const RunState& state) {
  std::string text = std::exchange(agent.instruction, {});
  if (!state.unreachable.empty()) text += joined({"\n", state.unreachable});
  return text;
}

bool is_exit(const Agent& agent, std::string_view name) {
  const auto exit = std::ranges::find(agent.exits, name, &ToolSpec::name);
  return exit != agent.exits.end() && exit->server == kExit;
}

std::int64_t turns_of(const Agent& agent, const RunState& state) {
  const std::int64_t all = state.config.limits.turns;
  return agent.turns > 0 ? std::min(agent.turns, all) : all;
}

/// What an agent has said, or else what its tools said to it.
std::string said_in(const Conversation& conversation) {
  std::string text;
  const std::vector<Message>& messages = conversation.messages();
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    if (message->role == Message::Role::kAssistant && !message->text.empty()) return message->text;
    if (message->role != Message::Role::kTool || message->failed || text.size() > 2000) continue;
    text = joined({"- ", std::string(utf8_prefix(trim(message->text), 500)), "\n", text});
  }
  return text.empty() ? text : joined({"What the tools said so far:\n", text});
}

Answer stopped(const Context& context, const Conversation& own, std::string reason, std::string sentence) {
  std::string so_far = context.run().header().has(kMended) ? said_in(own) : partial_answer(context.state());
  return {std::move(so_far), Stop{std::move(reason), std::move(sentence)}};
}

Answer purse_is_empty(const Context& context, const Conversation& own, std::shared_ptr<const Purse> purse) {
  Answer answer = stopped(context, own, "budget", used_up(*purse));
  if (context.run().header().has(kPursed)) answer.stop->purse = std::move(purse);
  return answer;
}

/// Before kPursed an agent's budget was its own each time that it worked, and that of no pattern around it.
std::shared_ptr<Purse> purse_of(const Context& context, const Agent& agent) {
  if (context.run().header().has(kPursed)) return agent.purse;
  return std::make_shared<Purse>(agent.budget, agent.name, nullptr);
}

}  // namespace

Task<Answer> augmented_llm(Context context, Agent agent, std::string task) {
  RunState& state = context.state();
  co_await known_tools(context);
  co_await choose_shown(context, &agent, task);
  // What it is not shown it may still call: models remember names.
  std::shared_ptr<const ToolBox> callable = tools_of(agent, state);
  std::shared_ptr<const ToolBox> tools = shown_to(agent, state);
  const auto conversation =
      std::make_shared<Conversation>(instruction_taken_from(agent, state), std::move(task), hash_of(context));
  state.conversation = conversation;
  std::int64_t calls = 0;
  const bool pursed = context.run().header().has(kPursed);
  const std::shared_ptr<Purse> purse = purse_of(context, agent);
  if (purse != nullptr && purse->opened_ms < 0) purse->opened_ms = context.run().now_ms();
  Speaker speaker{agent.name, agent.model, {}, purse.get()};
  const bool supervised = context.run().header().has(kSupervised);
  const bool keeps = context.run().header().has(kReadsOn);
  const bool learns_anew = context.run().header().has(kLearnsAnew);
  const bool tightened = context.run().header().has(kTightened);
  const bool mended = context.run().header().has(kMended);
  KeptResults kept;
  Repeats same_calls(state.config.limits.repeats), same_words(state.config.limits.repeats);
  Progress progress(supervised ? state.config.limits.window : 0);
  std::int64_t turns = turns_of(agent, state);

  for (std::int64_t turn = 0; turn < turns; ++turn) {
    if (needs_care(state, speaker, *conversation, *tools))
      speaker.chosen = co_await cared_for(context, speaker, conversation, tools);
    const Ledger::Estimate estimate = estimate_of(state, speaker, *conversation, *tools);
    if (const std::shared_ptr<Purse> empty = reserve(purse, estimate, context.run().now_ms()))
      co_return purse_is_empty(context, *conversation, empty);
    const std::optional<Stop> stop = co_await admit(context, estimate);
    if (stop) co_return stopped(context, *conversation, stop->reason, stop->sentence);

    Result<ChatReply> given = co_await settled(reply_of(context, &speaker, conversation, tools, estimate));
    if (!given && given.error().code() == Code::kBudget)
      co_return stopped(context, *conversation, "budget", given.error().sentence());
    ChatReply reply = co_await std::move(given);
    Usage used = reply.usage;
    if (tightened) used += usage_from(reply.lost);
    settle(purse.get(), estimate, used);
    conversation->add({Message::Role::kAssistant, reply.text, reply.calls, {}, false, {}, std::move(reply.thoughts)});
    if (reply.calls.empty()) {
      std::optional<Stop> stop = mended ? unfinished(state, speaker, reply) : std::nullopt;
      co_return Answer{std::move(reply.text), std::move(stop), {}, std::nullopt, calls};
    }
    if (reply.calls.size() == 1 && is_exit(agent, reply.calls.front().name) && fits(*callable, reply.calls.front())) {
      Answer left{std::move(reply.text)};
      left.calls = calls;
      left.exit = std::move(reply.calls.front());
      co_return left;
    }
    if (same_calls.looping(fingerprint_of(reply.calls))) {
      co_return stopped(
          context, *conversation, "repeated_call",
          joined({"The model called \"", reply.calls.front().name, "\" with the same arguments again and again."}));
    }
    // What is said beside the calls; most models say nothing.
    const bool said = supervised && !reply.text.empty();
    if (said && same_words.looping(fingerprint(reply.text, kNoFingerprint)))
      co_return stopped(context, *conversation, "repeated_reply", "The model said the same again and again.");
    for (std::size_t i = 0; i < reply.calls.size(); ++i) {
      const std::int64_t at_ms = pursed || !purse ? context.run().now_ms() : purse->opened_ms;
      if (const std::shared_ptr<Purse> empty = reserve(purse, {}, at_ms))
        co_return purse_is_empty(context, *conversation, empty);
    }

    calls += static_cast<std::int64_t>(reply.calls.size());
    const std::vector<ToolResult> results = co_await call_all(context, callable, &agent, &kept, &reply.calls);
    for (const ToolResult& result : results) progress.see(result.text, result.failed);
    if (progress.none()) {
      co_return stopped(context, *conversation, "no_progress",
                        joined({"The last ", decimal(state.config.limits.window),
                                " turns brought nothing new: every call failed, or gave what was known. Raise "
                                "limits.window to let it try longer."}));
    }
    const bool kept_none = kept.empty();
    for (std::size_t i = 0; i < results.size(); ++i) {
      const std::int64_t most = state.config.limits.result_chars;
      const bool piece = !kept_none && reads_on(state, reply.calls[i]);
      std::string text = piece   ? results[i].text
                         : keeps ? kept.shown(results[i], most)
                                 : clipped(results[i].text, most, results[i].cut_from_bytes);
      conversation->add(
          {Message::Role::kTool, std::move(text), {}, reply.calls[i].id, results[i].failed, reply.calls[i].name});
    }
    const bool first_kept = kept_none && !kept.empty();
    if (first_kept) agent.exits.push_back(read_result_spec());
    const bool changed = learns_anew && std::ranges::any_of(results, &ToolResult::tools_changed);
    if (changed) {
      co_await learn_tools(context);
      co_await choose_shown(context, &agent, task_of(*conversation));
      callable = tools_of(agent, state);
    }
    if (agent.shown || first_kept || changed) tools = shown_to(agent, state);
    if (tightened) turns = turns_of(agent, state);  // a fork may change it
  }
  co_return stopped(
      context, *conversation, "turn_limit",
      joined({"The agent was not done after ", decimal(turns), " turns. Raise limits.turns to let it work longer."}));
}

std::string partial_answer(const RunState& state) {
  if (!state.so_far.empty()) return state.so_far;
  return state.conversation ? said_in(*state.conversation) : std::string();
}

}  // namespace troupe

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

/// With what was lost on tries before it.
Usage paid_for(const Context& context, const ChatReply& reply) {
  Usage used = reply.usage;
  if (context.run().header().has(kTightened)) used += usage_from(reply.lost);
  return used;
}

/// What the loop has at hand from turn to turn.
struct Loop {
  Loop(const Context& context, Agent worker)
      : agent(std::move(worker)),
        purse(purse_of(context, agent)),
        speaker{agent.name, agent.model, {}, purse.get()},
        same_calls(context.state().config.limits.repeats),
        same_words(context.state().config.limits.repeats),
        progress(context.run().header().has(kSupervised) ? context.state().config.limits.window : 0),
        turns(turns_of(agent, context.state())) {}

  Agent agent;
  std::shared_ptr<Conversation> conversation;
  std::shared_ptr<const ToolBox> callable;  // what it is not shown it may still call: models remember names
  std::shared_ptr<const ToolBox> shown;
  std::shared_ptr<Purse> purse;
  Speaker speaker;
  KeptResults kept;
  Repeats same_calls, same_words;
  Progress progress;
  std::int64_t calls = 0;  // of tools
  std::int64_t turns;      // at most
};

/// Takes the results of a turn's calls up into the conversation.
Task<> read_results(Context context, Loop* loop, const std::vector<ToolCall>* calls, std::vector<ToolResult> results) {
  RunState& state = context.state();
  const bool keeps = context.run().header().has(kReadsOn);
  const bool kept_none = loop->kept.empty();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ToolCall& call = (*calls)[i];
    const std::int64_t most = state.config.limits.result_chars;
    const bool piece = !kept_none && reads_on(state, call);
    std::string text = piece   ? results[i].text
                       : keeps ? loop->kept.shown(results[i], most)
                               : clipped(results[i].text, most, results[i].cut_from_bytes);
    loop->conversation->add({Message::Role::kTool, std::move(text), {}, call.id, results[i].failed, call.name});
  }
  const bool first_kept = kept_none && !loop->kept.empty();
  if (first_kept) loop->agent.exits.push_back(read_result_spec());
  const bool changed =
      context.run().header().has(kLearnsAnew) && std::ranges::any_of(results, &ToolResult::tools_changed);
  if (changed) {
    co_await learn_tools(context);
    co_await choose_shown(context, &loop->agent, task_of(*loop->conversation));
    loop->callable = tools_of(loop->agent, state);
  }
  if (loop->agent.shown || first_kept || changed) loop->shown = shown_to(loop->agent, state);
}

/// What comes of a reply: the answer, when it is one or the loop has to stop, or else calls and their results.
Task<std::optional<Answer>> heed(Context context, Loop* loop, ChatReply* reply) {
  RunState& state = context.state();
  const Conversation& conversation = *loop->conversation;
  std::vector<ToolCall>& calls = reply->calls;
  loop->conversation->add({Message::Role::kAssistant, reply->text, calls, {}, false, {}, std::move(reply->thoughts)});
  if (calls.empty()) {
    const bool mended = context.run().header().has(kMended);
    std::optional<Stop> stop =
        mended ? unfinished(state, loop->speaker, *reply, context.run().header().has(kWary)) : std::nullopt;
    co_return Answer{std::move(reply->text), std::move(stop), {}, std::nullopt, loop->calls};
  }
  if (calls.size() == 1 && is_exit(loop->agent, calls.front().name) && fits(*loop->callable, calls.front())) {
    Answer left{std::move(reply->text)};
    left.calls = loop->calls;
    left.exit = std::move(calls.front());
    co_return left;
  }
  if (loop->same_calls.looping(fingerprint_of(calls))) {
    co_return stopped(
        context, conversation, "repeated_call",
        joined({"The model called \"", calls.front().name, "\" with the same arguments again and again."}));
  }
  // What is said beside the calls; most models say nothing.
  const bool said = context.run().header().has(kSupervised) && !reply->text.empty();
  const bool wary = context.run().header().has(kWary);
  if (said && !wary && loop->same_words.looping(fingerprint(reply->text, kNoFingerprint)))
    co_return stopped(context, conversation, "repeated_reply", "The model said the same again and again.");
  const bool pursed = context.run().header().has(kPursed);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const std::int64_t at_ms = pursed || !loop->purse ? context.run().now_ms() : loop->purse->opened_ms;
    if (const std::shared_ptr<Purse> empty = reserve(loop->purse, {}, at_ms))
      co_return purse_is_empty(context, conversation, empty);
  }

  loop->calls += static_cast<std::int64_t>(calls.size());
  std::vector<ToolResult> results = co_await call_all(context, loop->callable, &loop->agent, &loop->kept, &calls);
  std::uint64_t words = fingerprint(reply->text, kNoFingerprint);
  for (const ToolResult& result : results) {
    loop->progress.see(result.text, result.failed);
    if (said && wary && !result.failed) words = fingerprint(result.text, words);
  }
  // The same words beside results that are new are a habit.
  if (said && wary && loop->same_words.looping(words))
    co_return stopped(context, conversation, "repeated_reply",
                      "The model said the same again and again, and its calls brought the same or nothing.");
  if (loop->progress.none()) {
    co_return stopped(context, conversation, "no_progress",
                      joined({"The last ", decimal(state.config.limits.window),
                              " turns brought nothing new: every call failed, or gave what was known. Raise "
                              "limits.window to let it try longer."}));
  }
  co_await read_results(context, loop, &calls, std::move(results));
  co_return std::nullopt;
}

}  // namespace

// What a turn needs beside its reply is in coroutines of their own, and so is not there while the reply is waited for.
Task<Answer> augmented_llm(Context context, Agent agent, std::string task) {
  RunState& state = context.state();
  co_await known_tools(context);
  co_await choose_shown(context, &agent, task);
  Loop loop(context, std::move(agent));
  loop.callable = tools_of(loop.agent, state);
  loop.shown = shown_to(loop.agent, state);
  loop.conversation =
      std::make_shared<Conversation>(instruction_taken_from(loop.agent, state), std::move(task), hash_of(context));
  state.conversation = loop.conversation;
  if (loop.purse != nullptr && loop.purse->opened_ms < 0) loop.purse->opened_ms = context.run().now_ms();

  for (std::int64_t turn = 0; turn < loop.turns; ++turn) {
    if (needs_care(state, loop.speaker, *loop.conversation, *loop.shown))
      loop.speaker.chosen = co_await cared_for(context, loop.speaker, loop.conversation, loop.shown);
    const Share share = share_of(context, loop.speaker, *loop.conversation, *loop.shown);
    if (const std::shared_ptr<Purse> empty = reserve(loop.purse, share.least, context.run().now_ms()))
      co_return purse_is_empty(context, *loop.conversation, empty);
    const std::optional<Stop> stop = co_await admit(context, share);
    if (stop) co_return stopped(context, *loop.conversation, stop->reason, stop->sentence);

    Result<ChatReply> reply = co_await settled(reply_of(context, &loop.speaker, loop.conversation, loop.shown, share));
    // Its time ran out in the midst of it: a person may give it more.
    if (!reply && reply.error().code() == Code::kBudget && context.run().header().has(kWary) && context.is_late())
      continue;
    if (!reply && reply.error().code() == Code::kBudget)
      co_return stopped(context, *loop.conversation, "budget", reply.error().sentence());
    if (!reply) co_await failure(reply.error());
    settle(loop.purse.get(), share.least, paid_for(context, *reply));
    std::optional<Answer> answer = co_await heed(context, &loop, &*reply);
    if (answer) co_return std::move(*answer);
    // A fork may change it.
    if (context.run().header().has(kTightened)) loop.turns = turns_of(loop.agent, state);
  }
  co_return stopped(context, *loop.conversation, "turn_limit",
                    joined({"The agent was not done after ", decimal(loop.turns),
                            " turns. Raise limits.turns to let it work longer."}));
}

std::string partial_answer(const RunState& state) {
  if (!state.so_far.empty()) return state.so_far;
  return state.conversation ? said_in(*state.conversation) : std::string();
}

}  // namespace troupe

#include <algorithm>
#include <utility>

#include "agents/agent.hpp"
#include "base/text.hpp"
#include "guard/repeats.hpp"
#include "run/all.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kBytesPerToken = 4;  // of English text; an estimate for reservations only
constexpr std::int64_t kReplyTokens = 256;  // reserved for the reply

StepRequest chat_step(const RunState& state, const std::string& agent, std::shared_ptr<const Conversation> conversation,
                      std::shared_ptr<const ToolBox> tools, const Run* run) {
  StepRequest request;
  request.kind = "chat";
  // Not the model: a fork may go on with another one.
  request.args = ObjectText()
                     .text("agent", agent)
                     .text("history", conversation->digest())
                     .number("messages", static_cast<std::int64_t>(conversation->messages().size()))
                     .text("tools", tools->digest)
                     .finish();
  request.operation = [&state, run, conversation = std::move(conversation), tools = std::move(tools)](StepName name) {
    return chat(&state.services.host, std::move(name), state.services.models.find(state.config.model),
                {conversation, tools, run->watched});
  };
  return request;
}

Ledger::Estimate estimate_of(const RunState& state, const Conversation& conversation, const ToolBox& tools) {
  if (state.config.model == "offline") return {};
  const std::int64_t bytes = conversation.bytes() + static_cast<std::int64_t>(tools.rendered.size());
  const std::int64_t input = (bytes + kBytesPerToken - 1) / kBytesPerToken;
  const Price& price = state.config.price;
  return {input + kReplyTokens, sum(product(input, price.input), product(kReplyTokens, price.output))};
}

/// One reply of the model, within the budget.
Task<ChatReply> reply_of(Context context, std::string agent, std::shared_ptr<const Conversation> conversation,
                         std::shared_ptr<const ToolBox> tools, Ledger::Estimate estimate) {
  RunState& state = context.state();
  const Result<std::string> value =
      co_await settled(context.step(chat_step(state, agent, conversation, tools, &context.run())));
  if (!value) {
    state.ledger.settle(estimate);
    co_await failure(
        Error(value.error().code(), joined({"The model ", state.config.model, " gave no answer"}), value.error()));
  }
  ChatReply reply = reply_from(*value);
  state.ledger.settle(estimate, reply.usage);
  co_return reply;
}

/// All calls of one turn, at most `parallel` at once, results in the order of the calls.
Task<std::vector<ToolResult>> call_all(Context context, std::vector<ToolCall> calls) {
  std::vector<ToolResult> results;
  const auto at_once = static_cast<std::size_t>(context.state().config.limits.parallel);
  for (std::size_t start = 0; start < calls.size(); start += at_once) {
    std::vector<Task<ToolResult>> group;
    for (std::size_t i = start; i < std::min(calls.size(), start + at_once); ++i) {
      group.push_back(call_tool(context.branch(), calls[i]));
    }
    std::vector<Task<ToolResult>> ended = co_await all(std::move(group));
    for (std::size_t i = 0; i < ended.size(); ++i) {
      ToolResult result = co_await ended[i].take();
      results.push_back(std::move(result));
    }
  }
  co_return results;
}

/// What the model reads of a result: too much of it is cut, and the model is told.
std::string readable(const ToolResult& result, std::int64_t most) {
  const auto limit = static_cast<std::size_t>(most);
  const std::size_t whole =
      result.cut_from_bytes != 0 ? static_cast<std::size_t>(result.cut_from_bytes) : result.text.size();
  if (result.text.size() <= limit) return result.text;
  return joined({utf8_prefix(result.text, limit), "\n[troupe: cut here; these are the first ", decimal(most), " of ",
                 decimal(static_cast<std::int64_t>(whole)), " bytes. Ask for a smaller part if you need the rest.]"});
}

std::string instruction_for(const Agent& agent, const RunState& state) {
  std::string text = agent.instruction;
  if (!state.unreachable.empty()) text += joined({"\n", state.unreachable});
  return text;
}

Answer stopped(const RunState& state, std::string reason, std::string sentence) {
  return {partial_answer(state), Stop{std::move(reason), std::move(sentence)}};
}

}  // namespace

Task<Answer> augmented_llm(Context context, Agent agent, std::string task) {
  RunState& state = context.state();
  const std::shared_ptr<const ToolBox> tools = co_await known_tools(context);
  const auto hash =
      context.run().header().has(kFingerprints) ? Conversation::Hash::kFingerprint : Conversation::Hash::kSha256;
  const auto conversation = std::make_shared<Conversation>(instruction_for(agent, state), std::move(task), hash);
  state.conversation = conversation;
  RepeatedCalls repeats(state.config.limits.repeats);

  for (std::int64_t turn = 0; turn < state.config.limits.turns; ++turn) {
    const Ledger::Estimate estimate = estimate_of(state, *conversation, *tools);
    const std::optional<Stop> stop = co_await admit(context, estimate);
    if (stop) co_return stopped(state, stop->reason, stop->sentence);

    ChatReply reply = co_await reply_of(context, agent.name, conversation, tools, estimate);
    conversation->add({Message::Role::kAssistant, reply.text, reply.calls, {}, false});
    if (reply.calls.empty()) co_return Answer{std::move(reply.text), std::nullopt};
    if (repeats.looping(reply.calls)) {
      co_return stopped(
          state, "repeated_call",
          joined({"The model called \"", reply.calls.front().name, "\" with the same arguments again and again."}));
    }

    const std::vector<ToolResult> results = co_await call_all(context, reply.calls);
    for (std::size_t i = 0; i < results.size(); ++i) {
      conversation->add({Message::Role::kTool,
                         readable(results[i], state.config.limits.result_chars),
                         {},
                         reply.calls[i].id,
                         results[i].failed});
    }
  }
  co_return stopped(state, "turn_limit",
                    joined({"The agent was not done after ", decimal(state.config.limits.turns),
                            " turns. Raise limits.turns to let it work longer."}));
}

std::string partial_answer(const RunState& state) {
  if (!state.conversation) return {};
  std::string text;
  const std::vector<Message>& messages = state.conversation->messages();
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    if (message->role == Message::Role::kAssistant && !message->text.empty()) return message->text;
    if (message->role != Message::Role::kTool || message->failed || text.size() > 2000) continue;
    text = joined({"- ", std::string(utf8_prefix(trim(message->text), 500)), "\n", text});
  }
  return text.empty() ? text : joined({"What the tools said so far:\n", text});
}

}  // namespace troupe

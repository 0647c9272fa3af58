#include "agents/reply.hpp"

#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kBytesPerToken = 4;  // of English text; an estimate for reservations only
constexpr std::int64_t kReplyTokens = 256;  // reserved for the reply

StepRequest chat_step(const RunState& state, const std::string& agent, std::shared_ptr<const Conversation> conversation,
                      std::shared_ptr<const ToolBox> tools, const Run* run, Ledger::Estimate estimate) {
  StepRequest request;
  request.kind = "chat";
  // Not the model: a fork may go on with another one.
  request.args = ObjectText()
                     .text("agent", agent)
                     .text("history", conversation->digest())
                     .number("messages", static_cast<std::int64_t>(conversation->messages().size()))
                     .text("tools", tools->digest)
                     .finish();
  request.operation = [&state, run, estimate, conversation = std::move(conversation),
                       tools = std::move(tools)](StepName name) {
    ChatRequest asked{conversation, tools, run->watched, state.services.traffic, &state.party};
    asked.estimate = {estimate.tokens, estimate.cost};
    return chat(&state.services.host, std::move(name), state.services.models.equals(state.config.model),
                std::move(asked));
  };
  return request;
}

}  // namespace

Conversation::Hash hash_of(const Context& context) {
  return context.run().header().has(kFingerprints) ? Conversation::Hash::kFingerprint : Conversation::Hash::kSha256;
}

Ledger::Estimate estimate_of(const RunState& state, const Conversation& conversation, const ToolBox& tools) {
  if (state.config.model == "offline") return {};
  const std::int64_t bytes = conversation.bytes() + tools.bytes;
  const std::int64_t input = (bytes + kBytesPerToken - 1) / kBytesPerToken;
  const Price& price = state.config.price;
  return {input + kReplyTokens, sum(product(input, price.input), product(kReplyTokens, price.output))};
}

Task<ChatReply> reply_of(Context context, std::string agent, std::shared_ptr<const Conversation> conversation,
                         std::shared_ptr<const ToolBox> tools, Ledger::Estimate estimate) {
  RunState& state = context.state();
  const Result<std::string> value =
      co_await settled(context.step(chat_step(state, agent, conversation, tools, &context.run(), estimate)));
  if (!value) {
    state.ledger.settle(estimate);
    co_await failure(
        Error(value.error().code(), joined({"The model ", state.config.model, " gave no answer"}), value.error()));
  }
  ChatReply reply = reply_from(*value);
  state.ledger.settle(estimate, reply.usage);
  co_return reply;
}

}  // namespace troupe

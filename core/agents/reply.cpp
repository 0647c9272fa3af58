#include "agents/reply.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kBytesPerToken = 4;  // of English text; an estimate for reservations only
constexpr std::int64_t kReplyTokens = 256;  // reserved for the reply

StepRequest chat_step(const RunState& state, const std::string& agent, std::string model, bool last,
                      std::shared_ptr<const Conversation> conversation, std::shared_ptr<const ToolBox> tools,
                      const Run* run, Ledger::Estimate estimate) {
  StepRequest request;
  request.kind = "chat";
  // Not the model: a fork may go on with another one.
  request.args = ObjectText()
                     .text("agent", agent)
                     .text("history", conversation->digest())
                     .number("messages", static_cast<std::int64_t>(conversation->messages().size()))
                     .text("tools", tools->digest)
                     .finish();
  request.operation = [&state, run, estimate, last, model = std::move(model), conversation = std::move(conversation),
                       tools = std::move(tools)](StepName name) {
    ChatRequest asked{conversation, tools, run->watched, state.services.traffic, &state.party};
    asked.estimate = {estimate.tokens, estimate.cost};
    asked.hurried = !last;
    return chat(&state.services.host, std::move(name), state.services.models.equals(model), std::move(asked));
  };
  return request;
}

/// Whether another model may do better.
bool is_of_model(Code code) { return code != Code::kBudget && code != Code::kCancelled && code != Code::kInternal; }

Task<std::string> noted() { co_return "null"; }

StepRequest recovery_step(const std::string& from, const std::string& to, const Error& error) {
  StepRequest request;
  request.kind = "recovery";
  request.args = ObjectText().text("from", from).text("to", to).text("why", error.whole()).finish();
  request.operation = [](StepName) { return noted(); };
  return request;
}

}  // namespace

std::vector<std::string> models_for(const RunState& state, const Speaker& speaker) {
  std::vector<std::string> models = {speaker.model.empty() ? state.config.model : speaker.model};
  for (const std::string& each : state.config.fallback) {
    if (std::ranges::find(models, each) == models.end()) models.push_back(each);
  }
  std::erase_if(models, [&](const std::string& each) {
    return each != models.back() && std::ranges::find(state.given_up, each) != state.given_up.end();
  });
  return models;
}

Conversation::Hash hash_of(const Context& context) {
  return context.run().header().has(kFingerprints) ? Conversation::Hash::kFingerprint : Conversation::Hash::kSha256;
}

Ledger::Estimate estimate_of(const RunState& state, const Speaker& speaker, const Conversation& conversation,
                             const ToolBox& tools) {
  const std::string model = models_for(state, speaker).front();
  if (model == "offline") return {};
  const std::int64_t bytes = conversation.bytes() + tools.bytes;
  const std::int64_t input = (bytes + kBytesPerToken - 1) / kBytesPerToken;
  const Price price = price_of(state.config, model);
  return {input + kReplyTokens, sum(product(input, price.input), product(kReplyTokens, price.output))};
}

Task<ChatReply> reply_of(Context context, Speaker speaker, std::shared_ptr<const Conversation> conversation,
                         std::shared_ptr<const ToolBox> tools, Ledger::Estimate estimate) {
  RunState& state = context.state();
  const std::vector<std::string> models = models_for(state, speaker);
  for (std::size_t i = 0;; ++i) {
    const bool last = i + 1 == models.size();
    Result<std::string> value = co_await settled(
        context.step(chat_step(state, speaker.name, models[i], last, conversation, tools, &context.run(), estimate)));
    if (value) {
      ChatReply reply = reply_from(*value);
      state.ledger.settle(estimate, reply.usage);
      co_return reply;
    }
    if (last || !is_of_model(value.error().code())) {
      state.ledger.settle(estimate);
      if (value.error().code() == Code::kBudget) co_await failure(value.error());
      co_await failure(
          Error(value.error().code(), joined({"The model ", models[i], " gave no answer"}), value.error()));
    }
    const std::string recovered = co_await context.step(recovery_step(models[i], models[i + 1], value.error()));
    state.given_up.push_back(models[i]);
  }
}

}  // namespace troupe

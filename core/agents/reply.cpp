#include "agents/reply.hpp"

#include <algorithm>
#include <utility>

#include "agents/agent.hpp"
#include "agents/care.hpp"
#include "base/text.hpp"
#include "llm/choice/wish.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kBytesPerToken = 4;  // of English text; an estimate for reservations only
constexpr std::int64_t kReplyTokens = 256;  // of a short reply: less is not worth beginning with
constexpr std::int64_t kLongReply = 8192;   // what one may come to, as long as there was none

/// `next` stands in for the model; empty: nobody does.
StepRequest chat_step(const Context& context, const Speaker& speaker, std::string model, std::string next,
                      std::shared_ptr<const Conversation> conversation, std::shared_ptr<const ToolBox> tools,
                      const Share& share, std::string_view schema) {
  StepRequest request;
  request.kind = "chat";
  request.until_ms = context.ends_ms();
  // Not the model: a fork may go on with another one.
  request.args = ObjectText()
                     .text("agent", speaker.name)
                     .text("history", conversation->digest())
                     .number("messages", static_cast<std::int64_t>(conversation->messages().size()))
                     .text("tools", tools->digest)
                     .finish();
  // Other runs do not wait for what is only guessed.
  const Ledger::Estimate beyond = share.guessed ? Ledger::Estimate() : share.beyond;
  const Spent estimate{sum(share.least.tokens, beyond.tokens), sum(share.least.cost, beyond.cost)};
  request.operation = [&state = context.state(), run = &context.run(), estimate, schema, model = std::move(model),
                       next = std::move(next), conversation = std::move(conversation),
                       tools = std::move(tools)](StepName name) {
    ChatRequest asked{conversation, tools, run->watched, state.services.traffic, &state.party};
    asked.estimate = estimate;
    asked.hurried = !next.empty();
    asked.model = model;
    asked.hedge = state.config.hedge;
    asked.schema = schema;
    if (!next.empty()) asked.next = state.services.models.equals(next).value_or(std::vector<Model>());
    std::erase_if(asked.next, [](const Model& each) { return each.provider->codec == nullptr; });
    return chat(&state.services.host, std::move(name), state.services.models.equals(model), std::move(asked));
  };
  return request;
}

/// Whether another model may do better.
bool is_of_model(Code code) { return code != Code::kBudget && code != Code::kCancelled && code != Code::kInternal; }

/// Puts a call on the account of the agent and the model.
void bill(RunState& state, const std::string& agent, const std::string& model, const Usage& used, bool failed) {
  const auto same = [&](const Bill& each) { return each.agent == agent && each.model == model; };
  auto found = std::ranges::find_if(state.bills, same);
  if (found == state.bills.end()) found = state.bills.insert(found, {agent, model});
  ++found->calls;
  found->usage += used;
  if (failed) ++found->failed;
}

}  // namespace

const std::string& model_of(const RunState& state, const Speaker& speaker) {
  return speaker.model.empty() ? state.config.model : speaker.model;
}

std::vector<std::string> models_for(const RunState& state, const Speaker& speaker) {
  const std::string& model = model_of(state, speaker);
  std::vector<std::string> models = {model};
  if (is_wish(model)) models = speaker.chosen.empty() ? state.chosen : speaker.chosen;
  if (models.empty()) models = wish_from(model).among;  // nothing is chosen yet
  for (const std::string& each : state.config.fallback) {
    if (std::ranges::find(models, each) == models.end()) models.push_back(each);
  }
  std::erase_if(models, [&](const std::string& each) {
    return each != models.back() && std::ranges::find(state.given_up, each) != state.given_up.end();
  });
  return models;
}

std::string first_model(const RunState& state, const Speaker& speaker) {
  const std::string& model = model_of(state, speaker);
  return state.given_up.empty() && !is_wish(model) ? model : models_for(state, speaker).front();
}

Conversation::Hash hash_of(const Context& context) {
  return context.run().header().has(kFingerprints) ? Conversation::Hash::kFingerprint : Conversation::Hash::kSha256;
}

namespace {

Share share_for(const Context& context, const std::string& model, const Conversation& conversation,
                const ToolBox& tools) {
  if (model == "offline") return {};
  const RunState& state = context.state();
  const std::int64_t bytes = conversation.bytes() + tools.bytes;
  const std::int64_t input = (bytes + kBytesPerToken - 1) / kBytesPerToken;
  const Price price = price_of(state.config, model);
  Share share{{input + kReplyTokens, sum(product(input, price.input), product(kReplyTokens, price.output))}, {}};
  if (!context.run().header().has(kWary)) return share;
  std::int64_t most = state.config.replies.is_null() ? 0 : integer_field(state.config.replies, model);
  share.guessed = most <= 0 && state.largest_reply == 0;
  if (most <= 0) most = share.guessed ? kLongReply : state.largest_reply;
  const std::int64_t beyond = std::max<std::int64_t>(0, most - kReplyTokens);
  share.beyond = {beyond, product(beyond, price.output)};
  return share;
}

}  // namespace

Share share_of(const Context& context, const Speaker& speaker, const Conversation& conversation, const ToolBox& tools) {
  return share_for(context, first_model(context.state(), speaker), conversation, tools);
}

namespace {

bool was_refused(const ChatReply& reply) { return reply.finish == "refused" || reply.finish == "blocked"; }

bool says_nothing(const ChatReply& reply) {
  return reply.calls.empty() && reply.finish == "stop" && trim(reply.text).empty();
}

std::string why_refused(std::string_view model, const ChatReply& reply) {
  const std::string_view text = utf8_prefix(trim(reply.text), 200);
  return joined({"The model ", model, " refused", text.empty() ? "." : ": ", text});
}

/// How far the asking has come.
struct Asking {
  std::vector<std::string> models;
  std::size_t at = 0;  // of them
  Share share;
  const Ledger::Estimate in_purse = share.least;
  bool may_shorten = false;
  bool may_repeat = false;  // what came to nothing

  bool last() const { return at + 1 == models.size(); }
  const std::string& model() const { return models[at]; }
};

/// The budget has to have room for the next asking as for the first.
Task<> admit_again(Context context, const Speaker* speaker, std::shared_ptr<Conversation> conversation,
                   std::shared_ptr<const ToolBox> tools, Asking* asking) {
  asking->share = share_for(context, asking->model(), *conversation, *tools);
  const std::optional<Stop> stop = co_await admit(context, asking->share);
  if (!stop) co_return;
  if (context.run().header().has(kPursed)) settle(speaker->purse, asking->in_purse, {});
  co_await failure(Code::kBudget, stop->sentence);
}

/// From now on the next model is asked.
Task<> hand_on(Context context, Asking* asking, std::string why) {
  RunState& state = context.state();
  StepRequest recovery;
  recovery.kind = "recovery";
  recovery.args =
      ObjectText().text("from", asking->model()).text("to", asking->models[asking->at + 1]).text("why", why).finish();
  recovery.operation = [](StepName) { return at_once("null"); };
  co_await context.step(std::move(recovery));
  state.given_up.push_back(asking->models[asking->at++]);
}

/// After a failure: the conversation is shorter, or the next model is to be asked. Fails where neither helps.
Task<> recover(Context context, const Speaker* speaker, std::shared_ptr<Conversation> conversation,
               std::shared_ptr<const ToolBox> tools, Asking* asking, Error why) {
  RunState& state = context.state();
  const bool pursed = context.run().header().has(kPursed);
  const Usage used = usage_from(why.spent());
  state.ledger.settle({}, used);
  if (pursed) settle(speaker->purse, {}, used);
  bill(state, speaker->name, asking->model(), used, true);
  if (why.code() == Code::kTooLong && std::exchange(asking->may_shorten, false)) {
    conversation->refused_tokens = conversation->tokens(tools->bytes);
    const bool shorter =
        co_await shortened(context, speaker->name, conversation, conversation->bytes() / 2, "too_long");
    if (shorter) co_return;
  }
  if (asking->last() || !is_of_model(why.code())) {
    release(state, asking->share, {});
    if (pursed) settle(speaker->purse, asking->in_purse, {});
    if (why.code() == Code::kBudget) co_await failure(why);
    co_await failure(Error(why.code(), joined({"The model ", asking->model(), " gave no answer"}), why));
  }
  co_await hand_on(context, asking, why.whole());
  if (!context.run().header().has(kTightened)) co_return;
  // Who stands in may be dearer.
  release(state, asking->share, {});
  co_await admit_again(context, speaker, conversation, tools, asking);
}

}  // namespace

Task<ChatReply> reply_of(Context context, const Speaker* speaker, std::shared_ptr<Conversation> conversation,
                         std::shared_ptr<const ToolBox> tools, Share share, std::string_view schema) {
  RunState& state = context.state();
  Asking asking{models_for(state, *speaker), 0, share};
  asking.may_shorten = context.run().header().has(kAccounted);
  asking.may_repeat = context.run().header().has(kWary);
  for (;;) {
    Result<std::string> value = co_await settled(
        context.step(chat_step(context, *speaker, asking.model(), asking.last() ? "" : asking.models[asking.at + 1],
                               conversation, tools, asking.share, schema)));
    if (value) {
      ChatReply reply = reply_from(*value);
      Usage used = reply.usage;
      used += usage_from(reply.lost);
      release(state, asking.share, used);
      state.largest_reply = std::max(state.largest_reply, reply.usage.output_tokens);
      bill(state, speaker->name, reply.by.empty() ? asking.model() : reply.by, used, false);
      conversation->counted(reply.usage.input_tokens);
      const bool wary = context.run().header().has(kWary);
      const bool refused = wary && was_refused(reply) && !asking.last();
      const bool again = wary && says_nothing(reply) && std::exchange(asking.may_repeat, false);
      if (!refused && !again) co_return reply;
      if (context.run().header().has(kPursed)) settle(speaker->purse, {}, used);
      if (refused) co_await hand_on(context, &asking, why_refused(asking.model(), reply));
      co_await admit_again(context, speaker, conversation, tools, &asking);
      continue;
    }
    co_await recover(context, speaker, conversation, tools, &asking, value.error());
  }
}

std::optional<Stop> unfinished(const RunState& state, const Speaker& speaker, const ChatReply& reply, bool wary) {
  const std::string model = reply.by.empty() ? first_model(state, speaker) : reply.by;
  if (reply.finish == "length") {
    return Stop{"cut_off",
                joined({"The answer of \"", model,
                        "\" was cut off: it had come to the most that the model may write. Raise maxTokens of "
                        "its provider, or ask for less."})};
  }
  if (reply.finish == "window") {
    return Stop{"cut_off", joined({"The answer of \"", model,
                                   "\" was cut off: the conversation fills all that the model can read. Ask for less, "
                                   "lower limits.resultChars, or take a model with a larger window."})};
  }
  if (wary && reply.finish == "refused")
    return Stop{"blocked",
                joined({"The model \"", model, "\" refused to do this; the answer is what it said to that."})};
  if (wary && says_nothing(reply)) {
    return Stop{"no_progress", joined({"The model \"", model,
                                       "\" said nothing, twice. Say the task in other words, or take another model."})};
  }
  if (reply.finish == "blocked")
    return Stop{"blocked", joined({"The vendor of \"", model, "\" held its answer back: a filter took offence."})};
  return std::nullopt;
}

}  // namespace troupe

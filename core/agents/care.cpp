#include "agents/care.hpp"

#include <algorithm>
#include <utility>

#include "agents/agent.hpp"
#include "agents/judgement.hpp"
#include "base/text.hpp"
#include "llm/choice/rank.hpp"
#include "llm/choice/shorten.hpp"
#include "llm/choice/wish.hpp"

namespace troupe {
namespace {

/// So much of a model's window stays free for its reply, in eighths.
constexpr std::int64_t kForReply = 1;

/// Tokens that the conversation may have; 0: nobody knows.
std::int64_t room_of(const RunState& state, const Speaker& speaker, const Conversation& conversation) {
  std::int64_t window = 0;
  if (!state.config.windows.is_null()) window = integer_field(state.config.windows, first_model(state, speaker));
  if (conversation.refused_tokens > 0 && (window == 0 || conversation.refused_tokens < window))
    window = conversation.refused_tokens;
  return window - window * kForReply / 8;
}

/// Whether one of the models that may be chosen takes a conversation that is too long for this one.
bool has_larger(const RunState& state, const std::string& wish, std::int64_t tokens) {
  return std::ranges::any_of(wish_from(wish).among, [&](const std::string& each) {
    return integer_field(state.config.windows, each) - integer_field(state.config.windows, each) * kForReply / 8 >=
           tokens;
  });
}

/// What the step is about: what the agent was told first.
std::string_view subject_of(const Conversation& conversation) {
  const auto found = std::ranges::find(conversation.messages(), Message::Role::kUser, &Message::role);
  return found == conversation.messages().end() ? std::string_view() : std::string_view(found->text);
}

Task<std::string> choice_of(RunState* state, std::string wish, std::shared_ptr<const Conversation> conversation,
                            std::shared_ptr<const ToolBox> tools) {
  Need need;
  need.tokens = conversation->tokens(tools->bytes);
  need.tools = !tools->tools.empty();
  need.vision = std::ranges::any_of(conversation->messages(), [](const Message& each) { return !each.images.empty(); });
  const Services& services = state->services;
  co_return services.judgement.choice_entry(subject_of(*conversation), need, wish_from(wish), services.models,
                                            services.traffic, &state->party);
}

}  // namespace

bool needs_care(const RunState& state, const Speaker& speaker, const Conversation& conversation, const ToolBox& tools) {
  if (is_wish(model_of(state, speaker)) && speaker.chosen.empty()) return true;
  if (state.config.windows.is_null() && conversation.refused_tokens == 0) return false;
  const std::int64_t room = room_of(state, speaker, conversation);
  return room > 0 && conversation.tokens(tools.bytes) > room;
}

Task<std::vector<std::string>> cared_for(Context context, Speaker speaker, std::shared_ptr<Conversation> conversation,
                                         std::shared_ptr<const ToolBox> tools) {
  RunState* state = &context.state();
  const std::string wish = model_of(*state, speaker);
  const std::int64_t tokens = conversation->tokens(tools->bytes);
  // What has outgrown its model may find a larger one.
  if (is_wish(wish) && (speaker.chosen.empty() || has_larger(*state, wish, tokens))) {
    StepRequest request;
    request.kind = "choice";
    request.args = ObjectText().text("agent", speaker.name).raw("wish", wish).finish();
    request.operation = [state, wish, conversation, tools](StepName) {
      return choice_of(state, wish, conversation, tools);
    };
    const std::string chosen = co_await context.step(std::move(request));
    speaker.chosen.clear();
    for (const std::string_view each : items_of(Fields(chosen).raw("models"))) speaker.chosen.push_back(unquoted(each));
    if (speaker.chosen.empty()) {
      std::string sentence = "No model can do this step.";
      for (const std::string_view each : items_of(Fields(chosen).raw("reasons")))
        append(sentence, {" ", unquoted(each)});
      co_await failure(Code::kUnsupported, std::move(sentence));
    }
    if (speaker.model.empty() && state->chosen.empty()) state->chosen = speaker.chosen;
  }
  // Down to half of the room: it is not done again at every turn.
  const std::int64_t room = room_of(*state, speaker, *conversation);
  if (room > 0 && tokens > room) {
    const std::int64_t most = product(conversation->bytes(), room / 2) / tokens;
    const bool shorter = co_await shortened(context, speaker.name, conversation, most, "limit");
    // Where nothing can be left out, the model may say what it thinks of it.
    if (!shorter) conversation->refused_tokens = 0;
  }
  co_return std::move(speaker.chosen);
}

Task<bool> shortened(Context context, std::string agent, std::shared_ptr<Conversation> conversation, std::int64_t most,
                     std::string why) {
  const Shortened done = shorten(*conversation, most);
  if (!done.any()) co_return false;
  StepRequest request;
  request.kind = "window";
  request.args = ObjectText()
                     .text("agent", agent)
                     .number("bytes", done.bytes)
                     .number("results", done.results)
                     .number("turns", done.turns)
                     .text("why", why)
                     .finish();
  request.operation = [](StepName) { return at_once("null"); };
  const std::string said = co_await context.step(std::move(request));
  co_return true;
}

}  // namespace troupe

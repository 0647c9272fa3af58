#include "agents/typed_reply.hpp"

#include <utility>

#include "agents/care.hpp"
#include "agents/reply.hpp"
#include "base/text.hpp"
#include "llm/brief.hpp"
#include "mcp/schema.hpp"

namespace troupe {
namespace {

constexpr int kTries = 3;

std::vector<std::string> errors_in(const std::optional<Json>& json, const Json& schema, const Form& form, bool whole) {
  if (!json) return {"There is no JSON object in it."};
  std::vector<std::string> errors = schema_errors(schema, *json, whole);
  if (errors.empty() && form.check) errors = form.check(*json);
  return errors;
}

}  // namespace

std::optional<Json> object_in(std::string_view text) {
  const std::size_t begin = text.find('{');
  const std::size_t end = text.rfind('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return std::nullopt;
  std::optional<Json> json = parse_json(text.substr(begin, end - begin + 1));
  return json && json->is_object() ? std::move(json) : std::nullopt;
}

std::optional<Json> in_form(std::string_view text, const Form& form, bool whole) {
  std::optional<Json> value = object_in(text);
  if (!errors_in(value, parsed_part(form.schema), form, whole).empty()) value.reset();
  return value;
}

Task<Typed> typed_reply(Context context, Agent agent, std::string request, Form form) {
  RunState& state = context.state();
  const Json schema = parsed_part(form.schema);
  const bool whole = context.run().header().has(kWholeSchemas);
  const auto tools = std::make_shared<const ToolBox>();
  append(request, {brief::kForm, form.schema});
  const auto conversation = std::make_shared<Conversation>(agent.instruction, std::move(request), hash_of(context));
  const std::shared_ptr<Purse> purse = context.run().header().has(kPursed) ? agent.purse : nullptr;
  Speaker speaker{agent.name, agent.model, {}, purse.get()};
  std::string wrong;
  for (int tries = 0; tries < kTries; ++tries) {
    if (needs_care(state, speaker, *conversation, *tools))
      speaker.chosen = co_await cared_for(context, speaker, conversation, tools);
    const Share share = share_of(context, speaker, *conversation, *tools);
    if (const std::shared_ptr<Purse> empty = reserve(purse, share.least, context.run().now_ms()))
      co_return Typed{Json(), Stop{"budget", used_up(*empty), empty}};
    std::optional<Stop> stop = co_await admit(context, share);
    if (stop) co_return Typed{Json(), std::move(stop)};
    Result<ChatReply> given = co_await settled(reply_of(context, &speaker, conversation, tools, share, form.schema));
    if (!given && given.error().code() == Code::kBudget)
      co_return Typed{Json(), Stop{"budget", given.error().sentence()}};
    ChatReply reply = co_await std::move(given);
    Usage used = reply.usage;
    used += usage_from(reply.lost);
    settle(purse.get(), share.least, used);
    std::optional<Json> value = object_in(reply.text);
    const std::vector<std::string> errors = errors_in(value, schema, form, whole);
    if (errors.empty()) co_return Typed{std::move(*value)};
    wrong.clear();
    for (const std::string& error : errors) append(wrong, {"\n- ", error});
    conversation->add({Message::Role::kAssistant, std::move(reply.text), {}, {}, false});
    conversation->add(
        {Message::Role::kUser,
         joined({"That cannot be used:", wrong, "\nCorrect all of it, and reply with the whole JSON object again."}),
         {},
         {},
         false});
  }
  const std::string sentence =
      joined({"The agent \"", agent.name, "\" gave no usable ", text_field(schema, "title", "object"), " in ",
              decimal(kTries), " tries:", wrong});
  co_await failure(Code::kMalformed, sentence);
  co_return Typed{};
}

}  // namespace troupe

#include "agents/server_questions.hpp"

#include <utility>

#include "agents/agent.hpp"
#include "agents/care.hpp"
#include "agents/reply.hpp"
#include "base/text.hpp"
#include "mcp/sampling.hpp"
#include "mcp/schema.hpp"

namespace troupe {
namespace {

constexpr int kTries = 3;               // of a form that does not fit
constexpr std::int64_t kRejected = -1;  // as the specification's example of a refused sampling has it

Json error_of(std::int64_t code, std::string_view message) {
  return object({{"error", object({{"code", code}, {"message", message}})}});
}

Json result_of(Json result) { return object({{"result", std::move(result)}}); }

/// What the person left open, filled in as the server would have it.
Json with_defaults(Json content, const Json& schema) {
  if (!content.is_object()) content = Json::object();
  for (const auto& [name, property] : members(field(schema, "properties"))) {
    if (!content.contains(name) && property.contains("default")) content[name] = field(property, "default");
  }
  return content;
}

Task<Json> elicited(Context context, std::string server, std::string tool, Json params) {
  const std::string mode(text_field(params, "mode", "form"));
  const std::string url(text_field(params, "url"));
  const std::string message(text_field(params, "message"));
  const bool page = mode == "url";
  if (page ? !url.starts_with("https://") && !url.starts_with("http://") : mode != "form")
    co_return error_of(RpcError::kInvalidParams, "This client shows forms, and pages of the web.");
  Json question = object({{"subject", "elicitation"},
                          {"sentence", joined({"The server \"", server, "\" asks: ", message})},
                          {"message", message},
                          {"mode", mode},
                          {"server", server},
                          {"tool", tool}});
  const Json schema = field(params, "requestedSchema");
  if (page) question["url"] = url;
  else question["schema"] = schema;
  for (int tries = 0; tries < kTries; ++tries) {
    const Json answer = co_await ask(context, question);
    const std::string action(text_field(answer, "action", "cancel"));
    if (action != "accept" || page) co_return result_of(object({{"action", action}}));
    Json content = with_defaults(field(answer, "content"), schema);
    const std::vector<std::string> errors = schema_errors(schema, content, context.run().header().has(kWholeSchemas));
    if (errors.empty()) co_return result_of(object({{"action", action}, {"content", std::move(content)}}));
    question["errors"] = Json::array();
    for (const std::string& error : errors) question["errors"].push_back(error);
  }
  co_return result_of(object({{"action", "cancel"}}));
}

Task<Json> sampled(Context context, std::string server, std::string tool, Json params, bool allowed) {
  Result<Sampling> read = sampling_from(params);
  if (!read) co_return error_of(RpcError::kInvalidParams, read.error().sentence());
  if (!allowed) {
    Json question = object(
        {{"subject", "sampling"},
         {"sentence", joined({"The server \"", server, "\" wants a reply of this run's model. May it have one?"})},
         {"server", server},
         {"tool", tool},
         {"system", read->system},
         {"messages", field(params, "messages")}});
    // The model reads what is said of them as well.
    if (context.run().header().has(kWary) && !read->tools.empty()) question["tools"] = field(params, "tools");
    const Json answer = co_await ask(context, std::move(question));
    if (!flag_field(answer, "approve")) co_return error_of(kRejected, "A person refused the request.");
  }
  const auto conversation = std::make_shared<Conversation>(read->system, std::string(), hash_of(context));
  for (Message& message : read->messages) conversation->add(std::move(message));
  const auto tools = std::make_shared<const ToolBox>(std::move(read->tools));
  Speaker speaker{joined({"server ", server})};
  if (needs_care(context.state(), speaker, *conversation, *tools))
    speaker.chosen = co_await cared_for(context, speaker, conversation, tools);
  const Share share = share_of(context, speaker, *conversation, *tools);
  const std::optional<Stop> stop = co_await admit(context, share);
  if (stop) co_return error_of(kRejected, stop->sentence);
  Result<ChatReply> reply = co_await settled(reply_of(context, &speaker, conversation, tools, share));
  if (!reply) co_return error_of(RpcError::kInternal, reply.error().whole());
  co_return result_of(sampled_message(*reply));
}

}  // namespace

Task<Json> answers_to(Context context, std::string tool, Json input) {
  const std::string server(text_field(input, "server"));
  const bool allowed = text_field(input, "sampling") == "allow";
  Json answers = Json::object();
  std::vector<std::string> keys;
  for (const auto& [key, request] : members(field(input, "requests"))) keys.push_back(key);
  for (const std::string& key : keys) {
    const Json request = field(field(input, "requests"), key);
    const std::string method(text_field(request, "method"));
    Json params = field(request, "params");
    if (method == "elicitation/create") {
      Json answer = co_await elicited(context, server, tool, std::move(params));
      answers[key] = std::move(answer);
    } else if (method == "sampling/createMessage") {
      Json answer = co_await sampled(context, server, tool, std::move(params), allowed);
      answers[key] = std::move(answer);
    } else {
      answers[key] = error_of(RpcError::kMethodNotFound, joined({"This client does not offer ", method, "."}));
    }
  }
  co_return answers;
}

}  // namespace troupe

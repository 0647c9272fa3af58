#include "engine/server_request.hpp"

#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "run/journal.hpp"

namespace troupe {
namespace {

std::string form_of(RpcAnswer answer, const std::string& server) {
  if (const RpcError* error = std::get_if<RpcError>(&answer)) {
    Json said = object({{"code", error->code}, {"message", error->message}});
    if (!error->data.is_null()) said["data"] = error->data;
    return dump_json(object({{"error", std::move(said)}}));
  }
  InputRequired* wanted = std::get_if<InputRequired>(&answer);
  Json input = object({{"requests", std::move(wanted->requests)}, {"server", server}});
  if (!wanted->state.is_null()) input["state"] = std::move(wanted->state);
  if (wanted->open != 0) input["open"] = wanted->open;
  if (!wanted->task.empty()) input["task"] = std::move(wanted->task);
  if (wanted->poll_ms > 0) input["poll_ms"] = wanted->poll_ms;
  return dump_json(object({{"input", std::move(input)}}));
}

std::string params_of(const std::string& body) {
  const std::string_view params = Fields(body).raw("params");
  return params.starts_with('{') ? std::string(params) : "{}";
}

Answered answered_in(const std::string& body) {
  const Fields asked(body);
  return {parsed_part(asked.raw("input")), parsed_part(asked.raw("responses"))};
}

}  // namespace

Task<> server_request(Services services, std::string request, std::string server, std::string method,
                      std::string body) {
  OnProgress on_progress = [&host = services.host, request](std::string_view progress) {
    host.send(Head("server.progress").text("request", request), {progress});
  };
  Result<RpcAnswer> answer = co_await settled(
      services.servers.request(server, std::move(method), params_of(body), answered_in(body), std::move(on_progress)));
  Head head("server.answered");
  head.text("request", request);
  if (!answer) {
    const Json failure = object({{"code", name_of(answer.error().code())}, {"sentence", answer.error().whole()}});
    services.host.send(head, {R"({"failure":)", dump_json(failure), "}"});
  } else if (const std::string* result = std::get_if<std::string>(&*answer)) {
    services.host.send(head, {R"({"result":)", *result, "}"});
  } else {
    services.host.send(head, {form_of(std::move(*answer), server)});
  }
}

}  // namespace troupe

#include "engine/server_request.hpp"

#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

Json form_of(RpcAnswer answer, const std::string& server) {
  if (Json* result = std::get_if<Json>(&answer)) return object({{"result", std::move(*result)}});
  if (const RpcError* error = std::get_if<RpcError>(&answer)) {
    Json said = object({{"code", error->code}, {"message", error->message}});
    if (!error->data.is_null()) said["data"] = error->data;
    return object({{"error", std::move(said)}});
  }
  InputRequired* wanted = std::get_if<InputRequired>(&answer);
  Json input = object({{"requests", std::move(wanted->requests)}, {"server", server}});
  if (!wanted->state.is_null()) input["state"] = std::move(wanted->state);
  if (wanted->open != 0) input["open"] = wanted->open;
  if (!wanted->task.empty()) input["task"] = std::move(wanted->task);
  if (wanted->poll_ms > 0) input["poll_ms"] = wanted->poll_ms;
  return object({{"input", std::move(input)}});
}

}  // namespace

Task<> server_request(Services services, std::string request, std::string server, std::string method,
                      std::string body) {
  Json asked = parse_json(body).value_or(Json());
  Json params = field(asked, "params");
  if (!params.is_object()) params = Json::object();
  OnProgress on_progress = [&host = services.host, request](const Json& progress) {
    host.send(Head("server.progress").text("request", request), {dump_json(progress)});
  };
  Result<RpcAnswer> answer = co_await settled(
      services.servers.request(server, std::move(method), std::move(params),
                               Answered{field(asked, "input"), field(asked, "responses")}, std::move(on_progress)));
  Json said =
      answer ? form_of(std::move(*answer), server)
             : object({{"failure",
                        object({{"code", name_of(answer.error().code())}, {"sentence", answer.error().whole()}})}});
  services.host.send(Head("server.answered").text("request", request), {dump_json(said)});
}

}  // namespace troupe

#include "engine/probe.hpp"

#include <utility>

#include "base/text.hpp"
#include "run/http.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMaxModelList = 4U << 20U;
constexpr std::int64_t kPatienceMs = 15'000;

Task<Json> probe_server(Services services, std::string server) {
  const std::vector<ToolSpec> tools = co_await services.servers.list_tools(std::move(server));
  Json found = object({{"tools", Json::array()}});
  for (const ToolSpec& tool : tools) found["tools"].push_back(to_json(tool));
  co_return found;
}

Task<Json> probe_provider(Services services, std::string name) {
  const std::shared_ptr<const Provider> provider = services.models.provider(name);
  if (!provider)
    co_await failure(Code::kNotFound, joined({"There is no provider \"", name, "\" in the configuration."}));
  Json found = object({{"models", Json::array()}});
  if (provider->codec == nullptr || provider->url.starts_with("call:")) co_return found;
  HttpRequest request;
  request.method = "GET";
  request.url = joined({provider->url, "/models"});
  request.headers = provider->headers;
  request.credential = provider->credential;
  request.patience_ms = kPatienceMs;
  HttpExchange http(services.host, request, {});
  co_await http.opened();
  const std::string body = co_await http.rest(kMaxModelList);
  if (http.status() < 200 || http.status() > 299) co_await failure(provider->codec->failure(http.status(), body));
  const Json list = parse_json(body).value_or(Json());
  if (list.is_null()) {
    co_await failure(Code::kNotFound, joined({request.url, " answered with something else than a list of models. Is \"",
                                              provider->url, "\" the right address?"}));
  }
  for (const Json& model : field(list, "data")) found["models"].push_back(field(model, "id"));
  co_return found;
}

}  // namespace

Task<> probe_task(Services services, std::string probe, std::string server, std::string provider) {
  Task<Json> probing = server.empty() ? probe_provider(services, provider) : probe_server(services, server);
  Result<Json> found = co_await settled(std::move(probing));
  Json result = found ? std::move(*found) : Json::object();
  result["ok"] = found.has_value();
  if (!found) result["sentence"] = found.error().whole();
  services.host.send(Head("probed").text("probe", probe), {dump_json(result)});
}

}  // namespace troupe

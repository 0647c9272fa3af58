#include "mcp/server.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "mcp/process_connection.hpp"
#include "mcp/resource_tools.hpp"
#include "mcp/schema.hpp"
#include "mcp/sse_connection.hpp"

namespace troupe {
namespace {

constexpr int kMaxPages = 2'000;
constexpr std::size_t kMaxItems = 20'000;
constexpr std::int64_t kTaskMs = 60 * 60'000;  // for which a task may go on
constexpr std::int64_t kPollMs = 1000;

std::unique_ptr<Connection> connection_to(Host& host, const ServerConfig& config, LegacyOrigins& legacy_origins) {
  if (config.is_process()) return std::make_unique<ProcessConnection>(host, config);
  if (config.sse) return std::make_unique<SseConnection>(host, config);
  return std::make_unique<HttpConnection>(host, config, legacy_origins);
}

/// Responses as the modern generation has them: results alone.
Json plain(const Json& responses) {
  Json results = Json::object();
  for (const auto& [key, response] : members(responses)) results[key] = field(response, "result");
  return results;
}

/// The member of a result that a list is in; empty: the method is no list.
std::string_view key_of(std::string_view method) {
  if (method == "tools/list") return "tools";
  if (method == "resources/list") return "resources";
  if (method == "resources/templates/list") return "resourceTemplates";
  if (method == "prompts/list") return "prompts";
  return {};
}

/// A tool as models see it; the hints' defaults are the specification's.
ToolSpec spec_of(const std::string& server, Json& tool) {
  ToolSpec spec;
  spec.name = text_field(tool, "name");
  spec.description = text_field(tool, "description", text_field(tool, "title"));
  spec.server = server;
  spec.server_name = spec.name;
  const auto schema = tool.find("inputSchema");
  if (schema != tool.end() && schema->is_object()) spec.input_schema = std::move(*schema);
  else spec.input_schema["type"] = "object";
  const Json& hints = field(tool, "annotations");
  spec.read_only = flag_field(hints, "readOnlyHint", false);
  spec.destructive = !spec.read_only && flag_field(hints, "destructiveHint", true);
  spec.idempotent = flag_field(hints, "idempotentHint", false);
  spec.open_world = flag_field(hints, "openWorldHint", true);
  return spec;
}

/// Whether the tool or its arguments are meant, and not the protocol: codes that JSON-RPC keeps for itself are the
/// protocol's, but for those that servers give to what their tools throw.
bool is_about_call(std::int64_t code) {
  return code == RpcError::kInvalidParams || code == RpcError::kMethodNotFound || code == RpcError::kInternal ||
         code > -32000 || code < -32768;
}

}  // namespace

Server::Server(Host& host, ServerConfig config, Json entry, LegacyOrigins& legacy_origins)
    : host_(host),
      config_(std::move(config)),
      entry_(std::move(entry)),
      connection_(connection_to(host, config_, legacy_origins)),
      background_(host),
      connected_(background_, [this] { return connect(); }),
      listed_(background_, [this] { return fetch_tools(); }) {
  connection_->on_notification = [this](const RpcMessage& message) { hear(message); };
}

Task<> Server::connect() {
  const Result<> ready = co_await settled(connection_->ready());
  if (ready) co_return;
  if (connection_->may_be_older()) {
    auto older = std::make_unique<SseConnection>(host_, config_);
    const Result<> older_ready = co_await settled(older->ready());
    if (older_ready) {
      older->on_notification = std::move(connection_->on_notification);
      connection_ = std::move(older);
      co_return;
    }
  }
  co_await failure(ready.error());
}

void Server::hear(const RpcMessage& message) {
  if (message.method == "notifications/tools/list_changed") listed_.undo();
  connection_->notify(message.method, message.content);
}

Task<std::vector<ToolSpec>> Server::list_tools() {
  if (fresh_until_ms_ != 0 && connection_->now_ms() >= fresh_until_ms_ && listed_.done()) listed_.undo();
  co_await listed_.wait();
  co_return tools_;
}

Task<> Server::fetch_tools() {
  Json listed = co_await list("tools/list", "tools", Json::object());
  const std::int64_t fresh_ms = integer_field(listed, "ttlMs", -1);
  fresh_until_ms_ = fresh_ms < 0 ? 0 : connection_->now_ms() + fresh_ms;
  tools_.clear();
  for (Json& tool : listed["tools"]) {
    if (!text_field(tool, "name").empty()) tools_.push_back(spec_of(config_.name, tool));
  }
  if (!connection_->offers("resources")) co_return;
  for (ToolSpec& tool : resource_tools(config_.name)) tools_.push_back(std::move(tool));
}

Task<Json> Server::list(std::string method, std::string key, Json params) {
  co_await connected_.wait();
  Json whole;
  std::string cursor;
  if (method == "tools/list") forget_tools();
  for (int page = 0; page < kMaxPages; ++page) {
    if (!cursor.empty()) params["cursor"] = cursor;
    RpcAnswer answer = co_await connection_->call(method, params);
    if (const RpcError* error = std::get_if<RpcError>(&answer)) {
      if (error->code == RpcError::kMethodNotFound && page == 0) co_return object({{key, Json::array()}});
      co_await failure(Code::kProtocol, joined({described(config_), " refused ", method, ": ", error->message}));
    }
    Json* result = std::get_if<Json>(&answer);
    if (result == nullptr || !field(*result, key).is_array()) {
      co_await failure(Code::kMalformed,
                       joined({described(config_), " answered ", method, " without a list of ", key, "."}));
    }
    std::string next(text_field(*result, "nextCursor"));
    Json& items = (*result)[key];
    if (method == "tools/list") learn(items);
    if (page == 0) {
      whole = std::move(*result);
      whole.erase("nextCursor");
    } else {
      for (Json& item : items) whole[key].push_back(std::move(item));
    }
    if (next.empty() || next == cursor) co_return whole;
    cursor = std::move(next);
    if (whole[key].size() >= kMaxItems) break;
  }
  connection_->log("warning", joined({"Its list of ", key, " goes on and on; the first ",
                                      decimal(static_cast<std::int64_t>(whole[key].size())), " are used."}));
  co_return whole;
}

void Server::forget_tools() {
  connection_->modern().forget_tools();
  output_schemas_.clear();
  only_as_tasks_.clear();
}

void Server::learn(Json& tools) {
  if (connection_->mirrors()) {
    for (const std::string& sentence : connection_->modern().learn(tools)) connection_->log("warning", sentence);
  }
  for (const Json& tool : tools) {
    const Json& schema = field(tool, "outputSchema");
    if (schema.is_object()) output_schemas_.emplace_back(text_field(tool, "name"), schema);
    if (text_field(field(tool, "execution"), "taskSupport") == "required")
      only_as_tasks_.emplace_back(text_field(tool, "name"));
  }
}

Task<RpcAnswer> Server::request(std::string method, Json params, Answered answered, OnProgress on_progress) {
  co_await connected_.wait();
  if (method == "server/discover" && !connection_->about().empty()) co_return connection_->about();
  const std::string key(key_of(method));
  if (!key.empty()) {
    Json whole = co_await list(method, key, std::move(params));
    co_return whole;
  }
  if (method == "resources/subscribe") connection_->subscribed(1);
  if (method == "resources/unsubscribe") connection_->subscribed(-1);
  RpcAnswer answer = co_await ask(std::move(method), std::move(params), std::move(answered), std::move(on_progress));
  co_return answer;
}

Task<RpcAnswer> Server::ask(std::string method, Json params, Answered answered, OnProgress on_progress) {
  co_await connected_.wait();
  const std::int64_t open = integer_field(answered.input, "open");
  if (open > 0) {
    RpcAnswer answer = co_await connection_->go_on(open, std::move(answered.responses));
    co_return answer;
  }
  if (answered.input.contains("task")) {
    RpcAnswer answer = co_await follow(std::move(answered), std::move(on_progress));
    co_return answer;
  }
  const bool as_task = connection_->era() == Era::kLegacy && method == "tools/call" &&
                       std::ranges::find(only_as_tasks_, text_field(params, "name")) != only_as_tasks_.end();
  if (as_task) params["task"] = object({{"ttl", kTaskMs}});
  if (!answered.input.is_null() && connection_->era() == Era::kModern) {
    params["inputResponses"] = plain(answered.responses);
    const Json& state = field(answered.input, "state");
    if (!state.is_null()) params["requestState"] = state;
  }
  for (bool again = false;; again = true) {
    if (method == "tools/call" && connection_->mirrors()) co_await listed_.wait();
    RpcAnswer answer = co_await connection_->call(method, params, on_progress);
    const RpcError* error = std::get_if<RpcError>(&answer);
    const bool stale = error != nullptr && error->code == RpcError::kHeaderMismatch && connection_->mirrors();
    const Json* result = std::get_if<Json>(&answer);
    if (as_task && result != nullptr && result->contains("task")) {
      const Json& task = field(*result, "task");
      co_return InputRequired{Json::object(), Json(), 0, std::string(text_field(task, "taskId")),
                              integer_field(task, "pollInterval")};
    }
    if (!stale || again) co_return answer;
    listed_.undo();  // its schema has changed since it was listed; the call was not looked at
  }
}

Task<RpcAnswer> Server::follow(Answered answered, OnProgress on_progress) {
  const std::string id(text_field(answered.input, "task"));
  const bool modern = connection_->era() == Era::kModern;
  if (!answered.responses.empty()) {
    Json update = object({{"taskId", id}, {"inputResponses", plain(answered.responses)}});
    const RpcAnswer taken = co_await connection_->call("tasks/update", std::move(update));
    if (std::holds_alternative<RpcError>(taken)) co_return taken;
  }
  std::int64_t poll_ms = integer_field(answered.input, "poll_ms");
  for (const std::int64_t end_ms = connection_->now_ms() + kTaskMs; connection_->now_ms() < end_ms;) {
    co_await connection_->pause(poll_ms > 0 ? poll_ms : kPollMs);
    RpcAnswer answer = co_await connection_->call("tasks/get", object({{"taskId", id}}));
    const Json* task = std::get_if<Json>(&answer);
    if (task == nullptr) co_return answer;
    const std::string status(text_field(*task, "status"));
    if (on_progress && task->contains("statusMessage"))
      on_progress(object({{"message", text_field(*task, "statusMessage")}}));
    poll_ms = integer_field(*task, modern ? "pollIntervalMs" : "pollInterval", poll_ms);
    if (status == "working") continue;
    if (status == "cancelled") co_return RpcError{RpcError::kInternal, "The server called its task off.", Json()};
    if (!modern) {  // what a legacy task asks comes as requests while its result is waited for
      RpcAnswer result = co_await connection_->call("tasks/result", object({{"taskId", id}}), std::move(on_progress));
      co_return result;
    }
    if (status == "completed") co_return field(*task, "result");
    if (status == "input_required") co_return InputRequired{field(*task, "inputRequests"), Json(), 0, id, poll_ms};
    const Json& error = field(*task, "error");
    co_return RpcError{integer_field(error, "code"), std::string(text_field(error, "message")), field(error, "data")};
  }
  co_await failure(Code::kTimeout, joined({described(config_), " worked on its task for an hour without an end."}));
  co_return RpcAnswer();
}

Task<ToolResult> Server::call_tool(std::string tool, Json arguments, Answered answered, OnProgress on_progress) {
  if (tool == kListResources || tool == kReadResource) {
    ToolResult read = co_await read_resources(std::move(tool), std::move(arguments), std::move(answered));
    co_return read;
  }
  Json params = object({{"name", tool}, {"arguments", arguments.is_object() ? std::move(arguments) : Json::object()}});
  RpcAnswer answer = co_await ask("tools/call", std::move(params), std::move(answered), std::move(on_progress));
  if (const Json* result = std::get_if<Json>(&answer)) co_return checked(tool, *result);
  if (InputRequired* wanted = std::get_if<InputRequired>(&answer)) co_return wanting(std::move(*wanted));
  ToolResult said = co_await refused(tool, *std::get_if<RpcError>(&answer));
  co_return said;
}

Task<ToolResult> Server::read_resources(std::string method, Json arguments, Answered answered) {
  if (method == kListResources) {
    const Json resources = co_await list("resources/list", "resources", Json::object());
    const Json templates = co_await list("resources/templates/list", "resourceTemplates", Json::object());
    co_return result_of_mcp(Json(resource_list(field(resources, "resources"), field(templates, "resourceTemplates"))));
  }
  const std::string uri(text_field(arguments, "uri"));
  RpcAnswer answer = co_await ask(std::move(method), object({{"uri", uri}}), std::move(answered), {});
  if (const Json* result = std::get_if<Json>(&answer)) co_return result_of_resource(*result);
  if (InputRequired* wanted = std::get_if<InputRequired>(&answer)) co_return wanting(std::move(*wanted));
  ToolResult said = co_await refused(uri, *std::get_if<RpcError>(&answer));
  co_return said;
}

ToolResult Server::wanting(InputRequired wanted) const {
  ToolResult result;
  result.input = object({{"requests", std::move(wanted.requests)}});
  if (!wanted.state.is_null()) result.input["state"] = std::move(wanted.state);
  if (wanted.open != 0) result.input["open"] = wanted.open;
  if (!wanted.task.empty()) result.input["task"] = std::move(wanted.task);
  if (wanted.poll_ms > 0) result.input["poll_ms"] = wanted.poll_ms;
  if (config_.sampling == "allow") result.input["sampling"] = "allow";
  return result;
}

ToolResult Server::checked(const std::string& tool, const Json& result) const {
  ToolResult checked = result_of_mcp(result);
  const auto known = std::ranges::find(output_schemas_, tool, [](const auto& each) { return each.first; });
  if (known == output_schemas_.end() || checked.structured.is_null()) return checked;
  const std::vector<std::string> errors = schema_errors(known->second, checked.structured);
  if (errors.empty()) return checked;
  connection_->log(
      "warning",
      joined({"The structured result of \"", tool,
              "\" does not fit the schema that the server gave for it, and was left out: ", errors.front()}));
  checked.structured = nullptr;
  return checked;
}

Result<ToolResult> Server::refused(const std::string& tool, const RpcError& error) const {
  if (!is_about_call(error.code)) {
    return failure(Code::kProtocol, joined({described(config_), " refused the call of \"", tool, "\": ", error.message,
                                            " (", decimal(error.code), ")"}));
  }
  ToolResult result;
  result.failed = true;
  result.text =
      error.message.empty() ? joined({"The server refused the call (", decimal(error.code), ")."}) : error.message;
  if (!error.data.is_null() && dump_json(error.data).size() < 2000)
    result.text += joined({"\n", dump_json(error.data)});
  return result;
}

}  // namespace troupe

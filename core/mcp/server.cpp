#include "mcp/server.hpp"

#include <algorithm>
#include <utility>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "mcp/process_connection.hpp"
#include "mcp/resource_tools.hpp"
#include "mcp/schema.hpp"
#include "mcp/sse_connection.hpp"
#include "run/journal.hpp"

namespace troupe {
namespace {

constexpr int kMaxPages = 2'000;
constexpr std::size_t kMaxItems = 20'000;
constexpr std::int64_t kTaskMs = 60 * 60'000;  // for which a task may go on
constexpr std::int64_t kPollMs = 1000;

std::string in_quotes(std::string_view text) {
  std::string json;
  append_quoted(json, text);
  return json;
}

std::unique_ptr<Connection> connection_to(Host& host, const ServerConfig& config, LegacyOrigins& legacy_origins) {
  if (config.is_process()) return std::make_unique<ProcessConnection>(host, config);
  if (config.sse) return std::make_unique<SseConnection>(host, config);
  return std::make_unique<HttpConnection>(host, config, legacy_origins);
}

/// Responses as the modern generation has them: results alone.
std::string plain(const Json& responses) {
  ObjectText results;
  for (const auto& [key, response] : members(responses)) {
    const std::string name = in_quotes(key);
    results.json(name.substr(1, name.size() - 2), field(response, "result"));
  }
  return results.finish();
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
ToolSpec spec_of(const std::string& server, const Fields& tool) {
  ToolSpec spec;
  spec.name = tool.text("name");
  spec.description = tool.text("description", tool.text("title"));
  spec.server = server;
  spec.server_name = spec.name;
  spec.input_schema = parsed_part(tool.raw("inputSchema"));
  if (!spec.input_schema.is_object()) spec.input_schema = object({{"type", "object"}});
  const Fields hints(tool.raw("annotations"));
  spec.read_only = hints.flag("readOnlyHint");
  spec.destructive = !spec.read_only && hints.flag("destructiveHint", true);
  spec.idempotent = hints.flag("idempotentHint");
  spec.open_world = hints.flag("openWorldHint", true);
  spec.says_effect = !hints.raw("readOnlyHint").empty() || !hints.raw("destructiveHint").empty();
  spec.says_world = !hints.raw("openWorldHint").empty();
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
  if (message.method == "notifications/tools/list_changed") {
    listed_.undo();
    ++changes_;
  }
  fresh_.heed(message.method);
  connection_->notify(message.method, message.content);
}

Task<std::vector<ToolSpec>> Server::list_tools() {
  if (fresh_until_ms_ != 0 && connection_->now_ms() >= fresh_until_ms_ && listed_.done()) listed_.undo();
  co_await listed_.wait();
  co_return tools_;
}

Task<> Server::fetch_tools() {
  const std::string whole = co_await list("tools/list", "tools", "{}");
  const Fields listed(whole);
  const std::int64_t fresh_ms = listed.integer("ttlMs", -1);
  fresh_until_ms_ = fresh_ms < 0 ? 0 : sum(connection_->now_ms(), fresh_ms);
  tools_.clear();
  for (const std::string_view tool : items_of(listed.raw("tools"))) {
    ToolSpec spec = spec_of(config_.name, Fields(tool));
    if (!spec.name.empty()) tools_.push_back(std::move(spec));
  }
  if (!connection_->offers("resources")) co_return;
  for (ToolSpec& tool : resource_tools(config_.name)) tools_.push_back(std::move(tool));
}

struct Server::Listing {
  std::string key = {};
  bool begun = false;
  ObjectText first;   // what else the first page said
  std::string items;  // of all pages
  std::size_t counted = 0;
  std::string cursor;  // of the next page; empty: this was the last
};

bool Server::take_page(Listing& listing, const std::string& method, const std::string& page) {
  const Fields fields(page);
  std::string_view items = fields.raw(listing.key);
  if (!items.starts_with('[')) return false;
  std::string next = fields.text("nextCursor");
  if (!next.empty()) listing.counted += items_of(items).size();
  if (!std::exchange(listing.begun, true)) {
    for (const auto& [name, value] : fields) {
      if (name != listing.key && name != "nextCursor") listing.first.raw(name, value);
    }
  }
  std::string learnt;
  if (method == "tools/list") items = learnt = learn(items);
  items = trim(items.substr(1, items.size() - 2));
  append(listing.items, {listing.items.empty() || items.empty() ? "" : ",", items});
  if (next == listing.cursor) next.clear();
  listing.cursor = std::move(next);
  return true;
}

Task<std::string> Server::list(std::string method, std::string key, std::string params) {
  co_await connected_.wait();
  if (const std::string* fresh = fresh_.find(method, params, connection_->now_ms())) co_return *fresh;
  const std::string asked = params;
  Listing listing;
  listing.key = key;
  if (method == "tools/list") forget_tools();
  for (int page = 0; page < kMaxPages && listing.counted < kMaxItems; ++page) {
    if (page > 0) params = with_members(params, {{"cursor", in_quotes(listing.cursor)}});
    RpcAnswer answer = co_await connection_->call(method, params);
    if (const RpcError* error = std::get_if<RpcError>(&answer)) {
      if (error->code == RpcError::kMethodNotFound && page == 0) co_return joined({"{\"", key, "\":[]}"});
      co_await failure(Code::kProtocol, joined({described(config_), " refused ", method, ": ", error->message}));
    }
    const std::string* result = std::get_if<std::string>(&answer);
    if (result == nullptr || !take_page(listing, method, *result)) {
      co_await failure(Code::kMalformed,
                       joined({described(config_), " answered ", method, " without a list of ", key, "."}));
    }
    if (listing.cursor.empty()) break;
  }
  if (!listing.cursor.empty()) {
    connection_->log("warning", joined({"Its list of ", key, " goes on and on; the first ",
                                        decimal(static_cast<std::int64_t>(listing.counted)), " are used."}));
  }
  std::string whole = listing.first.raw(key, joined({"[", listing.items, "]"})).finish();
  fresh_.keep(method, asked, whole, connection_->now_ms());
  co_return whole;
}

void Server::forget_tools() {
  connection_->modern().forget_tools();
  output_schemas_.clear();
  only_as_tasks_.clear();
}

std::string Server::learn(std::string_view tools) {
  std::string kept(tools);
  // Most lists have nothing of this, and are long.
  if (connection_->mirrors() && contains(tools, "x-mcp-header")) {
    Json list = parsed_part(tools);
    for (const std::string& sentence : connection_->modern().learn(list)) connection_->log("warning", sentence);
    kept = dump_json(list);
  }
  if (!contains(tools, "outputSchema") && !contains(tools, "taskSupport")) return kept;
  for (const std::string_view item : items_of(kept)) {
    const Fields tool(item);
    Json schema = parsed_part(tool.raw("outputSchema"));
    if (schema.is_object()) output_schemas_.emplace_back(tool.text("name"), std::move(schema));
    if (Fields(tool.raw("execution")).text("taskSupport") == "required") only_as_tasks_.push_back(tool.text("name"));
  }
  return kept;
}

Task<RpcAnswer> Server::request(std::string method, std::string params, Answered answered, OnProgress on_progress) {
  co_await connected_.wait();
  if (method == "server/discover" && !connection_->about().empty()) co_return connection_->about();
  if (method == "logging/setLevel" && connection_->era() == Era::kModern) {
    connection_->modern().log_from(Fields(params).text("level"));
    co_return std::string("{}");
  }
  const std::string key(key_of(method));
  if (!key.empty()) {
    std::string whole = co_await list(std::move(method), key, std::move(params));
    co_return whole;
  }
  const bool first = answered.input.is_null();  // what answers made it say is for this once
  if (const std::string* fresh = first ? fresh_.find(method, params, connection_->now_ms()) : nullptr) co_return *fresh;
  if (method == "resources/subscribe") connection_->subscribed(1);
  if (method == "resources/unsubscribe") connection_->subscribed(-1);
  RpcAnswer answer = co_await ask(method, params, std::move(answered), std::move(on_progress));
  if (const std::string* result = first ? std::get_if<std::string>(&answer) : nullptr)
    fresh_.keep(method, params, *result, connection_->now_ms());
  co_return answer;
}

Task<RpcAnswer> Server::ask(std::string method, std::string params, Answered answered, OnProgress on_progress) {
  co_await connected_.wait();
  const std::int64_t open = integer_field(answered.input, "open");
  if (open > 0) {
    RpcAnswer answer = co_await connection_->go_on(open, std::move(answered.responses), std::move(answered.run));
    co_return answer;
  }
  if (answered.input.contains("task")) {
    RpcAnswer answer = co_await follow(std::move(answered), std::move(on_progress));
    co_return answer;
  }
  // Which tools work only as tasks a host that took the run over has to learn first.
  const bool calls_legacy = connection_->era() == Era::kLegacy && method == "tools/call";
  if (calls_legacy && connection_->offers("tasks")) co_await listed_.wait();
  const bool as_task =
      calls_legacy && std::ranges::find(only_as_tasks_, Fields(params).text("name")) != only_as_tasks_.end();
  if (as_task) params = with_members(params, {{"task", ObjectText().number("ttl", kTaskMs).finish()}});
  if (!answered.input.is_null() && connection_->era() == Era::kModern) {
    params = with_members(params, {{"inputResponses", plain(answered.responses)}});
    const Json& state = field(answered.input, "state");
    if (!state.is_null()) params = with_members(params, {{"requestState", dump_json(state)}});
  }
  for (bool again = false;; again = true) {
    if (method == "tools/call" && connection_->mirrors()) co_await listed_.wait();
    RpcAnswer answer = co_await connection_->call(method, params, on_progress, answered.run);
    const RpcError* error = std::get_if<RpcError>(&answer);
    const bool stale = error != nullptr && error->code == RpcError::kHeaderMismatch && connection_->mirrors();
    const std::string* result = std::get_if<std::string>(&answer);
    if (as_task && result != nullptr) {
      const Fields task(Fields(*result).raw("task"));
      if (!task.raw("taskId").empty())
        co_return InputRequired{Json::object(), Json(), 0, task.text("taskId"), task.integer("pollInterval")};
    }
    if (!stale || again) co_return answer;
    listed_.undo();  // its schema has changed since it was listed; the call was not looked at
    fresh_.heed("notifications/tools/list_changed");
  }
}

Task<RpcAnswer> Server::follow(Answered answered, OnProgress on_progress) {
  const std::string id(text_field(answered.input, "task"));
  const std::string named = ObjectText().text("taskId", id).finish();
  const bool modern = connection_->era() == Era::kModern;
  if (!answered.responses.empty()) {
    std::string update = with_members(named, {{"inputResponses", plain(answered.responses)}});
    const RpcAnswer taken = co_await connection_->call("tasks/update", std::move(update));
    if (std::holds_alternative<RpcError>(taken)) co_return taken;
  }
  std::int64_t poll_ms = integer_field(answered.input, "poll_ms");
  for (const std::int64_t end_ms = connection_->now_ms() + kTaskMs; connection_->now_ms() < end_ms;) {
    co_await connection_->pause(std::min(poll_ms > 0 ? poll_ms : kPollMs, end_ms - connection_->now_ms()));
    RpcAnswer answer = co_await connection_->call("tasks/get", named);
    const std::string* said = std::get_if<std::string>(&answer);
    if (said == nullptr) co_return answer;
    const std::string status = Fields(*said).text("status");
    const std::string message(Fields(*said).raw("statusMessage"));
    if (on_progress && !message.empty()) on_progress(ObjectText().raw("message", message).finish());
    poll_ms = Fields(*said).integer(modern ? "pollIntervalMs" : "pollInterval", poll_ms);
    if (status == "working") continue;
    if (status == "cancelled") co_return RpcError{RpcError::kInternal, "The server called its task off.", Json()};
    if (!modern) {  // what a legacy task asks comes as requests while its result is waited for
      RpcAnswer result = co_await connection_->call("tasks/result", named, std::move(on_progress));
      co_return result;
    }
    const Fields task(*said);
    if (status == "completed") co_return std::string(task.raw("result"));
    if (status == "input_required")
      co_return InputRequired{parsed_part(task.raw("inputRequests")), Json(), 0, id, poll_ms};
    const Fields error(task.raw("error"));
    co_return RpcError{error.integer("code"), error.text("message"), parsed_part(error.raw("data"))};
  }
  co_await failure(Code::kTimeout, joined({described(config_), " worked on its task for an hour without an end."}));
  co_return RpcAnswer();
}

Task<ToolResult> Server::call_tool(std::string tool, std::string arguments, Answered answered, OnProgress on_progress) {
  if (tool == kListResources || tool == kReadResource) {
    ToolResult read = co_await read_resources(std::move(tool), std::move(arguments), std::move(answered));
    co_return read;
  }
  std::string params =
      ObjectText().raw("arguments", arguments.starts_with('{') ? arguments : "{}").text("name", tool).finish();
  RpcAnswer answer = co_await ask("tools/call", std::move(params), std::move(answered), std::move(on_progress));
  if (const std::string* result = std::get_if<std::string>(&answer)) co_return checked(tool, parsed_part(*result));
  if (InputRequired* wanted = std::get_if<InputRequired>(&answer)) co_return wanting(std::move(*wanted));
  ToolResult said = co_await refused(tool, *std::get_if<RpcError>(&answer));
  co_return said;
}

Task<ToolResult> Server::read_resources(std::string method, std::string arguments, Answered answered) {
  if (method == kListResources) {
    const std::string resources = co_await list("resources/list", "resources", "{}");
    const std::string templates = co_await list("resources/templates/list", "resourceTemplates", "{}");
    co_return result_of_mcp(
        Json(resource_list(Fields(resources).raw("resources"), Fields(templates).raw("resourceTemplates"))));
  }
  const std::string uri = Fields(arguments).text("uri");
  RpcAnswer answer = co_await ask(std::move(method), ObjectText().text("uri", uri).finish(), std::move(answered), {});
  if (const std::string* result = std::get_if<std::string>(&answer)) co_return result_of_resource(parsed_part(*result));
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

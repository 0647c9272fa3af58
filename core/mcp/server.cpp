#include "mcp/server.hpp"

#include <utility>

#include "base/text.hpp"
#include "mcp/http_connection.hpp"
#include "mcp/process_connection.hpp"

namespace troupe {
namespace {

constexpr int kMaxPages = 2'000;
constexpr std::size_t kMaxTools = 20'000;

std::unique_ptr<Connection> connection_to(Host& host, const ServerConfig& config) {
  if (config.is_process()) return std::make_unique<ProcessConnection>(host, config);
  return std::make_unique<HttpConnection>(host, config);
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

Server::Server(Host& host, ServerConfig config, Json entry)
    : config_(std::move(config)),
      entry_(std::move(entry)),
      connection_(connection_to(host, config_)),
      background_(host),
      listed_(background_, [this] { return fetch_tools(); }) {
  connection_->on_tools_changed = [this] { listed_.undo(); };
}

Task<std::vector<ToolSpec>> Server::list_tools() {
  co_await listed_.wait();
  co_return tools_;
}

Task<> Server::fetch_tools() {
  std::vector<ToolSpec> tools;
  std::string cursor;
  connection_->modern().forget_tools();
  for (int page = 0; page < kMaxPages && tools.size() < kMaxTools; ++page) {
    Json params = Json::object();
    if (!cursor.empty()) params["cursor"] = cursor;
    Answer answer = co_await connection_->call("tools/list", std::move(params));
    if (const RpcError* error = std::get_if<RpcError>(&answer)) {
      if (error->code == RpcError::kMethodNotFound && page == 0) break;  // a server without tools
      co_await failure(Code::kProtocol, joined({described(config_), " refused to list its tools: ", error->message}));
    }
    Json* result = std::get_if<Json>(&answer);
    if (result == nullptr || !field(*result, "tools").is_array()) {
      co_await failure(Code::kMalformed, joined({described(config_), " answered tools/list without a list of tools."}));
    }
    std::string next = take_page(std::move(*result), tools);
    const bool last = next.empty() || next == cursor;
    cursor = last ? std::string() : std::move(next);
    if (last) break;
  }
  if (!cursor.empty()) {
    connection_->log("warning", joined({"Its list of tools goes on and on; the first ",
                                        decimal(static_cast<std::int64_t>(tools.size())), " are used."}));
  }
  tools_ = std::move(tools);
}

std::string Server::take_page(Json page, std::vector<ToolSpec>& tools) {
  Json& list = page["tools"];
  if (connection_->mirrors()) {
    for (const std::string& sentence : connection_->modern().learn(list)) connection_->log("warning", sentence);
  }
  for (Json& tool : list) {
    if (!text_field(tool, "name").empty()) tools.push_back(spec_of(config_.name, tool));
  }
  return std::string(text_field(page, "nextCursor"));
}

Task<ToolResult> Server::call_tool(std::string tool, Json arguments) {
  Json params = object({{"name", tool}, {"arguments", arguments.is_object() ? std::move(arguments) : Json::object()}});
  co_await connection_->ready();
  for (bool again = false;; again = true) {
    if (connection_->mirrors()) co_await listed_.wait();
    Answer answer = co_await connection_->call("tools/call", params);
    if (Json* result = std::get_if<Json>(&answer)) co_return result_of_mcp(*result);
    if (const RpcError* error = std::get_if<RpcError>(&answer)) {
      if (error->code == RpcError::kHeaderMismatch && connection_->mirrors() && !again) {
        listed_.undo();  // its schema has changed since it was listed; the call was not looked at
        continue;
      }
      ToolResult said = co_await refused(tool, *error);
      co_return said;
    }
    co_await failure(Code::kUnsupported, joined({described(config_), " wants more input before \"", tool,
                                                 "\" goes on, which is not supported yet."}));
  }
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

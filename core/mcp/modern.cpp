#include "mcp/modern.hpp"
#include "base/text.hpp"
#include "run/journal.hpp"

#include <utility>

namespace troupe {
namespace {

constexpr std::string_view kVersion = "2026-07-28";

}  // namespace

std::optional<std::string> Modern::mutual(const Json& versions) {
  if (!versions.is_array()) return std::nullopt;
  for (const Json& version : versions) {
    if (version == kVersion) return std::string(kVersion);
  }
  return std::nullopt;
}

std::string Modern::meta(std::string_view own, std::string_view offers) const {
  std::string meta = with_members(own, {{"io.modelcontextprotocol/clientCapabilities", offers},
                                        {"io.modelcontextprotocol/clientInfo", kClient},
                                        {"io.modelcontextprotocol/protocolVersion", joined({"\"", version_, "\""})}});
  if (log_level_.empty()) return meta;
  std::string level;
  append_quoted(level, log_level_);
  return with_members(meta, {{"io.modelcontextprotocol/logLevel", level}});
}

Headers Modern::headers(std::string_view method, std::string_view params) const {
  const Fields given(params);
  Headers headers;
  headers.emplace_back("MCP-Protocol-Version", version_);
  headers.emplace_back("Mcp-Method", method);
  if (method == "tools/call" || method == "prompts/get") {
    headers.emplace_back("Mcp-Name", header_value(given.text("name")));
  } else if (method == "resources/read") {
    headers.emplace_back("Mcp-Name", header_value(given.text("uri")));
  } else if (method.starts_with("tasks/")) {
    headers.emplace_back("Mcp-Name", header_value(given.text("taskId")));
  }
  if (method != "tools/call" || mirrored_.empty()) return headers;
  const std::string called = given.text("name");
  const auto tool = std::ranges::find_if(mirrored_, [&](const auto& each) { return each.first == called; });
  if (tool == mirrored_.end()) return headers;
  const Json arguments = parsed_part(given.raw("arguments"));
  for (const ParamHeader& header : tool->second) {
    if (std::optional<std::string> value = value_of(header, arguments)) {
      headers.emplace_back(joined({"Mcp-Param-", header.name}), std::move(*value));
    }
  }
  return headers;
}

Outcome Modern::outcome(int status, std::optional<RpcMessage> reply) const {
  if (!reply || is_status_for_all(status, *reply)) return NoAnswer{};
  if (reply->kind == RpcMessage::Kind::kError) {
    if (reply->error.code == RpcError::kUnsupportedVersion) {
      std::optional<std::string> version = mutual(field(reply->error.data, "supported"));
      if (version) return OtherVersion{std::move(*version)};
    }
    return std::move(reply->error);
  }
  const Fields result(reply->content);
  const std::string type = result.text("resultType", "complete");
  if (type == "complete") return std::move(reply->content);
  if (type == "task") {
    return InputRequired{Json::object(), Json(), 0, result.text("taskId"), result.integer("pollIntervalMs")};
  }
  if (type != "input_required") return NoAnswer{};
  return InputRequired{parsed_part(result.raw("inputRequests")), parsed_part(result.raw("requestState"))};
}

std::vector<std::string> Modern::learn(Json& tools) {
  std::vector<std::string> sentences;
  Json kept = Json::array();
  for (Json& tool : tools) {
    std::string name(text_field(tool, "name"));
    std::string why;
    std::vector<ParamHeader> headers = param_headers(field(tool, "inputSchema"), why);
    if (!why.empty()) {
      sentences.push_back(joined({"The tool \"", name, "\" was left out: "}));
      sentences.back() += why;
      continue;
    }
    if (!headers.empty()) mirrored_.emplace_back(std::move(name), std::move(headers));
    kept.push_back(std::move(tool));
  }
  tools = std::move(kept);
  return sentences;
}

void Modern::forget_tools() { mirrored_.clear(); }

}  // namespace troupe

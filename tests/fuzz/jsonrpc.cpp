// JSON-RPC and what both generations of MCP make of a reply; results of tools; schemas against values.
#include "mcp/jsonrpc.hpp"
#include "base/text.hpp"
#include "input.hpp"
#include "mcp/era.hpp"
#include "mcp/legacy.hpp"
#include "mcp/modern.hpp"
#include "mcp/schema.hpp"
#include "mcp/tool_result.hpp"

namespace troupe::fuzz {
namespace {

void one_line(const std::string& text) {
  must(!contains(text, "\n"), "a message is one line", text);
  must(parse_json(text, kMaxJsonDepth + 16).has_value(), "a message is JSON", text);
}

void check(const RpcMessage& message, int status) {
  era_of_reply(status, message);
  era_of_line(message);
  Modern modern;
  modern.outcome(status, message);
  Legacy::outcome(status, message, status % 2 == 0);
  if (message.kind == RpcMessage::Kind::kRequest) {
    one_line(encode_request(7, message.method, message.content));
    if (const auto answer = Legacy::answer(message, "{}", Json::array())) one_line(*answer);
    modern.headers(message.method, message.content);
    must(parse_json(modern.meta(message.content, "{}"), kMaxJsonDepth + 16).has_value(), "it is JSON", message.content);
  }
  if (message.kind == RpcMessage::Kind::kResult) {
    one_line(encode_result(message.id, message.content));
    Legacy legacy;
    legacy.begin(message.content, "session");
    const Json content = parse_json(message.content).value_or(Json());
    Json tools = field(content, "tools");
    modern.learn(tools);
    const ToolResult result = result_of_mcp(content);
    must(repaired_utf8(result.text) == result.text, "a result is UTF-8", result.text);
    const std::string text = written(result);
    must(written(result_from(text)) == text, "a result survives the journal", text);
    schema_errors(field(content, "schema"), field(content, "value"));
  }
  if (message.kind == RpcMessage::Kind::kError)
    one_line(encode_error(message.id, message.error.code, message.error.message));
}

}  // namespace
}  // namespace troupe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  using namespace troupe::fuzz;
  Input input(data, size);
  constexpr int kStatus[] = {200, 202, 301, 400, 401, 403, 404, 405, 406, 429, 500, 503, 0};
  const int status = kStatus[input.below(std::size(kStatus))];
  const std::string_view text = input.rest();
  era_of_reply(status, std::nullopt);
  if (const std::optional<std::vector<RpcMessage>> messages = decode_rpc(text)) {
    must(!messages->empty(), "a decoded text has a message", text);
    for (const RpcMessage& message : *messages) check(message, status);
  }
  // The schema and the value as two documents, so that each is simple to reach.
  const std::size_t cut = text.find('\n');
  if (cut == std::string_view::npos) return 0;
  const std::optional<Json> schema = parse_json(text.substr(0, cut));
  const std::optional<Json> value = parse_json(text.substr(cut + 1));
  if (!schema || !value) return 0;
  must(schema_errors(*schema, *value).size() <= kMaxSchemaErrors, "no more sentences than promised", text);
  std::string why;
  for (const ParamHeader& header : param_headers(*schema, why)) value_of(header, *value);
  return 0;
}

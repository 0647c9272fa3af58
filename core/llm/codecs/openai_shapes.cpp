// platform.openai.com/docs/guides/error-codes, and the error codes of the references of both interfaces.
#include "llm/codecs/openai_shapes.hpp"

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "llm/codecs/parts.hpp"

namespace troupe {

void append_content(std::string& out, const Message& message) {
  if (message.images.empty()) return append_quoted(out, message.text);
  out += '[';
  if (!message.text.empty()) {
    out += R"({"type":"text","text":)";
    append_quoted(out, message.text);
    out += "},";
  }
  for (const Image& image : message.images) {
    out += R"({"type":"image_url","image_url":{"url":)";
    append_quoted(out, address_of(image));
    out += "}},";
  }
  out.back() = ']';
}

void append_calls(std::string& out, const std::vector<ToolCall>& calls) {
  if (calls.empty()) return;
  out += ",\"tool_calls\":[";
  for (const ToolCall& call : calls) {
    out += "{\"id\":";
    append_quoted(out, call.id);
    out += ",\"type\":\"function\",\"function\":{\"name\":";
    append_quoted(out, call.name);
    out += ",\"arguments\":";
    append_quoted(out, arguments_of(call));
    out += "}},";
  }
  out.back() = ']';
}

std::string function_tools(const std::vector<ToolSpec>& tools) {
  std::string out;
  for (const ToolSpec& tool : tools) {
    out += out.empty() ? "" : ",";
    out += "{\"type\":\"function\",\"function\":{\"name\":";
    append_quoted(out, tool.name);
    out += ",\"description\":";
    append_quoted(out, tool.description);
    append(out, {",\"parameters\":", dump_json(tool.input_schema), "}}"});
  }
  return out;
}

Code code_of_openai(std::string_view code, Code otherwise) {
  if (code == "insufficient_quota" || contains(code, "billing")) return Code::kQuota;
  if (code == "invalid_api_key" || contains(code, "authentication") || contains(code, "permission"))
    return Code::kAuthentication;
  if (contains(code, "not_found")) return Code::kNotFound;
  if (code == "context_length_exceeded") return Code::kTooLong;
  if (code == "content_filter" || contains(code, "policy")) return Code::kBlocked;
  if (contains(code, "rate_limit")) return Code::kRateLimit;
  if (code == "server_error" || code.ends_with("timeout")) return Code::kOverloaded;
  if (code.starts_with("invalid_") || contains(code, "image")) return Code::kInvalidInput;
  return otherwise;
}

Code code_in_reply(const Fields& error) {
  const std::string_view raw = error.raw("code");
  const std::string code = raw.starts_with('"') ? unquoted(raw) : std::string(raw);
  const std::int64_t status = integer_of(code, 0);
  if (status >= 400 && status <= 599) return code_of_status(static_cast<int>(status));
  return code_of_openai(code, code_of_openai(error.text("type"), Code::kOverloaded));
}

Error openai_failure(int status, std::string_view body) {
  const std::string named = Fields(Fields(body).raw("error")).text("code");
  Code code = code_of_status(status);
  const Code said = code_of_openai(named, code);
  // The status is believed, but where it is a general one, and where it hides that no waiting helps.
  if (code == Code::kInvalidInput || code == Code::kOverloaded) {
    if (said == Code::kTooLong || said == Code::kBlocked) code = said;
  }
  if (said == Code::kQuota && code != Code::kAuthentication) code = said;
  return refused(code, status, said_in(body));
}

}  // namespace troupe

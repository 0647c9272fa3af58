#include "mcp/jsonrpc.hpp"

#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

/// `{"jsonrpc":"2.0","id":…` or without the id.
std::string opening(std::string_view id) {
  std::string out = R"({"jsonrpc":"2.0")";
  if (!id.empty()) {
    out += R"(,"id":)";
    out += id;
  }
  return out;
}

void append_call(std::string& out, std::string_view method, const Json& params) {
  out += R"(,"method":)";
  append_quoted(out, method);
  if (!params.is_null()) {
    out += R"(,"params":)";
    out += dump_json(params);
  }
  out += '}';
}

Json take(Json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() ? Json() : std::move(*found);
}

RpcError error_of(Json& object) {
  RpcError error;
  error.code = integer_field(object, "code");
  error.message = text_field(object, "message");
  error.data = take(object, "data");
  return error;
}

std::optional<RpcMessage> message_of(Json& object) {
  if (!object.is_object()) return std::nullopt;
  RpcMessage message;
  const Json& id = field(object, "id");
  if (id.is_number_integer() || id.is_string()) message.id = id;
  if (const Json& method = field(object, "method"); method.is_string()) {
    message.kind = message.id.is_null() ? RpcMessage::Kind::kNotification : RpcMessage::Kind::kRequest;
    message.method = method.get<std::string>();
    message.content = take(object, "params");
  } else if (const auto error = object.find("error"); error != object.end() && !error->is_null()) {
    message.kind = RpcMessage::Kind::kError;
    if (error->is_object()) message.error = error_of(*error);
    else message.error.message = error->is_string() ? error->get<std::string>() : dump_json(*error);
  } else if (object.contains("result") && !message.id.is_null()) {
    message.kind = RpcMessage::Kind::kResult;
    message.content = take(object, "result");
  } else if (field(object, "code").is_number_integer() && field(object, "message").is_string()) {
    message.kind = RpcMessage::Kind::kError;  // some servers leave the envelope off when they refuse a request
    message.error = error_of(object);
  } else {
    return std::nullopt;
  }
  return message;
}

}  // namespace

bool RpcMessage::answers(std::int64_t our_id) const {
  return answers() && id.is_number_integer() && id.get<std::int64_t>() == our_id;
}

std::string encode_request(std::int64_t id, std::string_view method, const Json& params) {
  std::string out = opening(decimal(id));
  append_call(out, method, params);
  return out;
}

std::string encode_notification(std::string_view method, const Json& params) {
  std::string out = opening({});
  append_call(out, method, params);
  return out;
}

std::string encode_result(const Json& id, const Json& result) {
  return joined({opening(dump_json(id)), R"(,"result":)", dump_json(result), "}"});
}

std::string encode_error(const Json& id, std::int64_t code, std::string_view message) {
  std::string out = opening(dump_json(id)) + R"(,"error":{"code":)" + decimal(code) + R"(,"message":)";
  append_quoted(out, message);
  return joined({out, "}}"});
}

std::optional<std::vector<RpcMessage>> decode_rpc(std::string_view text) {
  std::optional<Json> json = parse_json(text);
  if (!json) {
    const std::string repaired = repaired_utf8(text);
    if (repaired != text) json = parse_json(repaired);
  }
  if (!json) return std::nullopt;
  std::vector<RpcMessage> messages;
  if (json->is_array()) {
    for (Json& item : *json) {
      if (std::optional<RpcMessage> message = message_of(item)) messages.push_back(std::move(*message));
    }
  } else if (std::optional<RpcMessage> message = message_of(*json)) {
    messages.push_back(std::move(*message));
  }
  if (messages.empty()) return std::nullopt;
  return messages;
}

}  // namespace troupe

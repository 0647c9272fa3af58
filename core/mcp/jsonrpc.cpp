#include "mcp/jsonrpc.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "run/journal.hpp"

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

/// Between its parts JSON may hold newlines, and nowhere else.
std::string on_one_line(std::string message) {
  for (char& c : message) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return message;
}

std::string call_of(std::string_view id, std::string_view method, std::string_view params) {
  std::string out = opening(id);
  out += R"(,"method":)";
  append_quoted(out, method);
  if (!params.empty()) append(out, {R"(,"params":)", params});
  out += '}';
  return on_one_line(std::move(out));
}

/// Texts, and whole numbers of 64 bits.
bool is_id(std::string_view json) { return json.starts_with('"') || json == "0" || integer_of(json, 0) != 0; }

RpcError error_of(const Fields& error) {
  return {error.integer("code"), error.text("message"), parsed_part(error.raw("data"))};
}

std::optional<RpcMessage> message_of(const Fields& object) {
  RpcMessage message;
  const std::string_view id = object.raw("id"), error = object.raw("error"), result = object.raw("result");
  if (is_id(id)) message.id = id;
  if (object.raw("method").starts_with('"')) {
    message.kind = message.id.empty() ? RpcMessage::Kind::kNotification : RpcMessage::Kind::kRequest;
    message.method = object.text("method");
    message.content = object.raw("params");
  } else if (!error.empty() && error != "null") {
    message.kind = RpcMessage::Kind::kError;
    if (error.starts_with('{')) message.error = error_of(Fields(error));
    else message.error.message = error.starts_with('"') ? unquoted(error) : std::string(error);
  } else if (!result.empty() && !message.id.empty()) {
    message.kind = RpcMessage::Kind::kResult;
    message.content = result;
  } else if (!object.raw("code").empty() && object.raw("message").starts_with('"')) {
    message.kind = RpcMessage::Kind::kError;  // some servers leave the envelope off when they refuse a request
    message.error = error_of(object);
  } else {
    return std::nullopt;
  }
  return message;
}

/// Whether it was JSON.
bool read_messages(std::string_view text, std::vector<RpcMessage>& messages) {
  Fields fields;
  std::vector<std::string_view> items;
  if (trim(text).starts_with('[')) items = items_of(text);
  else items.push_back(text);
  bool read = false;
  for (const std::string_view item : items) {
    if (!fields.read(item)) continue;
    read = true;
    if (std::optional<RpcMessage> message = message_of(fields)) messages.push_back(std::move(*message));
  }
  return read;
}

}  // namespace

bool RpcMessage::answers(std::int64_t our_id) const { return answers() && id == decimal(our_id); }

std::string encode_request(std::int64_t id, std::string_view method, std::string_view params) {
  return call_of(decimal(id), method, params);
}

std::string encode_notification(std::string_view method, std::string_view params) {
  return call_of({}, method, params);
}

std::string encode_result(std::string_view id, std::string_view result) {
  return on_one_line(joined({opening(id.empty() ? "null" : id), R"(,"result":)", result, "}"}));
}

std::string encode_error(std::string_view id, std::int64_t code, std::string_view message) {
  std::string out = opening(id.empty() ? "null" : id) + R"(,"error":{"code":)" + decimal(code) + R"(,"message":)";
  append_quoted(out, message);
  return joined({out, "}}"});
}

std::string with_members(std::string_view object, std::initializer_list<FieldText> members) {
  ObjectText out;
  for (const FieldText& own : Fields(object)) {
    if (std::ranges::find(members, own.name, &FieldText::name) == members.end()) out.raw(own.name, own.value);
  }
  for (const FieldText& member : members) out.raw(member.name, member.value);
  return out.finish();
}

std::optional<std::vector<RpcMessage>> decode_rpc(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<RpcMessage> messages;
  if (!read_messages(text, messages)) {
    const std::string repaired = repaired_utf8(text);
    if (repaired != text) read_messages(repaired, messages);
  }
  if (messages.empty()) return std::nullopt;
  return messages;
}

}  // namespace troupe

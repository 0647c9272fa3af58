#include "mcp/connection.hpp"

#include "base/text.hpp"

namespace troupe {

Connection::Connection(Host& host, const ServerConfig& server)
    : host_(host), server_(server), era_(server.era), background_(host), established_(background_, [this] {
        return establish();
      }) {}

void Connection::log(std::string_view level, std::string_view text) {
  host_.send(Head("notify.log").text("server", server_.name).text("level", level), {text});
}

Json Connection::dressed(Era era, std::string_view method, Json params, std::int64_t id) const {
  if (era == Era::kModern) params = modern_.dressed(std::move(params));
  if (method == "tools/call") params["_meta"]["progressToken"] = id;
  return params;
}

void Connection::hear(const RpcMessage& message) {
  if (message.method == "notifications/tools/list_changed") {
    if (on_tools_changed) on_tools_changed();
  } else if (message.method == "notifications/message") {
    const Json& data = field(message.content, "data");
    log(text_field(message.content, "level", "info"), data.is_string() ? data.get<std::string>() : dump_json(data));
  }
}

Error Connection::trouble(Code code, std::string_view what) const {
  return {code, joined({described(server_), " ", what})};
}

Error Connection::late(std::string_view method, std::int64_t after_ms) const {
  const std::string time = after_ms % 1000 == 0 ? joined({decimal(after_ms / 1000), " seconds"})
                                                : joined({decimal(after_ms), " milliseconds"});
  return trouble(Code::kTimeout, joined({"did not answer ", method, " within ", time, "."}));
}

Result<> Connection::begin(const RpcMessage& reply, std::string_view session) {
  if (reply.kind == RpcMessage::Kind::kError) {
    return failure(trouble(Code::kProtocol, joined({"refused to begin: ", reply.error.message})));
  }
  if (!legacy_.begin(reply.content, session)) {
    return failure(trouble(Code::kProtocol,
                           joined({"speaks the protocol version ", dump_json(field(reply.content, "protocolVersion")),
                                   ", which is not known here."})));
  }
  return {};
}

}  // namespace troupe

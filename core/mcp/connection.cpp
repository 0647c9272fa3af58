#include "mcp/connection.hpp"

#include <utility>

#include "base/text.hpp"
#include "run/journal.hpp"

namespace troupe {
namespace {

/// Tokens are whole in a double, as JavaScript has numbers.
constexpr std::uint64_t kTokens = (std::uint64_t{1} << 53U) - 2;

/// Reading again changes nothing.
bool is_repeatable(std::string_view method) { return method != "tools/call"; }

/// Counts who waits.
class Arriving {
 public:
  explicit Arriving(int& count) : count_(count) { ++count_; }
  Arriving(const Arriving&) = delete;
  Arriving& operator=(const Arriving&) = delete;
  ~Arriving() { --count_; }

 private:
  int& count_;
};

}  // namespace

/// Forgets a request when its caller leaves, which cancels it.
struct Connection::Kept {
  Connection& connection;
  std::int64_t number;

  Kept(Connection& connection, std::int64_t number) : connection(connection), number(number) {}
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    if (number != 0) connection.calls_.erase(number);
  }
  /// It stays open.
  void leave() { number = 0; }
};

Connection::Connection(Host& host, const ServerConfig& server)
    : host_(host),
      server_(server),
      offers_(dump_json(server.offers())),
      era_(server.era),
      background_(host),
      established_(background_, [this] { return establish(); }) {}

Task<RpcAnswer> Connection::call(std::string method, std::string params, OnProgress on_progress, std::string run) {
  for (int tries_left = 2;; --tries_left) {
    {
      const Arriving arriving(arriving_);
      co_await established_.wait();
    }
    if (!alive() && tries_left > 0) {  // it ended before our turn came
      if (established_.done()) established_.undo();
      continue;
    }
    const std::int64_t session = sessions_;
    const bool in_session = !legacy_.session().empty();
    OpenCall* const call = open(*era_, method, params, on_progress, run);
    Kept kept(*this, call->number);
    co_await call->news.wait();
    if (!call->reply) {
      kept.leave();
      co_return asked_in(*call);
    }
    const bool again = is_repeatable(method) && !server_.is_process() && tries_left == 2;
    if (!*call->reply && call->reply->error().code() == Code::kNetwork && again) continue;
    RpcReply reply = co_await std::move(*call->reply);
    Outcome came = outcome(reply, in_session);
    OtherVersion* const other = std::get_if<OtherVersion>(&came);
    if (tries_left > 0 && other != nullptr) {
      modern_.use(std::move(other->version));
    } else if (tries_left > 0 && std::holds_alternative<SessionLost>(came)) {
      // Unless another call found it lost already.
      if (session == sessions_ && established_.done()) established_.undo();
    } else {
      RpcAnswer answer = co_await answer_of(std::move(came), method, reply);
      co_return answer;
    }
  }
}

Task<RpcAnswer> Connection::go_on(std::int64_t token, Json responses, std::string run) {
  OpenCall* const call = parked(token, run);
  if (call == nullptr) co_await failure(trouble(Code::kNotFound, "does not wait for this answer any more."));
  call->token = 0;  // somebody waits for it
  Kept kept(*this, call->number);
  for (const RpcMessage& request : std::exchange(call->given, {})) {
    const Json& response = field(responses, request.id);
    const Json& error = field(response, "error");
    tell(error.is_object()
             ? encode_error(request.id, integer_field(error, "code", RpcError::kInternal), text_field(error, "message"))
             : encode_result(request.id, dump_json(field(response, "result"))));
  }
  if (!call->reply && call->asked.empty()) call->news.close();
  co_await call->news.wait();
  if (!call->reply) {
    kept.leave();
    co_return asked_in(*call);
  }
  RpcReply reply = co_await std::move(*call->reply);
  RpcAnswer answer = co_await answer_of(outcome(reply, false), call->method, reply);
  co_return answer;
}

OpenCall* Connection::parked(std::int64_t token, std::string_view run) const {
  for (const auto& [number, call] : calls_) {
    if (token != 0 && call->token == token && call->run == run) return call.get();
  }
  return nullptr;
}

void Connection::give_up(std::int64_t token, std::string_view run) {
  if (const OpenCall* call = parked(token, run)) calls_.erase(call->number);
}

OpenCall* Connection::open(Era era, const std::string& method, const std::string& params, OnProgress on_progress,
                           const std::string& run) {
  const std::int64_t number = ++last_call_;
  auto made = std::make_unique<OpenCall>(number, method, run, std::move(on_progress));
  OpenCall* const call = made.get();
  calls_.emplace(number, std::move(made));
  call->work = work(call, era, method, params);
  call->work->start(host_.queue());
  // A modern server over HTTP holds nothing for us.
  const bool holds = era == Era::kLegacy || server_.is_process();
  if (holds && server_.idle_ms > 0 && !std::exchange(resting_, true)) background_.keep(rest());
  return call;
}

Task<> Connection::rest() {
  std::int64_t last = 0;
  while (last != last_call_ || !idle()) {
    last = last_call_;
    co_await Pause(host_, server_.idle_ms);
  }
  resting_ = false;
  close();
}

Task<> Connection::work(OpenCall* call, Era era, std::string method, std::string params) {
  Result<RpcReply> reply = co_await settled(exchange(call, era, std::move(method), std::move(params)));
  call->reply = std::move(reply);
  call->news.open();
}

InputRequired Connection::asked_in(OpenCall& call) {
  // Journals carry it to other hosts, which have calls of their own.
  call.token = 1 + static_cast<std::int64_t>(host_.jitter().below(kTokens));
  InputRequired wanted{Json::object(), Json(), call.token};
  for (RpcMessage& request : std::exchange(call.asked, {})) {
    wanted.requests[request.id] = object({{"method", request.method}, {"params", parsed_part(request.content)}});
    call.given.push_back(std::move(request));
  }
  return wanted;
}

Outcome Connection::outcome(RpcReply& reply, bool in_session) const {
  return era_ == Era::kModern ? modern_.outcome(reply.status, reply.message)
                              : Legacy::outcome(reply.status, reply.message, in_session);
}

Result<RpcAnswer> Connection::answer_of(Outcome came, std::string_view method, const RpcReply& reply) const {
  if (std::string* result = std::get_if<std::string>(&came)) return std::move(*result);
  if (InputRequired* wanted = std::get_if<InputRequired>(&came)) return std::move(*wanted);
  if (RpcError* error = std::get_if<RpcError>(&came)) return std::move(*error);
  if (reply.status < 200 || reply.status > 299) {
    return failure(status_error(server_, reply.status, reply.message ? reply.message->error.message : reply.said));
  }
  return failure(
      trouble(Code::kMalformed, joined({"answered ", method, " with something that is no message of MCP."})));
}

void Connection::log(std::string_view level, std::string_view text) {
  host_.send(Head("notify.log").text("server", server_.name).text("level", level), {text});
}

void Connection::notify(std::string_view method, std::string_view params) {
  host_.send(Head("notify.server").text("server", server_.name).text("method", method),
             {params.empty() ? "null" : params});
}

std::string Connection::dressed(Era era, std::string_view method, std::string params, std::int64_t id) const {
  const bool works = method == "tools/call" || method == "prompts/get" || method == "resources/read";
  if (era == Era::kLegacy && !works) return params;
  std::string meta(Fields(params).raw("_meta"));
  if (era == Era::kModern) meta = modern_.meta(meta, offers_);
  if (works) meta = with_members(meta, {{"progressToken", decimal(id)}});
  return with_members(params, {{"_meta", meta}});
}

void Connection::hear(RpcMessage message, OpenCall* during) {
  const Fields params(message.content);
  if (message.kind == RpcMessage::Kind::kRequest) {
    const bool heard = server_.is_process() ? era_ != Era::kModern : legacy_.begun();
    if (heard) ask(std::move(message), during);
  } else if (message.method == "notifications/message") {
    log(params.text("level", "info"), params.text("data", params.raw("data")));
  } else if (message.method == "notifications/progress") {
    const std::int64_t id = params.integer("progressToken", -1);
    for (const auto& [number, call] : calls_) {
      if (call->id == id && call->on_progress) call->on_progress(message.content);
    }
  } else if (message.method == "notifications/cancelled") {
    for (const auto& [number, call] : calls_) {
      std::erase_if(call->asked, [&](const RpcMessage& request) { return request.id == params.raw("requestId"); });
    }
  } else if (on_notification) {
    on_notification(message);
  }
}

/// Outside a request's own stream nothing says to which it belongs: the newest is the likeliest, and where several runs
/// have some, whose person would be asked is anybody's guess.
OpenCall* Connection::likeliest() const {
  if (calls_.empty()) return nullptr;
  OpenCall* const newest = calls_.rbegin()->second.get();
  for (const auto& [number, call] : calls_) {
    if (call->run != newest->run && !call->run.empty() && !newest->run.empty()) return nullptr;
  }
  return newest;
}

void Connection::ask(RpcMessage request, OpenCall* during) {
  if (std::optional<std::string> answer = Legacy::answer(request, offers_, server_.roots))
    return tell(std::move(*answer));
  if (during == nullptr) during = likeliest();
  if (during == nullptr) {
    return tell(encode_error(request.id, RpcError::kInvalidRequest, "Nothing says for which request this is needed."));
  }
  during->asked.push_back(std::move(request));
  during->news.open();
}

Error Connection::trouble(Code code, std::string_view what) const {
  return {code, joined({described(server_), " ", what})};
}

Error Connection::late(std::string_view method, std::int64_t after_ms) const {
  return trouble(Code::kTimeout, joined({"did not answer ", method, " within ", duration(after_ms), "."}));
}

Result<> Connection::begin(const RpcMessage& reply, std::string_view session) {
  if (reply.kind == RpcMessage::Kind::kError) {
    return failure(trouble(Code::kProtocol, joined({"refused to begin: ", reply.error.message})));
  }
  if (!legacy_.begin(reply.content, session)) {
    const std::string_view version = Fields(reply.content).raw("protocolVersion");
    return failure(trouble(Code::kProtocol, joined({"speaks the protocol version ", version.empty() ? "null" : version,
                                                    ", which is not known here."})));
  }
  ++sessions_;
  about_ = reply.content;
  return {};
}

}  // namespace troupe

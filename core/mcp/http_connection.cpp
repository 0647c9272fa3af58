#include "mcp/http_connection.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "wire/sse.hpp"

namespace troupe {
namespace {

/// A server that asks for less would be asked without end.
constexpr std::int64_t kShortestRetryMs = 100;

// A probe that nobody answers must not cost a whole time-out before the handshake that would be answered.
constexpr std::int64_t kProbeMs = 10'000;
constexpr std::int64_t kPostMs = 10'000;
constexpr std::int64_t kSignInMs = 10 * 60'000;  // a person reads a page and types
constexpr std::int64_t kLingerMs = 1000;         // listening goes on for this long after the last call
constexpr std::int64_t kListenMs = 300;          // some servers say nothing at all before they have something to say
constexpr int kMaxFruitless = 2;                 // resumptions in a row that bring nothing
constexpr int kMaxResumed = 1000;                // servers that want to be polled close streams often

bool succeeded(int status) { return status >= 200 && status < 300; }

}  // namespace

/// Tells a legacy server that nobody waits for a request any more. A modern one sees the stream closed.
struct HttpConnection::Unwanted {
  HttpConnection& connection;
  std::int64_t id;
  bool armed;

  Unwanted(HttpConnection& connection, std::int64_t id, bool armed) : connection(connection), id(id), armed(armed) {}
  Unwanted(const Unwanted&) = delete;
  Unwanted& operator=(const Unwanted&) = delete;
  ~Unwanted() {
    if (!armed) return;
    connection.tell(encode_notification("notifications/cancelled", taking_back(id)));
  }
};

HttpConnection::~HttpConnection() {
  end_calls();
  close();
}

void HttpConnection::close() {
  if (!legacy_.session().empty()) {
    // Nobody waits for the answer: an exchange would take the request back as it goes.
    Json headers = Json::object();
    for (const auto& [name, value] : request(legacy_.headers()).headers) headers[name] = value;
    Head head("http.send");
    head.number("id", host_.next_id()).text("method", "DELETE").text("url", server_.url).json("headers", headers);
    if (!server_.credential.empty()) head.text("credential", server_.credential);
    host_.send(head);
  }
  legacy_.end();
  established_.undo();
}

Task<> HttpConnection::establish() {
  const std::string origin = origin_of(server_.url);
  if (!era_ && !legacy_origins_.contains(origin)) co_await probe();
  if (era_ == Era::kModern) co_return;
  co_await initialize();
  era_ = Era::kLegacy;
  if (!server_.era) legacy_origins_.insert(origin);
}

Task<> HttpConnection::probe() {
  const Result<RpcReply> reply = co_await settled(begin_with(Era::kModern, "server/discover", "{}"));
  if (!reply) {
    // No evidence, and no failure yet: the handshake will say what is wrong. Browsers end here when a server's rules
    // for other origins do not know the modern headers.
    log("debug", reply.error().whole());
  } else if (era_of_reply(reply->status, reply->message) == Era::kModern) {
    era_ = Era::kModern;
    if (reply->message) discovered(*reply->message);
  }
}

Task<> HttpConnection::initialize() {
  legacy_.end();
  const RpcReply reply = co_await begin_with(Era::kLegacy, "initialize", Legacy::initialize(offers_));
  if (!reply.message || is_status_for_all(reply.status, *reply.message)) {
    refused_handshake_ = reply.status == 400 || reply.status == 404 || reply.status == 405;
    if (!succeeded(reply.status)) {
      co_await failure(status_error(server_, reply.status, reply.message ? reply.message->error.message : reply.said));
    }
    co_await failure(trouble(Code::kMalformed, "answered initialize with something that is no message of MCP."));
  }
  co_await begin(*reply.message, reply.session);
  co_await post(encode_notification("notifications/initialized", {}));
}

Task<RpcReply> HttpConnection::begin_with(Era era, std::string method, std::string params) {
  OpenCall call(0, method, {}, {});
  RpcReply reply = co_await exchange(&call, era, std::move(method), std::move(params));
  co_return reply;
}

HttpRequest HttpConnection::request(const Headers& headers) const {
  HttpRequest request;
  request.url = server_.url;
  request.headers = server_.headers;
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("Accept", "application/json, text/event-stream");
  request.headers.insert(request.headers.end(), headers.begin(), headers.end());
  request.credential = server_.credential;
  request.patience_ms = server_.signs_in && !proved_ ? std::max(kSignInMs, server_.timeout_ms) : server_.timeout_ms;
  return request;
}

HttpRequest HttpConnection::stream_request(const Stream& stream) const {
  HttpRequest request = this->request(legacy_.headers());
  request.method = "GET";
  std::erase_if(request.headers, [](const auto& header) { return header.first == "Content-Type"; });
  if (!stream.last_event.empty()) request.headers.emplace_back("Last-Event-ID", stream.last_event);
  return request;
}

Task<RpcReply> HttpConnection::exchange(OpenCall* call, Era era, std::string method, std::string params) {
  const std::int64_t id = ++last_id_;
  call->id = id;
  if (era == Era::kLegacy && !legacy_.session().empty()) co_await listening();
  params = dressed(era, method, std::move(params), id);
  HttpRequest next = request(era == Era::kModern ? modern_.headers(method, params) : legacy_.headers());
  if (!era_ && era == Era::kModern && !server_.signs_in) next.patience_ms = std::min(next.patience_ms, kProbeMs);
  std::string body = encode_request(id, method, params);
  Unwanted unwanted(*this, id, era == Era::kLegacy && legacy_.begun());
  Stream stream;
  for (;;) {
    std::unique_ptr<HttpExchange> exchange(new HttpExchange(host_, next, {body}));
    Result<RpcReply> reply = co_await settled(attempt(exchange.get(), &stream, call));
    if (reply) {
      unwanted.armed = false;
      proved_ = true;
      if (!exchange->ended()) background_.keep(let_end(std::move(exchange)));
      co_return std::move(*reply);
    }
    exchange.reset();
    const bool lost = reply.error().code() == Code::kNetwork;
    if (era == Era::kModern || !lost || !resumes(stream)) {
      if (!stream.reached && lost) unwanted.armed = false;  // nobody to tell
      co_await failure(broken(reply.error(), method, stream.reached));
    }
    next = stream_request(stream);
    body.clear();
    co_await Pause(host_, std::clamp(stream.retry_ms, kShortestRetryMs, server_.timeout_ms));
  }
}

Task<RpcReply> HttpConnection::attempt(HttpExchange* exchange, Stream* stream, OpenCall* call) {
  for (;;) {
    const Result<> opened = co_await settled(exchange->opened());
    if (opened) break;
    if (opened.error().code() != Code::kTimeout || !call->may_be_silent()) co_await failure(opened.error());
  }
  RpcReply reply{exchange->status(), std::string(exchange->header("mcp-session-id")), std::nullopt, {}};
  if (succeeded(reply.status) && exchange->streams()) {
    stream->reached = true;
    std::optional<RpcMessage> answer = co_await read(exchange, stream, call);
    if (!answer) co_await failure(Code::kNetwork, "The stream ended without it.");
    reply.message = std::move(answer);
    co_return reply;
  }
  if (stream->reached) {
    co_await failure(Code::kNetwork,
                     joined({"Taking it up again was answered with HTTP status ", decimal(reply.status), "."}));
  }
  stream->reached = true;
  std::string whole = co_await exchange->rest(kMaxRpcBytes);
  reply.message = take(whole, call, true);
  if (!reply.message) reply.said = utf8_prefix(whole, 400);
  co_return reply;
}

Task<std::optional<RpcMessage>> HttpConnection::read(HttpExchange* exchange, Stream* stream, OpenCall* call) {
  SseParser parser;
  std::int64_t heard_ms = host_.now_ms();
  for (;;) {
    Result<std::optional<std::string>> came = co_await settled(exchange->piece());
    const bool is_late = !came && came.error().code() == Code::kTimeout;
    if (is_late && (call == nullptr ? !idle() : call->may_be_silent())) continue;
    const std::optional<std::string> piece = co_await std::move(came);
    if (!piece) co_return std::nullopt;
    // A comment says that the connection is alive, and not that the call is.
    if (!piece->starts_with(':') || call == nullptr || call->may_be_silent()) heard_ms = host_.now_ms();
    parser.feed(*piece);
    for (;;) {
      const std::optional<ServerSentEvent> event = co_await parser.next();
      if (!event) break;
      heard_ms = host_.now_ms();
      if (event->id != stream->last_event) {
        stream->last_event = event->id;
        stream->fruitless = 0;
      }
      stream->retry_ms = parser.retry_ms().value_or(stream->retry_ms);
      if (event->data.empty()) continue;
      std::optional<RpcMessage> answer = take(event->data, call, false);
      if (answer) co_return answer;
    }
    stream->retry_ms = parser.retry_ms().value_or(stream->retry_ms);
    if (host_.now_ms() - heard_ms >= server_.timeout_ms) co_await failure(Code::kTimeout, "Only comments came.");
  }
}

bool HttpConnection::resumes(Stream& stream) {
  return !stream.last_event.empty() && ++stream.fruitless <= kMaxFruitless && ++stream.resumed <= kMaxResumed;
}

Task<> HttpConnection::listening() {
  if (listens_ && !listening_) {
    listening_ = true;
    heard_.close();
    background_.keep(listen());
  }
  co_await heard_.wait();
}

Task<> HttpConnection::listen() {
  Stream stream;
  Task<> patience = open_after(kListenMs);
  patience.start(host_.queue());
  while (listens_) {
    const Result<> listened = co_await settled(listen_once(&stream));
    heard_.open();
    if (idle()) break;
    if (!listened) log("debug", listened.error().whole());
    if (!listened && !resumes(stream)) break;
    co_await Pause(host_, std::clamp(stream.retry_ms, kShortestRetryMs, server_.timeout_ms));
  }
  listening_ = false;
}

Task<> HttpConnection::open_after(std::int64_t ms) {
  co_await Pause(host_, ms);
  heard_.open();
}

Task<> HttpConnection::listen_once(Stream* stream) {
  HttpRequest request = stream_request(*stream);
  request.patience_ms = kLingerMs;
  HttpExchange exchange(host_, request, {});
  for (;;) {
    const Result<> opened = co_await settled(exchange.opened());
    if (opened) break;
    if (opened.error().code() != Code::kTimeout || idle()) co_await failure(opened.error());
  }
  if (!succeeded(exchange.status()) || !exchange.streams()) {
    listens_ = false;
    co_return;
  }
  heard_.open();
  co_await read(&exchange, stream, nullptr);
}

std::optional<RpcMessage> HttpConnection::take(std::string_view text, OpenCall* call, bool alone) {
  std::optional<std::vector<RpcMessage>> messages = decode_rpc(text);
  if (!messages) {
    if (!alone) log("warning", joined({"An event that is no message of MCP: ", repaired_utf8(utf8_prefix(text, 200))}));
    return std::nullopt;
  }
  std::optional<RpcMessage> answer;
  for (RpcMessage& message : *messages) {
    const bool about_nothing = alone && message.kind == RpcMessage::Kind::kError && message.id.empty();
    if (call != nullptr && (message.answers(call->id) || about_nothing)) {
      if (!answer) answer = std::move(message);
    } else if (!message.answers()) {
      hear(std::move(message), call);
    }
  }
  return answer;
}

Error HttpConnection::broken(const Error& error, std::string_view method, bool reached) const {
  if (error.code() == Code::kTimeout) return late(method, server_.timeout_ms);
  std::string sentence = described(server_);
  if (error.code() == Code::kMalformed) sentence += joined({" answered ", method, " with too much"});
  else if (reached) sentence += joined({" broke off before it answered ", method});
  else if (error.code() != Code::kNetwork) sentence += " gave no answer";
  else sentence += " cannot be reached. Check its address, and that it runs";
  return {error.code(), joined({sentence, "."}), error};
}

Task<> HttpConnection::post(std::string body) {
  HttpRequest message = request(legacy_.headers());
  message.patience_ms = std::min(message.patience_ms, kPostMs);
  HttpExchange exchange(host_, message, {body});
  const Result<std::string> taken = co_await settled(exchange.rest(kMaxRpcBytes));
  if (!taken) log("debug", taken.error().whole());  // what was lost shows in the next request
}

Task<> HttpConnection::let_end(std::unique_ptr<HttpExchange> exchange) {
  constexpr std::int64_t kMomentMs = 100;
  const std::unique_ptr<HttpExchange> held = std::move(exchange);  // parameters live as long as the frame is kept
  Task<std::string> rest = held->rest(kMaxRpcBytes);
  rest.start(host_.queue());
  co_await Pause(host_, kMomentMs);
}

}  // namespace troupe

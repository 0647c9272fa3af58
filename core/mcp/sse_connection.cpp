#include "mcp/sse_connection.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kPostMs = 10'000;

/// An address on the same origin, as the server names it: whole, or from the root. Empty: it leads elsewhere.
std::string resolved(std::string_view named, std::string_view base) {
  const std::string origin = origin_of(base);
  if (named.starts_with('/') && !named.starts_with("//")) return joined({origin, named});
  return origin_of(named) == origin ? std::string(named) : std::string();
}

}  // namespace

SseConnection::~SseConnection() {
  close();
  end_calls();
}

void SseConnection::close() {
  stop(trouble(Code::kCancelled, "was left."));
  if (established_.done()) established_.undo();
}

void SseConnection::stop(const Error& why) {
  legacy_.end();
  endpoint_.clear();
  reader_.reset();
  failure_ = why;  // who still connects waits for what only the reader could have told
  named_.open();
  const PendingCall::Table calls = pending_;  // each one leaves the table as it fails
  for (PendingCall* call : calls) call->fail(why);
}

HttpRequest SseConnection::request() const {
  HttpRequest request;
  request.url = server_.url;
  request.headers = server_.headers;
  request.credential = server_.credential;
  return request;
}

Task<> SseConnection::establish() {
  stop(trouble(Code::kNetwork, "broke off."));
  failure_.reset();
  named_.close();
  reader_ = read();
  reader_->start(host_.queue());
  co_await named_.wait();
  if (failure_) co_await failure(*failure_);
  const RpcMessage reply = co_await send(++last_id_, nullptr, "initialize", Legacy::initialize(offers_));
  co_await begin(reply, {});
  co_await post(encode_notification("notifications/initialized", {}));
}

Task<RpcReply> SseConnection::exchange(OpenCall* call, Era era, std::string method, std::string params) {
  const std::int64_t id = call->id = ++last_id_;
  params = dressed(era, method, std::move(params), id);
  RpcMessage message = co_await send(id, call, std::move(method), std::move(params));
  RpcReply reply;
  reply.message = std::move(message);
  co_return reply;
}

Task<RpcMessage> SseConnection::send(std::int64_t id, OpenCall* call, std::string method, std::string params) {
  std::function<void()> abandoned = [this, id, begun = legacy_.begun()] {
    if (begun) tell(encode_notification("notifications/cancelled", taking_back(id)));
  };
  PendingCall pending_call(host_, pending_, id, call, server_.timeout_ms, std::move(abandoned));
  tell(encode_request(id, method, params));
  Result<RpcMessage> reply = co_await pending_call;
  if (!reply && reply.error().code() == Code::kTimeout) co_await failure(late(method, server_.timeout_ms));
  RpcMessage answer = co_await std::move(reply);
  co_return answer;
}

Task<> SseConnection::post(std::string body) {
  HttpRequest message = request();
  message.url = endpoint_;
  message.headers.emplace_back("Content-Type", "application/json");
  message.patience_ms = kPostMs;
  HttpExchange exchange(host_, message, {body});
  const Result<std::string> taken = co_await settled(exchange.rest(kMaxRpcBytes));
  if (!taken) log("debug", taken.error().whole());  // what was lost shows as silence
}

Task<> SseConnection::read() {
  HttpRequest get = request();
  get.method = "GET";
  get.headers.emplace_back("Accept", "text/event-stream");
  get.patience_ms = server_.timeout_ms;
  HttpExchange stream(host_, get, {});
  const Result<> ended = co_await settled(read_stream(&stream));
  failure_ = ended ? trouble(Code::kNetwork, "ended its stream.") : ended.error();
  endpoint_.clear();
  legacy_.end();
  if (established_.done()) established_.undo();
  named_.open();
  const PendingCall::Table calls = pending_;
  for (PendingCall* call : calls) call->fail(*failure_);
}

Task<> SseConnection::read_stream(HttpExchange* stream) {
  co_await stream->opened();
  if (stream->status() < 200 || stream->status() > 299 || !stream->streams())
    co_await failure(status_error(server_, stream->status(), {}));
  SseParser parser;
  for (;;) {
    Result<std::optional<std::string>> came = co_await settled(stream->piece());
    if (!came && came.error().code() == Code::kTimeout && !endpoint_.empty()) continue;  // it may be silent
    const std::optional<std::string> piece = co_await std::move(came);
    if (!piece) co_return;
    parser.feed(*piece);
    for (;;) {
      const std::optional<ServerSentEvent> event = co_await parser.next();
      if (!event) break;
      if (event->event == "endpoint" && endpoint_.empty()) {
        endpoint_ = resolved(event->data, server_.url);
        if (endpoint_.empty())
          co_await failure(trouble(Code::kProtocol, "wants its messages at another origin, which is refused."));
        named_.open();
      } else if (!event->data.empty()) {
        take(*event);
      }
    }
  }
}

void SseConnection::take(const ServerSentEvent& event) {
  std::optional<std::vector<RpcMessage>> messages = decode_rpc(event.data);
  if (!messages) {
    log("warning", joined({"An event that is no message of MCP: ", repaired_utf8(utf8_prefix(event.data, 200))}));
    return;
  }
  for (RpcMessage& message : *messages) {
    const std::int64_t number =
        message.answers() ? integer_of(message.id, -1) : Fields(message.content).integer("progressToken", -1);
    const auto found = std::ranges::find(pending_, number, [](const PendingCall* call) { return call->id(); });
    if (message.answers()) {
      if (found != pending_.end()) (*found)->answer(std::move(message));  // else it is late
      continue;
    }
    if (message.method == "notifications/progress" && found != pending_.end()) (*found)->still_alive();
    hear(std::move(message), nullptr);
  }
}

}  // namespace troupe

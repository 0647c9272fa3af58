#include "mcp/process_connection.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

// Some servers are silent to what comes before initialize. Time enough for one that is quick to start.
constexpr std::int64_t kProbeMs = 5'000;
constexpr std::int64_t kFirstDelayMs = 250;
constexpr int kMaxFailures = 5;
constexpr std::int64_t kRestMs = 60'000;
constexpr std::size_t kMaxAside = 4096;

}  // namespace

ProcessConnection::~ProcessConnection() {
  close();
  end_calls();
}

void ProcessConnection::close() {
  fail_all(trouble(Code::kCancelled, "was stopped."));
  stop();
  failures_ = 0;
  ++closed_;
  if (established_.done()) established_.undo();
}

void ProcessConnection::stop() {
  alive_ = false;
  reader_.reset();
  process_.reset();
  legacy_.end();
}

void ProcessConnection::start() {
  stop();
  last_words_.clear();
  process_.emplace(host_, Head("process.start").text("server", server_.name), std::initializer_list<std::string_view>{},
                   "process.stop");
  alive_ = true;
  reader_ = read();
  reader_->start(host_.queue());
}

void ProcessConnection::write(std::string_view message) {
  if (alive_) host_.send(Head("process.write").number("id", process_->id()), {message, "\n"});
}

Task<RpcReply> ProcessConnection::exchange(OpenCall* call, Era era, std::string method, std::string params) {
  RpcMessage message = co_await send(call, era, std::move(method), std::move(params), server_.timeout_ms);
  failures_ = 0;
  RpcReply reply;
  reply.message = std::move(message);
  co_return reply;
}

Task<> ProcessConnection::establish() {
  if (failures_ >= kMaxFailures && host_.now_ms() - failed_ms_ < kRestMs) {
    co_await failure(Error(failure_->code(),
                           joined({described(server_), " failed ", decimal(failures_),
                                   " times in a row. It is tried again a minute after the last time."}),
                           *failure_));
  }
  if (failures_ > 0) {
    const std::int64_t before = closed_;
    co_await Pause(host_, kFirstDelayMs << std::min(failures_ - 1, kMaxFailures));
    if (closed_ != before) co_await failure(trouble(Code::kCancelled, "was stopped."));
  }
  start();
  const Result<> shaken = co_await settled(handshake());
  if (shaken) co_return;
  if (alive_) {  // otherwise ended() has counted it
    ++failures_;
    failed_ms_ = host_.now_ms();
    failure_ = shaken.error();
  }
  stop();
  co_await failure(shaken.error());
}

Task<> ProcessConnection::handshake() {
  if (!era_) co_await find_era();
  if (era_ != Era::kModern) co_await initialize();
}

Task<> ProcessConnection::find_era() {
  const std::int64_t patience_ms = std::min(kProbeMs, server_.timeout_ms);
  const Result<RpcMessage> reply = co_await settled(send(nullptr, Era::kModern, "server/discover", "{}", patience_ms));
  if (!reply) {
    // Silence, or it died of the question: then it is one that takes nothing before initialize.
    log("debug", reply.error().whole());
  } else if (era_of_line(*reply) == Era::kModern) {
    era_ = Era::kModern;
    discovered(*reply);
  }
  if (!alive_ && failure_ && failure_->code() != Code::kNotFound) start();
}

Task<> ProcessConnection::initialize() {
  const RpcMessage reply =
      co_await send(nullptr, Era::kLegacy, "initialize", Legacy::initialize(offers_), server_.timeout_ms);
  if (!era_ && reply.kind == RpcMessage::Kind::kError) {
    // It was too slow for the first question, and knows no handshake.
    const RpcMessage again = co_await send(nullptr, Era::kModern, "server/discover", "{}", server_.timeout_ms);
    if (era_of_line(again) == Era::kModern) {
      era_ = Era::kModern;
      co_return;
    }
  }
  co_await begin(reply, {});
  era_ = Era::kLegacy;
  write(encode_notification("notifications/initialized", {}));
}

Task<RpcMessage> ProcessConnection::send(OpenCall* call, Era era, std::string method, std::string params,
                                         std::int64_t patience_ms) {
  if (!alive_) co_await failure(failure_ ? *failure_ : trouble(Code::kNetwork, "has ended."));
  const std::int64_t id = ++last_id_;
  if (call != nullptr) call->id = id;
  std::function<void()> abandoned;
  if (method != "initialize" && method != "server/discover") {
    abandoned = [this, id] { write(encode_notification("notifications/cancelled", taking_back(id))); };
  }
  PendingCall pending_call(host_, pending_, id, call, patience_ms, std::move(abandoned));
  write(encode_request(id, method, dressed(era, method, std::move(params), id)));
  Result<RpcMessage> reply = co_await pending_call;
  if (!reply && reply.error().code() == Code::kTimeout) co_await failure(late(method, patience_ms));
  RpcMessage answer = co_await std::move(reply);
  co_return answer;
}

Task<> ProcessConnection::read() {
  while (alive_) {
    const Reply reply = co_await process_->next(0);
    if (reply.kind == "process.line") line(reply.body);
    else if (reply.kind == "process.log") said_aside(reply.body);
    else if (reply.kind == "process.exit" || reply.kind == "process.failed") ended(reply);
  }
}

void ProcessConnection::line(std::string_view text) {
  if (trim(text).empty()) return;
  if (text.size() > kMaxRpcBytes) {
    fail_all(trouble(Code::kMalformed, "wrote a line of more than 32 MiB."));
    return;
  }
  std::optional<std::vector<RpcMessage>> messages = decode_rpc(text);
  if (!messages) {
    log("warning", joined({"On stdout, but no message of MCP: ", repaired_utf8(utf8_prefix(text, 200))}));
    return;
  }
  for (RpcMessage& message : *messages) {
    if (message.answers()) {
      const std::int64_t id = integer_of(message.id, -1);
      if (id < 0) {
        if (!message.error.message.empty())
          log("warning", joined({"An error about no request: ", message.error.message}));
        continue;
      }
      PendingCall* const call = pending(id);
      if (call != nullptr) call->answer(std::move(message));  // else it is late
      continue;
    }
    if (message.method == "notifications/progress") {
      PendingCall* const call = pending(Fields(message.content).integer("progressToken", -1));
      if (call != nullptr) call->still_alive();
    }
    hear(std::move(message), nullptr);
  }
}

void ProcessConnection::said_aside(std::string_view text) {
  for (const std::string_view each : split(text, '\n')) {
    if (!trim(each).empty()) last_words_ = repaired_utf8(utf8_prefix(trim(each), 300));
  }
  log("info", repaired_utf8(utf8_prefix(trim(text), kMaxAside)));
}

void ProcessConnection::ended(const Reply& how) {
  alive_ = false;
  process_->close();
  const Fields about(how.head);
  const std::string why = about.text("sentence"), signal = about.text("signal");
  const std::int64_t code = about.integer("code", -1);
  std::string sentence = described(server_);
  if (how.kind == "process.failed") {
    sentence += joined({" could not be started: ", why});
  } else {
    sentence += " ended";
    if (!why.empty()) sentence += joined({": ", why});
    else if (code >= 0) sentence += joined({" with exit code ", decimal(code), "."});
    else if (!signal.empty()) sentence += joined({" by ", signal, "."});
    else sentence += ".";
    if (!last_words_.empty()) sentence += joined({" Its last words: ", last_words_});
  }
  ++failures_;
  failed_ms_ = host_.now_ms();
  failure_ = Error(how.kind == "process.failed" ? Code::kNotFound : Code::kNetwork, sentence);
  legacy_.end();
  if (established_.done()) established_.undo();  // otherwise the handshake fails, or starts it again
  fail_all(*failure_);
}

void ProcessConnection::fail_all(const Error& error) {
  const PendingCall::Table calls = pending_;  // each one leaves the table as it fails
  for (PendingCall* call : calls) call->fail(error);
}

PendingCall* ProcessConnection::pending(std::int64_t id) const {
  const auto found = std::ranges::find(pending_, id, [](const PendingCall* call) { return call->id(); });
  return found == pending_.end() ? nullptr : *found;
}

}  // namespace troupe

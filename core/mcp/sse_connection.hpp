// MCP over HTTP as 2024-11-05 had it: one stream brings everything that the server says, and names the address to which
// messages are posted.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mcp/connection.hpp"
#include "mcp/pending_call.hpp"
#include "run/http.hpp"
#include "wire/sse.hpp"

namespace troupe {

class SseConnection final : public Connection {
 public:
  SseConnection(Host& host, const ServerConfig& server) : Connection(host, server) { era_ = Era::kLegacy; }
  ~SseConnection() override;

  void close() override;

 private:
  Task<> establish() override;
  Task<RpcReply> exchange(OpenCall* call, Era era, std::string method, std::string params) override;
  Task<RpcMessage> send(std::int64_t id, OpenCall* call, std::string method, std::string params);
  void tell(std::string message) override { background_.keep(post(std::move(message))); }
  bool alive() const override { return !endpoint_.empty(); }

  HttpRequest request() const;
  Task<> post(std::string body);
  /// Reads what the server says until its stream ends.
  Task<> read();
  Task<> read_stream(HttpExchange* stream);
  void take(const ServerSentEvent& event);
  void stop(const Error& why);

  std::string endpoint_;
  Gate named_;  // the endpoint, or why there is none
  std::optional<Error> failure_;
  std::optional<Task<>> reader_;
  PendingCall::Table pending_;
};

}  // namespace troupe

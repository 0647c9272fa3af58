// MCP over the stdin and stdout of a local process, which the host runs. One process serves all calls at once.
#pragma once

#include "mcp/connection.hpp"
#include "mcp/pending_call.hpp"

namespace troupe {

class ProcessConnection final : public Connection {
 public:
  ProcessConnection(Host& host, const ServerConfig& server) : Connection(host, server) {}
  ~ProcessConnection() override;

  void close() override;

 private:
  Task<> establish() override;
  Task<> handshake();
  Task<> find_era();
  Task<> initialize();
  Task<RpcReply> exchange(OpenCall* call, Era era, std::string method, std::string params) override;
  Task<RpcMessage> send(OpenCall* call, Era era, std::string method, std::string params, std::int64_t patience_ms);
  void tell(std::string message) override { write(message); }
  bool alive() const override { return alive_; }

  void start();
  void stop();
  void write(std::string_view message);
  /// Reads what the process says until it ends.
  Task<> read();
  void line(std::string_view text);
  void said_aside(std::string_view text);
  void ended(const Reply& how);
  void fail_all(const Error& error);
  /// The call with this id that waits, or null.
  PendingCall* pending(std::int64_t id) const;

  std::optional<Exchange> process_;
  std::optional<Task<>> reader_;  // waits for process_
  bool alive_ = false;
  PendingCall::Table pending_;
  std::string last_words_;   // the last line of stderr
  std::int64_t closed_ = 0;  // how often
  int failures_ = 0;         // since the last call that was answered
  std::int64_t failed_ms_ = 0;
  std::optional<Error> failure_;
};

}  // namespace troupe

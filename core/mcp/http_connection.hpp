// MCP over streamable HTTP, in both generations.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "mcp/connection.hpp"
#include "run/http.hpp"

namespace troupe {

/// Origins that know no generation but the one with a handshake: they need not be asked again.
using LegacyOrigins = std::set<std::string>;

class HttpConnection final : public Connection {
 public:
  /// `legacy_origins` outlives the connection.
  HttpConnection(Host& host, const ServerConfig& server, LegacyOrigins& legacy_origins)
      : Connection(host, server), legacy_origins_(legacy_origins) {}
  ~HttpConnection() override;

  bool may_be_older() const override { return refused_handshake_; }
  void close() override;

 private:
  /// A stream so far: from where it could be taken up again.
  struct Stream {
    std::string last_event;
    std::int64_t retry_ms = 1000;
    int fruitless = 0, resumed = 0;
    bool reached = false;
  };
  struct Unwanted;

  Task<> establish() override;
  Task<> probe();
  Task<> initialize();

  /// Sends one request and reads what comes until it is answered.
  Task<RpcReply> exchange(OpenCall* call, Era era, std::string method, std::string params) override;
  /// The same before there are calls.
  Task<RpcReply> begin_with(Era era, std::string method, std::string params);
  /// Reads the answer to `call` from one exchange. Fails with kNetwork when it ends before. The pointers are into the
  /// caller's frame.
  Task<RpcReply> attempt(HttpExchange* exchange, Stream* stream, OpenCall* call);
  /// Reads a stream until the answer to `call` (null: there is none), or to its end. The pointers are into the caller's
  /// frame.
  Task<std::optional<RpcMessage>> read(HttpExchange* exchange, Stream* stream, OpenCall* call);
  void tell(std::string message) override { background_.keep(post(std::move(message))); }
  Task<> post(std::string body);
  /// Hears what a legacy server says beside its answers, while calls are under way: returns when the server agreed to
  /// it, refused it, or said nothing of it for a moment.
  Task<> listening();
  Task<> listen();
  Task<> listen_once(Stream* stream);
  Task<> open_after(std::int64_t ms);
  /// Keeps an answered stream for a moment, so that its end lets the host use the connection again.
  Task<> let_end(std::unique_ptr<HttpExchange> exchange);

  HttpRequest request(const Headers& headers) const;
  /// The request for a stream of what the server says, from where the stream ended.
  HttpRequest stream_request(const Stream& stream) const;
  /// Whether a stream that broke can be taken up again; counts the times.
  static bool resumes(Stream& stream);
  /// Hears the messages of a text and gives back the one that answers `call`. `alone`: the text is all that answers it,
  /// so that an error without an id is meant for it.
  std::optional<RpcMessage> take(std::string_view text, OpenCall* call, bool alone);
  Error broken(const Error& error, std::string_view method, bool reached) const;

  LegacyOrigins& legacy_origins_;
  bool proved_ = false;             // it has answered
  bool refused_handshake_ = false;  // and not as if it knew the method
  bool listens_ = true;             // until the server refuses it
  bool listening_ = false;
  Gate heard_;  // whether it will
};

}  // namespace troupe

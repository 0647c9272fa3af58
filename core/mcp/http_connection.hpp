// MCP over streamable HTTP, in both generations.
#pragma once

#include <memory>

#include "mcp/connection.hpp"
#include "run/http.hpp"

namespace troupe {

class HttpConnection final : public Connection {
 public:
  HttpConnection(Host& host, const ServerConfig& server) : Connection(host, server) {}
  ~HttpConnection() override;

  Task<Answer> call(std::string method, Json params) override;
  void close() override;

 private:
  struct HttpReply {
    int status = 200;
    std::string session;
    std::optional<RpcMessage> message;  // that answers the request
    std::string said;                   // the beginning of a body that does not
  };
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
  Task<HttpReply> send(Era era, std::string method, Json params);
  /// Reads the answer to `id` from one exchange. Fails with kNetwork when it ends before. The pointers are into the
  /// caller's frame.
  Task<HttpReply> attempt(HttpExchange* exchange, Stream* stream, std::int64_t id);
  /// Reads a stream until the answer to `id`, or to its end. The pointers are into the caller's frame.
  Task<std::optional<RpcMessage>> read(HttpExchange* exchange, Stream* stream, std::int64_t id);
  /// Sends a message that has no answer.
  Task<> post(std::string body);
  /// Keeps an answered stream for a moment, so that its end lets the host use the connection again.
  Task<> let_end(std::unique_ptr<HttpExchange> exchange);

  HttpRequest request(const Headers& headers) const;
  /// Makes `request` the one that takes the stream up again; false when it cannot be.
  bool resume(Stream& stream, HttpRequest& request) const;
  /// Hears the messages of a text and gives back the one that answers `id`. `alone`: the text is all that answers it,
  /// so that an error without an id is meant for it.
  std::optional<RpcMessage> take(std::string_view text, std::int64_t id, bool alone);
  Error broken(const Error& error, std::string_view method, bool reached) const;

  std::int64_t sessions_ = 0;  // begun so far
};

}  // namespace troupe

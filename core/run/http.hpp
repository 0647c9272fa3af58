// One HTTP exchange: a request out, a head, pieces of the body.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "run/exchange.hpp"
#include "run/task.hpp"

namespace troupe {

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  /// The name under which the host keeps the secret that it adds as the request leaves. Empty: none.
  std::string credential;
  /// Longest silence, before the head and between pieces.
  std::int64_t patience_ms = 120'000;
};

/// Leaving it aborts the request. Failures: kNetwork when there is no connection or it broke, kTimeout, and what the
/// host has against the request.
class HttpExchange {
 public:
  HttpExchange(Host& host, const HttpRequest& request, std::initializer_list<std::string_view> body);

  /// Waits for the answer's head. Await it once, first: without it there is no status and no header.
  Task<> opened();
  int status() const { return status_; }
  /// Of a name in lower case; empty if there is none.
  std::string_view header(std::string_view name) const;
  /// The body is server-sent events, or another kind of stream.
  bool streams(std::string_view media_type = "text/event-stream") const {
    return starts_with_ignoring_case(header("content-type"), media_type);
  }

  /// The next piece of the body, or nothing at its end.
  Task<std::optional<std::string>> piece();
  /// The rest of the body. Fails with kMalformed beyond `most` bytes.
  Task<std::string> rest(std::size_t most);
  /// Nothing more can come.
  bool ended() const { return ended_; }

 private:
  Result<> take(Result<Reply> reply);

  std::string origin_;
  std::int64_t patience_ms_;
  Exchange exchange_;
  int status_ = 0;
  std::vector<std::pair<std::string, std::string>> headers_;  // names lowered
  std::optional<std::string> piece_;
  bool has_head_ = false, ended_ = false;
};

/// "https://host:port" of an address, for sentences: paths may carry secrets.
std::string origin_of(std::string_view url);

}  // namespace troupe

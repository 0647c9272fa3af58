#include "run/http.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

Head head_of(const HttpRequest& request) {
  Head head("http.send");
  head.text("method", request.method).text("url", request.url);
  std::string headers = "{";
  for (const auto& [name, value] : request.headers) {
    if (headers.size() > 1) headers += ',';
    append_quoted(headers, name);
    headers += ':';
    append_quoted(headers, value);
  }
  headers += '}';
  head.raw("headers", headers);
  if (!request.credential.empty()) head.text("credential", request.credential);
  return head;
}

}  // namespace

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::string_view rest = url.substr(scheme + 3);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t user = authority.rfind('@');
  if (user != std::string_view::npos) authority.remove_prefix(user + 1);
  return std::string(url.substr(0, scheme + 3)) + std::string(authority);
}

std::string_view HttpExchange::header(std::string_view name) const {
  for (const auto& [each, value] : headers_) {
    if (each == name) return value;
  }
  return {};
}

HttpExchange::HttpExchange(Host& host, const HttpRequest& request, std::initializer_list<std::string_view> body)
    : origin_(origin_of(request.url)),
      patience_ms_(request.patience_ms),
      exchange_(host, head_of(request), body, "http.abort") {}

Result<> HttpExchange::take(Result<Reply> reply) {
  if (!reply) {
    return failure(reply.error().code(), joined({origin_, " sent nothing for ", duration(patience_ms_), "."}));
  }
  if (reply->kind == "http.failed") {
    exchange_.close();
    const Fields head(reply->head);
    const std::string sentence = head.text("sentence");
    const std::string code = head.text("code");
    if (!code.empty()) return failure(code_named(code), sentence);  // the host's own word
    const std::string what =
        has_head_ ? joined({origin_, " broke off its answer: "}) : joined({"No answer from ", origin_, ": "});
    return failure(Code::kNetwork, what + sentence);
  }
  const bool whole = reply->kind == "http.reply";
  if (whole || reply->kind == "http.head") {
    const Fields head = Fields::within(reply->head);
    status_ = static_cast<int>(head.integer("status"));
    for (const auto& [name, value] : Fields::within(head.raw("headers"))) {
      if (value.starts_with('"')) headers_.emplace_back(lower(name), unquoted(value));
    }
    has_head_ = true;
  }
  if (whole || reply->kind == "http.chunk") piece_ = std::move(reply->body);
  if (whole || reply->kind == "http.end") {
    ended_ = true;
    exchange_.close();
  }
  return {};
}

Task<> HttpExchange::opened() {
  while (!has_head_ && !ended_) {
    Result<Reply> reply = co_await settled(exchange_.next(patience_ms_));
    co_await take(std::move(reply));
  }
}

Task<std::optional<std::string>> HttpExchange::piece() {
  while (!piece_ && !ended_) {
    Result<Reply> reply = co_await settled(exchange_.next(patience_ms_));
    co_await take(std::move(reply));
  }
  co_return std::exchange(piece_, std::nullopt);
}

Task<std::string> HttpExchange::rest(std::size_t most) {
  std::string body;
  for (;;) {
    if (!piece_ && !ended_) {
      Result<Reply> reply = co_await settled(exchange_.next(patience_ms_));
      co_await take(std::move(reply));
      continue;
    }
    std::optional<std::string> more = std::exchange(piece_, std::nullopt);
    if (!more) co_return body;
    if (body.empty()) body = std::move(*more);
    else body += *more;
    if (body.size() > most) {
      co_await failure(Code::kMalformed, joined({origin_, " answered with more than ",
                                                 decimal(static_cast<std::int64_t>(most)), " bytes."}));
    }
  }
}

}  // namespace troupe

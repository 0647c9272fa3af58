#include "llm/chat.hpp"

#include <utility>

#include "base/text.hpp"
#include "llm/offline/offline.hpp"
#include "run/http.hpp"
#include "wire/amazon_events.hpp"

namespace troupe {
namespace {

constexpr int kTries = 4;
constexpr std::int64_t kLongestWaitMs = 60'000;
constexpr std::size_t kMaxReply = 32U << 20U;

bool worth_retrying(Code code) {
  return code == Code::kRateLimit || code == Code::kOverloaded || code == Code::kNetwork || code == Code::kTimeout ||
         code == Code::kMalformed;
}

/// A failure, and how long the provider asked us to wait (-1: it did not say).
struct Refusal {
  Error error;
  std::int64_t wait_ms = -1;
};

struct Attempt {
  std::optional<ChatReply> reply;
  std::optional<Refusal> refusal;
};

std::string_view media_type_of(Framing framing) {
  return framing == Framing::kAmazon ? "application/vnd.amazon.eventstream" : "text/event-stream";
}

/// The events of a stream, however they are told apart.
class StreamParser {
 public:
  explicit StreamParser(Framing framing) : amazons_(framing == Framing::kAmazon) {}

  void feed(std::string_view bytes) { amazons_ ? amazon_.feed(bytes) : sse_.feed(bytes); }
  Result<std::optional<ServerSentEvent>> next() { return amazons_ ? amazon_.next() : sse_.next(); }

 private:
  bool amazons_;
  SseParser sse_;
  AmazonEventParser amazon_;
};

HttpRequest request_to(const Provider& provider, const RequestOptions& options) {
  HttpRequest request;
  request.url = provider.url.starts_with("call:") ? provider.url : provider.url + provider.codec->path(options);
  request.headers = provider.headers;
  request.headers.emplace_back("content-type", "application/json");
  request.credential = provider.credential;
  request.patience_ms = provider.patience_ms;
  return request;
}

/// One request after the other until there is a reply.
class Caller {
 public:
  Caller(Host* host, StepName name, Model model, ChatRequest request)
      : host_(*host),
        name_(std::move(name)),
        model_(std::move(model)),
        request_(std::move(request)),
        provider_(*model_.provider) {}

  std::string priced(ChatReply& reply) const {
    reply.usage.cost = model_.price.of(reply.usage);
    if (reply.model.empty()) reply.model = model_.id;
    return written(reply);
  }

  /// What was told of a reply that broke off is taken back.
  void take_back() {
    if (!std::exchange(said_, false)) return;
    host_.send(Head("notify.reset").text("run", name_.run).text("step", name_.step));
  }

  void tell_retry(const Error& error, std::int64_t wait_ms) {
    const std::string sentence =
        joined({"Model ", model_.name(), ": ", error.sentence(), " Trying again in ", decimal(wait_ms), " ms."});
    host_.send(Head("notify.log").text("run", name_.run).text("level", "warning"), {sentence});
  }

  Task<Attempt> exchange() {
    HttpExchange http = request();
    co_await http.opened();
    Attempt attempt;
    if (http.status() < 200 || http.status() > 299) {
      const std::string body = co_await http.rest(kMaxReply);
      attempt.refusal = Refusal{provider_.codec->failure(http.status(), body),
                                retry_after_ms(http.header("retry-after"), http.header("retry-after-ms"))};
    } else if (http.streams(media_type_of(provider_.codec->framing()))) {
      ChatReply reply = co_await streamed(&http);
      attempt.reply = std::move(reply);
    } else {
      const std::string body = co_await http.rest(kMaxReply);
      ChatReply reply = co_await provider_.codec->reader()->whole(body);
      tell(reply.text);
      attempt.reply = std::move(reply);
    }
    co_return attempt;
  }

 private:
  HttpExchange request() {
    const std::string instruction = request_.conversation->instruction();
    RequestOptions options;
    options.model = model_.id;
    options.tools = request_.tools->rendered(*provider_.codec);
    options.instruction = instruction;
    options.stream = provider_.stream;
    const RequestFrame frame = provider_.codec->frame(options);
    return {host_,
            request_to(provider_, options),
            {frame.head, request_.conversation->rendered(*provider_.codec), frame.tail}};
  }

  /// A coroutine of its own: most of what a stream needs is not there while the head is waited for.
  Task<ChatReply> streamed(HttpExchange* http) {
    const std::unique_ptr<ReplyReader> reader = provider_.codec->reader();
    StreamParser parser(provider_.codec->framing());
    for (;;) {
      const std::optional<std::string> piece = co_await http->piece();
      if (!piece) break;
      parser.feed(*piece);
      for (;;) {
        const std::optional<ServerSentEvent> event = co_await parser.next();
        if (!event) break;
        const std::string text = co_await reader->event(*event);
        tell(text);
      }
    }
    if (!reader->complete()) {
      co_await failure(Code::kNetwork, joined({origin_of(provider_.url), " broke off in the middle of its answer."}));
    }
    co_return reader->finish();
  }

  void tell(std::string_view text) {
    if (text.empty() || !request_.watched) return;
    said_ = true;
    host_.send(Head("notify.text").text("run", name_.run).text("step", name_.step), {text});
  }

  Host& host_;
  StepName name_;
  Model model_;
  ChatRequest request_;
  const Provider& provider_;
  bool said_ = false;
};

}  // namespace

std::int64_t backoff_ms(int attempt, Random& jitter) {
  const std::int64_t whole = std::int64_t{500} << (attempt - 1);
  return whole / 2 + static_cast<std::int64_t>(jitter.below(static_cast<std::uint64_t>(whole / 2)));
}

std::int64_t retry_after_ms(std::string_view seconds, std::string_view ms) {
  const auto digits = [](std::string_view text) {
    text = trim(text);
    std::int64_t number = text.empty() ? -1 : 0;
    for (const char c : text) {
      if (c == '.') break;
      if (c < '0' || c > '9' || number > 1'000'000'000) return std::int64_t{-1};
      number = number * 10 + (c - '0');
    }
    return number;
  };
  const std::int64_t exact = digits(ms);
  if (exact >= 0) return exact;
  const std::int64_t whole = digits(seconds);
  return whole < 0 ? -1 : whole * 1000;
}

Task<std::string> chat(Host* host, StepName name, Result<Model> model, ChatRequest request) {
  Model found = co_await std::move(model);
  if (found.provider->codec == nullptr) {
    ChatReply reply = offline_reply(request.conversation->messages(), request.tools->tools);
    if (request.watched && !reply.text.empty()) {
      host->send(Head("notify.text").text("run", name.run).text("step", name.step), {reply.text});
    }
    co_return written(reply);
  }
  Caller caller(host, std::move(name), std::move(found), std::move(request));
  for (int attempt = 1;; ++attempt) {
    Result<Attempt> made = co_await settled(caller.exchange());
    if (made && made->reply) co_return caller.priced(*made->reply);
    const Refusal refusal = made ? *made->refusal : Refusal{made.error()};
    caller.take_back();
    const std::int64_t asked = refusal.wait_ms;
    if (attempt == kTries || !worth_retrying(refusal.error.code()) || asked > kLongestWaitMs)
      co_await failure(refusal.error);
    const std::int64_t wait = asked >= 0 ? asked : backoff_ms(attempt, host->jitter());
    caller.tell_retry(refusal.error, wait);
    co_await Pause(*host, wait);
  }
}

}  // namespace troupe

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
  Caller(Host* host, StepName name, std::vector<Model> models, ChatRequest request)
      : host_(*host), name_(std::move(name)), models_(std::move(models)), request_(std::move(request)) {}

  /// The model of the next try.
  Use choose() {
    std::vector<Use> uses;
    for (const Model& each : models_) {
      uses.push_back({joined({"provider ", each.provider->name}), joined({"model ", each.name()}), request_.party,
                      request_.estimate});
    }
    at_ = request_.traffic == nullptr || uses.size() == 1 ? 0 : request_.traffic->choose(uses);
    return std::move(uses[at_]);
  }

  /// What was told of a reply that broke off is taken back.
  void take_back() {
    if (!std::exchange(said_, false)) return;
    host_.send(Head("notify.reset").text("run", name_.run).text("step", name_.step));
  }

  void tell_retry(const Error& error, std::int64_t wait_ms) {
    const std::string sentence =
        joined({"Model ", model().name(), ": ", error.sentence(), " Trying again in ", decimal(wait_ms), " ms."});
    host_.send(Head("notify.log").text("run", name_.run).text("level", "warning"), {sentence});
  }

  /// The reply as journals hold it. Fails as the provider did; then wait_ms() says how long it asked us to wait.
  Task<std::string> exchange() {
    HttpExchange http = request();
    wait_ms_ = -1;
    co_await http.opened();
    if (http.status() < 200 || http.status() > 299) {
      wait_ms_ = retry_after_ms(http.header("retry-after"), http.header("retry-after-ms"));
      const std::string body = co_await http.rest(kMaxReply);
      co_await failure(provider().codec->failure(http.status(), body));
    }
    ChatReply reply;
    if (http.streams(media_type_of(provider().codec->framing()))) {
      reply = co_await streamed(&http);
    } else {
      const std::string body = co_await http.rest(kMaxReply);
      reply = co_await provider().codec->reader()->whole(body);
      tell(reply.text);
    }
    reply.usage.cost = model().price.of(reply.usage);
    if (reply.model.empty()) reply.model = model().id;
    spent_ = {reply.usage.tokens(), reply.usage.cost};
    co_return written(reply);
  }

  std::int64_t wait_ms() const { return wait_ms_; }
  /// By the last reply.
  Spent spent() const { return spent_; }

 private:
  const Model& model() const { return models_[at_]; }
  const Provider& provider() const { return *model().provider; }

  HttpExchange request() {
    const std::string instruction = request_.conversation->instruction();
    RequestOptions options;
    options.model = model().id;
    options.tools = request_.tools->rendered(*provider().codec);
    options.instruction = instruction;
    options.version = provider().version;
    options.most_tokens = provider().most_tokens;
    options.stream = provider().stream;
    const RequestFrame frame = provider().codec->frame(options);
    return {host_,
            request_to(provider(), options),
            {frame.head, request_.conversation->rendered(*provider().codec), frame.tail}};
  }

  /// A coroutine of its own: most of what a stream needs is not there while the head is waited for.
  Task<ChatReply> streamed(HttpExchange* http) {
    const std::unique_ptr<ReplyReader> reader = provider().codec->reader();
    StreamParser parser(provider().codec->framing());
    for (;;) {
      const std::optional<std::string> piece = co_await http->piece();
      if (!piece) break;
      parser.feed(*piece);
      std::string told;  // what came together is told together
      for (;;) {
        const std::optional<ServerSentEvent> event = co_await parser.next();
        if (!event) break;
        const std::string text = co_await reader->event(*event);
        told += text;
      }
      tell(told);
    }
    if (!reader->complete()) {
      co_await failure(Code::kNetwork, joined({origin_of(provider().url), " broke off in the middle of its answer."}));
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
  std::vector<Model> models_;
  ChatRequest request_;
  std::size_t at_ = 0;  // of them
  std::int64_t wait_ms_ = -1;
  Spent spent_;
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

Task<std::string> chat(Host* host, StepName name, Result<std::vector<Model>> models, ChatRequest request) {
  std::vector<Model> found = co_await std::move(models);
  if (found.front().provider->codec == nullptr) {
    ChatReply reply = offline_reply(request.conversation->messages(), request.tools->tools);
    if (request.watched && !reply.text.empty()) {
      host->send(Head("notify.text").text("run", name.run).text("step", name.step), {reply.text});
    }
    co_return written(reply);
  }
  Traffic* traffic = request.traffic;
  const bool hurried = request.hurried;
  Caller caller(host, std::move(name), std::move(found), std::move(request));
  for (int attempt = 1;; ++attempt) {
    Turn turn(traffic, caller.choose());
    const Result<> may = co_await turn;
    std::optional<Error> refusal;
    std::int64_t asked_ms = turn.wait_ms;
    if (may) {
      Result<std::string> reply = co_await settled(caller.exchange());
      if (reply) {
        turn.ended(nullptr, caller.spent());
        co_return std::move(*reply);
      }
      refusal = reply.error();
      asked_ms = caller.wait_ms();
    } else {
      refusal = may.error();
      if (hurried || refusal->code() == Code::kBudget) co_await failure(*refusal);
    }
    caller.take_back();
    const Code code = refusal->code();
    const std::int64_t wait = asked_ms >= 0 ? asked_ms : backoff_ms(attempt, host->jitter());
    if (code == Code::kRateLimit) turn.hold_ms = std::min(wait, kLongestWaitMs);
    if (may) turn.ended(&*refusal);
    if (attempt == kTries || !worth_retrying(code) || wait > kLongestWaitMs) co_await failure(*refusal);
    caller.tell_retry(*refusal, wait);
    co_await Pause(*host, wait);
  }
}

}  // namespace troupe

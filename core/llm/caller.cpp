#include "llm/caller.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "llm/codecs/parts.hpp"
#include "llm/reply_schema.hpp"
#include "wire/amazon_events.hpp"
#include "wire/retry_after.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMaxReply = 32U << 20U;
/// Of a stream, where each word has hundreds of bytes around it.
constexpr std::size_t kMaxStream = 16 * kMaxReply;

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

/// A stream of events whose server did not say that it is one.
bool begins_as_events(std::string_view body) {
  body = trim(body.substr(0, 64));
  return body.starts_with("data:") || body.starts_with("event:") || body.starts_with("id:") || body.starts_with(": ");
}

/// What the model could not write to its end is no call: without its arguments it may mean anything.
void cut_off(std::vector<ToolCall>& calls) {
  if (calls.empty() || !calls.back().malformed.empty()) return;
  if (arguments_of(calls.back()) == "{}") calls.back().malformed = "{ (the model was cut off here)";
}

HttpRequest request_to(const Provider& provider, const RequestOptions& options) {
  HttpRequest request;
  request.url = provider.url.starts_with("call:") ? provider.url : provider.url + provider.codec->path(options);
  request.headers = provider.headers;
  request.headers.emplace_back("content-type", "application/json");
  request.credential = provider.credential;
  request.patience_ms = provider.patience_ms;
  return request;
}

}  // namespace

Use use_of(const Model& model, const ChatRequest& request) {
  return {joined({"provider ", model.provider->name}), joined({"model ", model.name()}), request.party,
          request.estimate};
}

void tell_texts(Host& host, const StepName& name, std::string_view texts) {
  host.send(Head("notify.text").text("run", name.run).text("step", name.step), {texts, "]"});
}

Task<Asked> Caller::ask(Model model, int attempt) {
  model_ = std::move(model);
  spent_ = {};
  begun_ = false;
  Turn turn(request_.traffic, use_of(model_, request_));
  const Result<> may = co_await turn;
  if (!may) co_return Asked{{}, Refusal{may.error(), turn.wait_ms, false}};
  Result<std::string> reply = co_await settled(exchange(&turn));
  if (reply) {
    turn.ended(nullptr, spent_);
    co_return Asked{std::move(*reply)};
  }
  take_back();
  Refusal refusal{reply.error(), wait_ms_ >= 0 ? wait_ms_ : backoff_ms(attempt, host_.jitter())};
  const bool told = refusal.error.code() == Code::kOverloaded && wait_ms_ >= 0;
  if (told || refusal.error.code() == Code::kRateLimit) turn.hold_ms = std::min(refusal.wait_ms, kLongestWaitMs);
  turn.ended(&refusal.error, spent_);
  co_return Asked{{}, std::move(refusal)};
}

Task<std::string> Caller::exchange(Turn* turn) {
  HttpExchange http = request();
  wait_ms_ = -1;
  co_await http.opened();
  ChatReply reply = co_await body_of(&http, turn);
  if (reply.finish == "length" || reply.finish == "window") cut_off(reply.calls);
  reply.usage.cost = model_.price.of(reply.usage);
  if (lost_ != Usage()) reply.lost = written(lost_);
  if (reply.model.empty()) reply.model = model_.id;
  if (model_.name() != request_.model) reply.by = model_.name();
  spent_ = {reply.usage.tokens(), reply.usage.cost};
  co_return written(reply);
}

Task<ChatReply> Caller::body_of(HttpExchange* http, Turn* turn) {
  if (http->status() < 200 || http->status() > 299) {
    wait_ms_ = retry_after_ms(http->header("retry-after"), http->header("retry-after-ms"), http->header("date"));
    const std::string body = co_await http->rest(kMaxReply);
    co_await failure(provider().codec->failure(http->status(), body));
  }
  if (http->header("content-type").starts_with("text/html")) {
    co_await failure(Code::kNotFound,
                     joined({origin_of(provider().url), " answered with a web page and not as a model does. Is \"",
                             provider().url, "\" the right address?"}));
  }
  begin(*turn);
  if (http->streams(media_type_of(provider().codec->framing()))) {
    ChatReply reply = co_await streamed(http);
    co_return reply;
  }
  const std::string body = co_await http->rest(kMaxReply);
  if (provider().codec->framing() != Framing::kAmazon && begins_as_events(body)) {
    ChatReply reply = co_await heard_whole(&body);
    co_return reply;
  }
  ChatReply reply = co_await provider().codec->reader()->whole(body);
  hear(reply.text);
  tell();
  co_return reply;
}

Task<ChatReply> Caller::streamed(HttpExchange* http) {
  const std::unique_ptr<ReplyReader> reader = provider().codec->reader();
  const Result<> whole = co_await settled(read(http, reader.get()));
  if (!whole) {
    Usage used = reader->used();
    used.cost = model_.price.of(used);
    lost_ += used;
    spent_ = {used.tokens(), used.cost};
    co_await failure(whole.error());
  }
  co_return reader->finish();
}

Task<ChatReply> Caller::heard_whole(const std::string* body) {
  const std::unique_ptr<ReplyReader> reader = provider().codec->reader();
  SseParser events;
  events.feed(*body);
  for (;;) {
    const std::optional<ServerSentEvent> event = co_await events.next();
    if (!event) break;
    const std::string text = co_await reader->event(*event);
    hear(text);
  }
  tell();
  if (!reader->complete()) {
    co_await failure(Code::kNetwork, joined({origin_of(provider().url), " broke off in the middle of its answer."}));
  }
  co_return reader->finish();
}

Task<> Caller::read(HttpExchange* http, ReplyReader* reader) {
  StreamParser parser(provider().codec->framing());
  std::size_t said = 0, came = 0;
  for (;;) {
    const std::optional<std::string> piece = co_await http->piece();
    if (!piece) break;
    came += piece->size();
    parser.feed(*piece);
    for (;;) {
      const std::optional<ServerSentEvent> event = co_await parser.next();
      if (!event) break;
      const std::string text = co_await reader->event(*event);
      hear(text);
      said += text.size();
    }
    tell();
    if (said > kMaxReply || came > kMaxStream) {
      co_await failure(Code::kMalformed, joined({origin_of(provider().url), " answered with more than ",
                                                 decimal(static_cast<std::int64_t>(kMaxReply >> 20U)), " MiB."}));
    }
  }
  if (!reader->complete()) {
    co_await failure(Code::kNetwork, joined({origin_of(provider().url), " broke off in the middle of its answer."}));
  }
}

HttpExchange Caller::request() {
  const std::string instruction = request_.conversation->instruction();
  RequestOptions options;
  options.model = model_.id;
  options.tools = request_.tools->rendered(*provider().codec);
  options.instruction = instruction;
  // The conversation asks for the form in words, too: who is not known to have a form of its own is asked so alone.
  const std::string schema = flag_field(model_.known(), "structured") ? reply_schema(request_.schema) : std::string();
  options.schema = schema;
  options.version = provider().version;
  options.most_tokens = provider().most_tokens;
  options.stream = provider().stream;
  const RequestFrame frame = provider().codec->frame(options);
  return {host_,
          request_to(provider(), options),
          {frame.head, request_.conversation->rendered(*provider().codec), frame.tail}};
}

void Caller::begin(Turn& turn) {
  begun_ = true;
  turn.answered_ms = host_.now_ms();
  if (bell_ != nullptr) bell_->open();
}

void Caller::hear(std::string_view text) {
  if (text.empty() || !request_.watched) return;
  texts_ += texts_.empty() ? '[' : ',';
  append_quoted(texts_, text);
}

void Caller::tell() {
  if (texts_.empty()) return;
  said_ = true;
  tell_texts(host_, name_, texts_);
  texts_.clear();
}

void Caller::take_back() {
  texts_.clear();
  if (!std::exchange(said_, false)) return;
  host_.send(Head("notify.reset").text("run", name_.run).text("step", name_.step));
}

}  // namespace troupe

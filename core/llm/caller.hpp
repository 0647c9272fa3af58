// One model asked once: its turn in the line, the request, the reply as it comes. Live only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "llm/chat.hpp"
#include "run/exchange.hpp"
#include "run/http.hpp"

namespace troupe {

/// Why there is no reply.
struct Refusal {
  Error error;
  std::int64_t wait_ms = -1;  // how long we are asked to wait; -1: nobody said
  bool sent = true;           // the request left; if not, our own limits refused it
};

/// How it came out.
struct Asked {
  std::string reply;  // as journals hold it, the cost filled in
  std::optional<Refusal> refusal = std::nullopt;
};

class Caller {
 public:
  /// All outlive it. What a try that fails has used is added to `lost`; `bell` is opened when the reply begins.
  Caller(Host& host, const StepName& name, const ChatRequest& request, Usage& lost, Gate* bell = nullptr)
      : host_(host), name_(name), request_(request), lost_(lost), bell_(bell) {}

  /// Asks this model, for the so manieth time. What it used is told to the traffic. Left before it ends, it aborts the
  /// request.
  Task<Asked> ask(Model model, int attempt);
  /// Whether a reply began, of which some may be told already.
  bool begun() const { return begun_; }

 private:
  const Provider& provider() const { return *model_.provider; }
  HttpExchange request();
  /// The reply as journals hold it. Fails as the provider did; then wait_ms_ says how long it asked us to wait.
  Task<std::string> exchange(Turn* turn);
  /// Coroutines of their own: most of what a body needs is not there while the head is waited for.
  Task<ChatReply> body_of(HttpExchange* http, Turn* turn);
  Task<ChatReply> streamed(HttpExchange* http);
  Task<> read(HttpExchange* http, ReplyReader* reader);
  Task<ChatReply> heard_whole(const std::string* body);
  void begin(Turn& turn);
  /// What the model writes goes to the host by the piece in which it came, each text for itself.
  void hear(std::string_view text);
  void tell();
  /// What was told of a reply that broke off is taken back.
  void take_back();

  Host& host_;
  const StepName& name_;
  const ChatRequest& request_;
  Usage& lost_;
  Gate* bell_;
  Model model_;
  std::int64_t wait_ms_ = -1;
  Spent spent_;
  std::string texts_;  // heard and not told: an array without its end
  bool begun_ = false, said_ = false;
};

/// Tells the host what a model writes: `texts` is an array of texts without its end.
void tell_texts(Host& host, const StepName& name, std::string_view texts);

/// What asking this model uses.
Use use_of(const Model& model, const ChatRequest& request);

/// The longest that a provider may make us wait.
inline constexpr std::int64_t kLongestWaitMs = 60'000;

/// Asks `first`, and, when its reply has not begun within `ms`, one of `others` as well. Whose reply begins first is
/// read; the other request is aborted.
Task<Asked> hedged(Host* host, const StepName* name, const ChatRequest* request, Usage* lost, int attempt, Model first,
                   std::vector<Model> others, std::int64_t ms);

}  // namespace troupe

#include "llm/chat.hpp"

#include <utility>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "llm/caller.hpp"
#include "llm/offline/offline.hpp"

namespace troupe {
namespace {

constexpr int kTries = 4;
/// Whoever answers with what is no reply does so again: it is no model, or does not speak as one.
constexpr int kMalformedTries = 2;

bool worth_retrying(Code code) {
  return code == Code::kRateLimit || code == Code::kOverloaded || code == Code::kNetwork || code == Code::kTimeout ||
         code == Code::kMalformed;
}

/// Which of the models the next try takes.
std::size_t chosen(const std::vector<Model>& models, const ChatRequest& request) {
  if (request.traffic == nullptr || models.size() == 1) return 0;
  std::vector<Use> uses;
  for (const Model& each : models) uses.push_back(use_of(each, request));
  return request.traffic->choose(uses);
}

/// Whom to ask beside models[at]: its equals, or who stands in for it.
std::vector<Model> others_than(std::size_t at, const std::vector<Model>& models, const ChatRequest& request) {
  std::vector<Model> others;
  if (request.traffic == nullptr || !(request.hedge || models[at].provider->hedge)) return others;
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (i != at) others.push_back(models[i]);
  }
  return others.empty() ? request.next : others;
}

}  // namespace

std::int64_t backoff_ms(int attempt, Random& jitter) {
  const std::int64_t whole = std::int64_t{500} << (attempt - 1);
  return whole / 2 + static_cast<std::int64_t>(jitter.below(static_cast<std::uint64_t>(whole / 2)));
}

namespace {

/// What a chat's tries have come to.
struct Tries {
  int number = 1;
  std::int64_t held_ms = 0;  // by our own limits: these are no tries of the model
  Usage lost = {};           // on those that failed
};

/// The wait between two tries. Fails where another does not help.
Task<> before_next_try(Host* host, const StepName* name, const ChatRequest* request, std::string model, Refusal refusal,
                       Tries* tries) {
  const Error error = tries->lost == Usage() ? refusal.error : refusal.error.with_spent(written(tries->lost));
  if (!refusal.sent && (request->hurried || error.code() == Code::kBudget)) co_await failure(error);
  const std::int64_t wait = refusal.wait_ms >= 0 ? refusal.wait_ms : backoff_ms(tries->number, host->jitter());
  const bool worth = worth_retrying(error.code());
  if (worth && wait > kLongestWaitMs) {
    const Error later(error.code(), joined({error.sentence(), " It wants to be left alone for ", duration(wait), "."}));
    co_await failure(later.with_spent(error.spent()));
  }
  if (!refusal.sent) tries->held_ms = sum(tries->held_ms, wait);
  const int most = error.code() == Code::kMalformed ? kMalformedTries : kTries;
  if (tries->number >= most || !worth || tries->held_ms > kLongestWaitMs) co_await failure(error);
  if (refusal.sent) ++tries->number;
  const std::string sentence =
      joined({"Model ", model, ": ", error.sentence(), error.sentence().ends_with('.') ? "" : ".", " Trying again in ",
              duration(wait), "."});
  host->send(Head("notify.log").text("run", name->run).text("level", "warning"), {sentence});
  co_await Pause(*host, wait);
}

/// The model that needs no network.
std::string asked_offline(Host& host, const StepName& name, const ChatRequest& request) {
  const ChatReply reply = offline_reply(request.conversation->messages(), request.tools->tools);
  if (request.watched && !reply.text.empty()) {
    std::string texts = "[";
    append_quoted(texts, reply.text);
    tell_texts(host, name, texts);
  }
  return written(reply);
}

}  // namespace

Task<std::string> chat(Host* host, StepName name, Result<std::vector<Model>> models, ChatRequest request) {
  if (!models) co_await failure(models.error());
  const std::vector<Model>& found = *models;
  if (found.front().provider->codec == nullptr) co_return asked_offline(*host, name, request);
  if (found.size() == 1) request.model = found.front().name();  // a provider alone means one of its models
  Tries tries;
  Caller caller(*host, name, request, tries.lost);
  for (;;) {
    const std::size_t at = chosen(found, request);
    std::vector<Model> others = others_than(at, found, request);
    const std::int64_t begins_ms = others.empty() ? 0 : request.traffic->standing(use_of(found[at], request)).begins_ms;
    Task<Asked> asking = begins_ms > 0 ? hedged(host, &name, &request, &tries.lost, tries.number, found[at],
                                                std::move(others), begins_ms)
                                       : caller.ask(found[at], tries.number);
    Asked asked = co_await std::move(asking);
    if (!asked.refusal) co_return std::move(asked.reply);
    co_await before_next_try(host, &name, &request, found[at].name(), std::move(*asked.refusal), &tries);
  }
}

}  // namespace troupe

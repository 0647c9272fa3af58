// A second request where the first one is slow to begin (J. Dean and L. A. Barroso, "The Tail at Scale", 2013).
#include <utility>
#include <vector>

#include "llm/caller.hpp"

namespace troupe {
namespace {

/// A model that is asked, and how it came out once it has.
struct Runner {
  Caller caller;
  std::optional<Asked> asked = std::nullopt;
};

Task<> run(Runner* runner, Model model, int attempt, Gate* bell) {
  Asked asked = co_await runner->caller.ask(std::move(model), attempt);
  runner->asked = std::move(asked);
  bell->open();
}

Task<> ring_after(Host* host, std::int64_t ms, bool* late, Gate* bell) {
  co_await Pause(*host, ms);
  *late = true;
  bell->open();
}

Model best_of(std::vector<Model>& models, const ChatRequest& request) {
  std::vector<Use> uses;
  for (const Model& each : models) uses.push_back(use_of(each, request));
  return std::move(models[request.traffic->choose(uses)]);
}

}  // namespace

Task<Asked> hedged(Host* host, const StepName* name, const ChatRequest* request, Usage* lost, int attempt, Model first,
                   std::vector<Model> others, std::int64_t ms) {
  Gate bell;
  bool late = false;
  Runner one{Caller(*host, *name, *request, *lost, &bell)}, two{Caller(*host, *name, *request, *lost, &bell)};
  std::optional<Task<>> second;
  std::optional<Task<>> alarm(ring_after(host, ms, &late, &bell));
  std::optional<Task<>> running(run(&one, std::move(first), attempt, &bell));
  alarm->start(host->queue());
  running->start(host->queue());
  for (;;) {
    co_await bell.wait();
    bell.close();
    if (one.caller.begun()) second.reset();
    else if (two.caller.begun()) running.reset();
    else if (late && !second && !one.asked)
      second.emplace(run(&two, best_of(others, *request), attempt, &bell)).start(host->queue());
    // Where both fail it is the first whose word counts.
    if (one.asked && !second) co_return std::move(*one.asked);
    if (two.asked && !running) co_return std::move(*two.asked);
    if (one.asked && two.asked) co_return std::move(*one.asked);
  }
}

}  // namespace troupe

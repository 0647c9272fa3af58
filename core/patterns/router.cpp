#include "patterns/router.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "agents/judgement.hpp"
#include "agents/typed_reply.hpp"
#include "base/sort.hpp"
#include "base/text.hpp"
#include "llm/brief.hpp"
#include "patterns/parallel.hpp"
#include "patterns/prompts/prompt.hpp"

namespace troupe {
namespace {

constexpr std::string_view kChoices =
    R"({"title":"Choices","type":"object","properties":{"choices":{"type":"array","minItems":1,"items":)"
    R"({"type":"object","properties":{"agent":{"type":"string"},"sure":{"type":"integer","minimum":0,"maximum":100}},)"
    R"("required":["agent","sure"]}}},"required":["choices"]})";

constexpr std::int64_t kSure = 50;  // of 100
constexpr std::size_t kMostChosen = 3;
/// The analysis decides alone when it is so sure of a type, in thousandths.
constexpr std::int64_t kSureOfType = 600;

/// What the engine knows by itself: {"best","probability","type"}. A step: what another release thinks, or another host
/// has learned, stays out of a replay.
StepRequest route_step(const RunState& state, const std::string& task, const std::vector<Member>& workers) {
  std::vector<std::string> agents;
  for (const Member& each : workers) agents.push_back(each.agent.name);
  StepRequest request;
  request.kind = "route";
  request.args = "{}";
  request.operation = [judgement = &state.services.judgement, task, agents = std::move(agents)](StepName) {
    return at_once(judgement->route_entry(task, agents));
  };
  return request;
}

/// One worker does it, and what became of it is remembered.
Task<Answer> routed_to(Context context, const Member* worker, std::string task) {
  const bool mended = context.run().header().has(kMended);
  Answer answer = co_await work(context.branch(), worker, mended ? part_of(task, worker->part) : task);
  if (context.run().live()) {
    context.state().services.judgement.learn_from(task, joined({"agent:", worker->agent.name}),
                                                  answer.stop ? answer.stop->reason : "done");
  }
  co_return answer;
}

/// The one worker for the type, or null when there are several or none.
const Member* only_for(const std::vector<Member>& workers, std::string_view type) {
  const auto is_for = [&](const Member& each) { return std::ranges::find(each.types, type) != each.types.end(); };
  const auto first = std::ranges::find_if(workers, is_for);
  return std::ranges::count_if(workers, is_for) == 1 ? &*first : nullptr;
}

std::string question(const std::string& task, const std::vector<Member>& workers) {
  std::string text = joined({brief::kTask, task, brief::kAgents});
  for (const Member& each : workers)
    append(text, {"\n- ", each.agent.name, ": ", utf8_prefix(each.agent.instruction, 400)});
  return text;
}

Form choices_among(const std::vector<Member>& workers) {
  Form form{kChoices};
  form.check = [&workers](const Json& value) {
    std::vector<std::string> errors;
    for (const Json& choice : field(value, "choices")) {
      const std::string_view name = text_field(choice, "agent");
      const bool known = std::ranges::any_of(workers, [&](const Member& each) { return each.agent.name == name; });
      if (!known) errors.push_back(joined({"There is no agent \"", name, "\"."}));
    }
    return errors;
  };
  return form;
}

/// Those of whom the model is sure, the surest first; at least one.
std::vector<Member> chosen(const std::vector<Member>& workers, const Json& value) {
  std::vector<std::pair<std::int64_t, std::string>> ranked;
  for (const Json& each : field(value, "choices")) {
    std::string name(text_field(each, "agent"));
    if (std::ranges::find(ranked, name, [](const auto& one) { return one.second; }) == ranked.end())
      ranked.emplace_back(integer_field(each, "sure"), std::move(name));
  }
  sort(ranked, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Member> members;
  for (const auto& [sure, name] : ranked) {
    if (!members.empty() && (sure < kSure || members.size() == kMostChosen)) break;
    members.push_back(*std::ranges::find(workers, name, named));
  }
  return members;
}

}  // namespace

Task<Answer> router(Context context, const Pattern* pattern, std::string task) {
  const std::vector<Member> workers = pattern->workers();
  const std::string value = co_await context.step(route_step(context.state(), task, workers));
  const Fields known(value);
  const Member* one = known.integer("probability") >= kSureOfType ? only_for(workers, known.text("type")) : nullptr;
  const auto best = std::ranges::find(workers, known.text("best"), named);
  if (one == nullptr && best != workers.end()) one = &*best;
  if (one != nullptr) {
    Answer answer = co_await routed_to(context, one, task);
    co_return answer;
  }
  Typed choices = co_await typed_reply(context, agent_for(context, *pattern, "router", prompts::kRoute),
                                       question(task, workers), choices_among(workers));
  if (choices.stop) co_return Answer{{}, std::move(choices.stop)};
  std::vector<Member> members = chosen(workers, choices.value);
  if (members.size() == 1) {
    Answer answer = co_await routed_to(context, members.data(), task);
    co_return answer;
  }
  Answer answer = co_await side_by_side(context, pattern, std::move(members), std::move(task));
  co_return answer;
}

}  // namespace troupe

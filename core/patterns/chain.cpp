#include "patterns/chain.hpp"

#include <algorithm>
#include <utility>

#include "agents/typed_reply.hpp"
#include "base/text.hpp"
#include "patterns/divide.hpp"

namespace troupe {
namespace {

constexpr std::string_view kVerdict =
    R"({"title":"Verdict","type":"object","properties":{"yes":{"type":"boolean"},"reason":{"type":"string"}},)"
    R"("required":["yes","reason"]})";

/// Why another step comes than the next one.
struct Objection {
  std::string reason;
  std::size_t to = 0;  // the step that was not good enough
};

/// What a step is told: the task, its part, the results it needs, and what was not good enough.
std::string told(const Context& context, const std::string& task, const std::vector<Member>& steps, std::size_t at,
                 const std::vector<std::string>& results, const Objection& objection, std::int64_t most) {
  const bool of_another = !objection.reason.empty() && objection.to != at;
  std::string text = part_of(task, steps[at].part);
  const std::vector<std::string>& needs = steps[at].needs;
  std::size_t given = 0;
  const auto is_needed = [&](std::size_t i) {
    if (i == at || results[i].empty()) return false;
    if (of_another && i == objection.to) return true;
    return needs.empty() ? i + 1 == at : std::ranges::find(needs, steps[i].agent.name) != needs.end();
  };
  for (std::size_t i = 0; i < steps.size(); ++i) given += is_needed(i) ? 1 : 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (is_needed(i))
      text += result_block(context, steps[i].agent.name, results[i], most / static_cast<std::int64_t>(given));
  }
  if (of_another)
    append(text, {"\n\nWhat \"", steps[objection.to].agent.name,
                  "\" gave was not good enough, so it is your turn: ", objection.reason});
  else if (!objection.reason.empty())
    append(text, {"\n\nYou did this before, and it was sent back: ", objection.reason});
  return text;
}

Task<Typed> verdict_on(Context context, const Pattern* pattern, const Member* step, std::string result) {
  std::string question = joined(
      {step->checkpoint.question, result_block(context, step->agent.name, result, pattern->settings.context_chars)});
  return typed_reply(context, agent_for(context, *pattern, "judge", prompts::kCheckpoint), std::move(question),
                     Form{kVerdict});
}

}  // namespace

Task<Answer> chain(Context context, const Pattern* pattern, std::string task) {
  Parts parts = co_await divided(context, pattern, task, &prompts::kDivideInSteps);
  if (parts.stop) co_return Answer{{}, std::move(parts.stop)};
  const std::vector<Member>& steps = parts.members;
  std::vector<std::string> results(steps.size());
  std::vector<Missing> missing;
  const bool mended = context.run().header().has(kMended);
  Objection objection;
  std::int64_t returns = 0;
  for (std::size_t at = 0; at < steps.size();) {
    Answer answer = co_await work(context.branch(), &steps[at],
                                  told(context, task, steps, at, results, objection, pattern->settings.context_chars));
    missing.insert(missing.end(), answer.missing.begin(), answer.missing.end());
    if (answer.stop) co_return Answer{std::move(answer.text), std::move(answer.stop), std::move(missing)};
    results[at] = std::move(answer.text);
    keep_so_far(context, results[at]);
    const Checkpoint& checkpoint = steps[at].checkpoint;
    objection = {};
    if (!checkpoint.question.empty()) {
      Result<Typed> judged = co_await settled(verdict_on(context, pattern, &steps[at], results[at]));
      // Nobody can say whether it may go on; what is done is done.
      if (!judged && context.run().header().has(kWary))
        co_return Answer{
            results[at],
            Stop{"checkpoint", joined({"The chain ended after \"", steps[at].agent.name,
                                       "\", as its checkpoint gave no verdict: ", judged.error().whole()})},
            std::move(missing)};
      const Typed verdict = co_await std::move(judged);
      if (verdict.stop) co_return Answer{results[at], verdict.stop, std::move(missing)};
      if (!flag_field(verdict.value, "yes")) {
        const auto target = std::ranges::find(steps, checkpoint.otherwise, named);
        // Steps that a planner made have names of their own.
        const bool nowhere = mended && target == steps.end() && checkpoint.otherwise != "repeat";
        objection = {std::string(text_field(verdict.value, "reason")), at};
        if (checkpoint.otherwise == "end" || nowhere || returns++ >= pattern->settings.rounds) {
          co_return Answer{
              results[at],
              Stop{"checkpoint", joined({"The chain ended after \"", steps[at].agent.name, "\": ", objection.reason})},
              std::move(missing)};
        }
        if (checkpoint.otherwise == "repeat") continue;
        at = static_cast<std::size_t>(target - steps.begin());
        if (!mended) objection.to = at;
        continue;
      }
    }
    ++at;
  }
  co_return Answer{results.back(), std::nullopt, std::move(missing)};
}

}  // namespace troupe

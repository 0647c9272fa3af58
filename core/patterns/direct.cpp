#include "patterns/direct.hpp"

#include <utility>

#include "patterns/prompts/prompt.hpp"

namespace troupe {

Task<Answer> direct(Context context, const Pattern* pattern, std::string task) {
  if (!pattern->members.empty()) return work(std::move(context), &pattern->members.front(), std::move(task));
  Agent agent;
  agent.purse = pattern->purse;
  const std::string& own = context.state().config.instruction;
  agent.instruction = !own.empty() && !context.run().header().has(kTightened)
                          ? own
                          : instruction_with(context.state(), own, prompts::kDirect);
  return augmented_llm(std::move(context), std::move(agent), std::move(task));
}

}  // namespace troupe

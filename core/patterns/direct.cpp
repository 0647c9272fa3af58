#include "patterns/direct.hpp"

#include <utility>

#include "patterns/prompts/prompt.hpp"

namespace troupe {

Task<Answer> direct(Context context, const Pattern* pattern, std::string task) {
  if (const Member* member = pattern->alone(context.run().header().has(kWary)); member != nullptr)
    return work(std::move(context), member, std::move(task));
  Agent agent;
  agent.purse = pattern->purse;
  const std::string& own = context.state().config.instruction;
  agent.instruction =
      !own.empty() && !context.run().header().has(kTightened) ? own : instruction_with(context, own, prompts::kDirect);
  return augmented_llm(std::move(context), std::move(agent), std::move(task));
}

}  // namespace troupe

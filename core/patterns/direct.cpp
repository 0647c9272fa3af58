#include "patterns/direct.hpp"

#include <utility>

#include "patterns/prompts/direct.hpp"

namespace troupe {

Task<Answer> direct(Context context, std::string task) {
  Agent agent;
  const std::string& own = context.state().config.instruction;
  agent.instruction = own.empty() ? std::string(prompts::kDirect) : own;
  Answer answer = co_await augmented_llm(context, std::move(agent), std::move(task));
  co_return answer;
}

}  // namespace troupe

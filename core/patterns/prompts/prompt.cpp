#include "patterns/prompts/prompt.hpp"

#include "agents/clip.hpp"
#include "base/text.hpp"
#include "llm/brief.hpp"
#include "patterns/pattern.hpp"

namespace troupe {

std::string_view text_of(const RunState& state, const Prompt& prompt) {
  return text_field(state.config.prompts, prompt.name, prompt.text);
}

std::string instruction_with(const RunState& state, std::string_view own, const Prompt& prompt) {
  if (own.empty()) return std::string(text_of(state, prompt));
  return joined({own, "\n", text_of(state, prompt)});
}

Agent agent_for(const Context& context, const Pattern& pattern, std::string_view role, const Prompt& prompt) {
  const Member* member = pattern.with_role(role);
  Agent agent = member != nullptr ? member->agent : Agent();
  if (member == nullptr) {
    agent.name = role;
    agent.purse = pattern.purse;
  }
  agent.instruction = instruction_with(context.state(), agent.instruction, prompt);
  agent.tools.emplace();
  return agent;
}

std::string result_block(std::string_view of, std::string_view text, std::int64_t most) {
  return joined({brief::kResult, of, brief::kResultText, clipped(text, most), brief::kResultEnd});
}

std::string part_of(std::string_view task, std::string_view part) {
  if (part.empty()) return std::string(task);
  return joined({brief::kWholeTask, task, brief::kPart, part});
}

}  // namespace troupe

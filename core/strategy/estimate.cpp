#include "strategy/estimate.hpp"

#include <algorithm>

namespace troupe {
namespace {

// Of one model reply: an instruction and the tools' descriptions, what a result adds to the history, what is written.
constexpr std::int64_t kInstructionTokens = 900;
constexpr std::int64_t kResultTokens = 350;
constexpr std::int64_t kReplyTokens = 160;
constexpr std::int64_t kReplyMs = 2'500;
constexpr std::int64_t kToolMs = 600;

/// One agent that needs `turns` replies reads its history again at each.
void add_agent(Cost& cost, std::int64_t turns, std::int64_t brief, std::int64_t& read, std::int64_t& written) {
  read += turns * (kInstructionTokens + brief) + turns * (turns - 1) / 2 * (kResultTokens + kReplyTokens);
  written += turns * kReplyTokens;
  cost.steps += static_cast<std::int32_t>(turns * 2 - 1);
}

}  // namespace

Cost estimate(std::uint8_t pattern, const Analysis& analysis, const Situation::Model& model, std::size_t task_bytes) {
  const std::int64_t steps = std::max<std::int64_t>(1, analysis.steps);
  const auto brief = static_cast<std::int64_t>(task_bytes / 4);
  const bool tools = analysis.server;
  std::int64_t agents = 1;  // that work
  // Of each: without tools a reply is all that a step takes, and several steps are one reply.
  std::int64_t turns = tools ? steps + 1 : std::max<std::int64_t>(1, (steps + 1) / 2);
  std::int64_t extra = 0;     // replies of coordinators, routers, reviewers
  std::int64_t in_a_row = 0;  // replies that wait for one another
  switch (pattern) {
    case 1:  // chain: a stage reads what the one before it wrote
      agents = std::clamp<std::int64_t>((steps + 1) / 2, 2, 6);
      turns = tools ? steps / agents + 1 : 1;
      in_a_row = agents * turns;
      break;
    case 2:  // parallel: and one reply that puts the parts together
      agents = std::clamp<std::int64_t>((steps + 1) / 2, 2, 8);
      turns = tools ? steps / agents + 1 : 1;
      extra = 1;
      in_a_row = turns + 1;
      break;
    case 3:  // router: one reply that chooses
      extra = 1;
      in_a_row = turns + 1;
      break;
    case 4:  // orchestrator: a plan, workers, a synthesis
      agents = std::clamp<std::int64_t>((steps + 1) / 2, 2, 8);
      turns = tools ? steps / agents + 1 : 1;
      extra = 2;
      in_a_row = 2 + turns * ((agents + 1) / 2);
      break;
    case 5:  // swarm: hand-offs, each of which reads what was said
      agents = 3;
      turns = turns / 2 + 1;
      extra = 2;
      in_a_row = agents * turns + 2;
      break;
    case 6:  // evaluator-optimizer: two rounds of draft and review
      turns += 1;
      extra = 3;
      in_a_row = turns + 3;
      break;
    default: in_a_row = turns;
  }
  Cost cost;
  cost.agents = static_cast<std::int32_t>(agents);
  cost.steps = static_cast<std::int32_t>(extra);
  std::int64_t read = extra * (kInstructionTokens + brief + kResultTokens);
  std::int64_t written = extra * kReplyTokens;
  for (std::int64_t i = 0; i < agents; ++i) add_agent(cost, turns, brief, read, written);
  cost.tokens = read + written;
  cost.nano_usd = read * model.input + written * model.output;
  cost.ms = in_a_row * (kReplyMs + (tools ? kToolMs : 0));
  return cost;
}

}  // namespace troupe

#include "patterns/orchestrator.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "agents/typed_reply.hpp"
#include "base/text.hpp"
#include "llm/brief.hpp"
#include "patterns/parallel.hpp"
#include "patterns/plan.hpp"
#include "patterns/prompts/prompt.hpp"
#include "run/all.hpp"
#include "run/exchange.hpp"
#include "run/slots.hpp"

namespace troupe {
namespace {

constexpr std::string_view kCompleteness =
    R"({"title":"Completeness","type":"object","properties":{"complete":{"type":"boolean"},"missing":{"type":"array",)"
    R"("items":{"type":"string"}}},"required":["complete","missing"]})";

/// A task of the plan under way.
struct Node {
  PlannedTask planned;
  const Member* member = nullptr;
  Gate over;                   // open once it ended, done or not
  std::optional<Answer> done;  // with a text
  std::string why;             // it was not done
};

/// All that was planned so far.
struct Board {
  const Pattern* pattern;
  std::string task;
  std::int64_t most = 0;  // bytes of results that one prompt may hold
  std::vector<std::unique_ptr<Node>> nodes;
  std::optional<Stop> stop;

  Node* find(std::string_view id) const {
    const auto found =
        std::ranges::find(nodes, id, [](const auto& each) -> const std::string& { return each->planned.id; });
    return found == nodes.end() ? nullptr : found->get();
  }
};

std::string told(const Board& board, const Node& node) {
  std::string text = part_of(board.task, node.planned.task);
  const auto needs = static_cast<std::int64_t>(std::max<std::size_t>(1, node.planned.needs.size()));
  for (const std::string& need : node.planned.needs)
    text += result_block(need, board.find(need)->done->text, board.most / needs);
  return text;
}

Task<bool> carry_out(Context context, Board* board, Node* node, Slots* slots) {
  for (std::size_t i = 0; i < node->planned.needs.size(); ++i) {
    Node* need = board->find(node->planned.needs[i]);
    co_await need->over.wait();
    if (!need->done && node->why.empty())
      node->why = joined({"it needs \"", need->planned.id, "\", which was not done"});
  }
  if (!node->why.empty()) {
    node->over.open();
    co_return false;
  }
  co_await slots->take();
  if (board->stop && context.run().header().has(kMended)) {
    slots->release();
    node->why = board->stop->sentence;
    node->over.open();
    co_return false;
  }
  Result<Answer> answer = co_await settled(work(context, node->member, told(*board, *node)));
  slots->release();
  if (!answer) {
    node->why = answer.error().whole();
  } else if (answer->stop) {
    node->why = answer->stop->sentence;
    if (!board->stop && board->pattern->ends_with(*answer->stop)) board->stop = answer->stop;
    // What was written of a long result is worth more than to be asked for it again.
    if (answer->stop->reason == "cut_off" && !answer->text.empty()) {
      answer->missing.push_back({node->planned.id, std::exchange(node->why, {})});
      node->done = std::move(*answer);
    }
  } else {
    node->done = std::move(*answer);
  }
  node->over.open();
  co_return node->done.has_value();
}

std::vector<Finding> findings_of(const Board& board) {
  std::vector<Finding> findings;
  for (const auto& each : board.nodes) {
    if (each->done) findings.push_back({each->planned.id, each->done->text});
  }
  return findings;
}

std::vector<Missing> missing_in(const Board& board) {
  std::vector<Missing> missing;
  for (const auto& each : board.nodes) {
    if (!each->done) missing.push_back({each->planned.id, each->why});
    else missing.insert(missing.end(), each->done->missing.begin(), each->done->missing.end());
  }
  return missing;
}

std::string results_of(const Board& board) {
  std::string text;
  const std::vector<Finding> findings = findings_of(board);
  for (const Finding& each : findings)
    text += result_block(each.of, each.text, board.most / static_cast<std::int64_t>(findings.size()));
  return text;
}

/// What the planner is told: the task, the team, and on a new plan what is done, what is not, and what is missing.
std::string question(const Board& board, const std::vector<Member>& workers, const std::string& news) {
  std::string text = joined({brief::kTask, board.task, brief::kAgents});
  for (const Member& each : workers)
    append(text, {"\n- ", each.agent.name, ": ", utf8_prefix(each.agent.instruction, 400)});
  if (board.nodes.empty()) return text;
  append(text, {"\n\nA plan was carried out. Its results are kept:", results_of(board), "\n"});
  for (const auto& each : board.nodes) {
    if (!each->done) append(text, {"\nNot done: ", each->planned.id, " (", each->planned.task, "): ", each->why});
  }
  return joined({text, news, "\n\nPlan only what is still to be done. A task may need results that are kept."});
}

std::vector<std::string> ids_done(const Board& board) {
  std::vector<std::string> ids;
  for (const auto& each : board.nodes) {
    if (each->done) ids.push_back(each->planned.id);
  }
  return ids;
}

Task<Typed> plan_for(Context context, const Pattern* pattern, const Board* board, const std::vector<Member>* workers,
                     std::string news) {
  Form form{kPlanSchema};
  form.check = [board, workers](const Json& value) {
    std::vector<std::string> names;
    for (const Member& each : *workers) names.push_back(each.agent.name);
    return errors_in(plan_from(value), names, ids_done(*board));
  };
  return typed_reply(context, agent_for(context, *pattern, "planner", prompts::kPlan), question(*board, *workers, news),
                     form);
}

/// Puts the plan on the board and carries it out. What was not done before gives way to it.
Task<> carry_out_all(Context context, Board* board, const std::vector<Member>* workers, std::vector<PlannedTask> plan) {
  std::erase_if(board->nodes, [](const auto& each) { return !each->done; });
  Slots slots(context.state().config.limits.parallel);
  const std::size_t first = board->nodes.size();
  for (PlannedTask& planned : plan) {
    auto node = std::make_unique<Node>();
    node->member = &*std::ranges::find(*workers, planned.agent, named);
    node->planned = std::move(planned);
    board->nodes.push_back(std::move(node));
  }
  std::vector<Task<bool>> tasks;
  for (std::size_t i = first; i < board->nodes.size(); ++i)
    tasks.push_back(carry_out(context.branch(), board, board->nodes[i].get(), &slots));
  const std::vector<Task<bool>> ended = co_await all(std::move(tasks));
}

/// What the results lack, as sentences; nothing when they are complete, or when nobody can say.
Task<std::vector<std::string>> lacking(Context context, const Pattern* pattern, const Board* board) {
  const Result<Typed> reply =
      co_await settled(typed_reply(context, agent_for(context, *pattern, "judge", prompts::kComplete),
                                   joined({brief::kTask, board->task, results_of(*board)}), Form{kCompleteness}));
  std::vector<std::string> sentences;
  if (!reply || reply->stop || flag_field(reply->value, "complete")) co_return sentences;
  for (const Json& each : field(reply->value, "missing")) {
    if (each.is_string()) sentences.push_back(each.get<std::string>());
  }
  co_return sentences;
}

}  // namespace

Task<Answer> orchestrator(Context context, const Pattern* pattern, std::string task) {
  std::vector<Member> workers = pattern->workers();
  if (workers.empty()) workers.emplace_back().agent.purse = pattern->purse;
  Board board{pattern, task, pattern->settings.context_chars, {}, std::nullopt};
  std::vector<Missing> lacks;
  std::string news;
  for (std::int64_t round = 1; round <= pattern->settings.rounds; ++round) {
    const Result<Typed> plan = co_await settled(plan_for(context, pattern, &board, &workers, news));
    if (!plan && round == 1) co_await failure(plan.error());
    if (!plan || plan->stop) {
      if (plan) board.stop = plan->stop;
      break;
    }
    co_await carry_out_all(context, &board, &workers, plan_from(plan->value));
    if (board.stop) break;
    news.clear();
    lacks.clear();
    const bool all_done = std::ranges::all_of(board.nodes, [](const auto& each) { return each->done.has_value(); });
    if (all_done) {
      const std::vector<std::string> sentences = co_await lacking(context, pattern, &board);
      if (sentences.empty()) break;
      for (std::size_t i = 0; i < sentences.size(); ++i) {
        append(news, {"\nMissing: ", sentences[i]});
        lacks.push_back({sentences[i], "the results do not have it"});
      }
    }
  }
  std::vector<Missing> missing = missing_in(board);
  missing.insert(missing.end(), lacks.begin(), lacks.end());
  std::vector<Finding> findings = findings_of(board);
  if (findings.empty() && !board.stop)
    co_await failure(Code::kInternal,
                     joined({"No task of the plan was done: ", missing.empty() ? "" : missing.front().why}));
  // Who was stopped by the budget leaves nothing to pay a synthesiser with.
  if (board.stop && context.run().header().has(kMended))
    co_return Answer{one_by_one(findings, missing), board.stop, std::move(missing)};
  Answer answer = co_await synthesised(context, pattern, task, std::move(findings), std::move(missing));
  if (board.stop) answer.stop = board.stop;
  co_return answer;
}

}  // namespace troupe

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

std::string told(const Context& context, const Board& board, const Node& node) {
  std::string text = part_of(board.task, node.planned.task);
  const auto needs = static_cast<std::int64_t>(std::max<std::size_t>(1, node.planned.needs.size()));
  for (const std::string& need : node.planned.needs)
    text += result_block(context, need, board.find(need)->done->text, board.most / needs);
  if (!node.planned.server.empty()) append(text, {"\n\nUse the tools of the server \"", node.planned.server, "\"."});
  return text;
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
    if (!each->done) missing.push_back({each->planned.id, each->why.empty() ? "it has not ended yet" : each->why});
    else missing.insert(missing.end(), each->done->missing.begin(), each->done->missing.end());
  }
  return missing;
}

Task<bool> carry_out(Context around, Context context, Board* board, Node* node, Slots* slots) {
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
  Result<Answer> answer = co_await settled(work(context, node->member, told(context, *board, *node)));
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
  } else if (context.run().header().has(kWary) && trim(answer->text).empty()) {
    node->why = "it gave no answer";
  } else {
    node->done = std::move(*answer);
  }
  const std::vector<Finding> findings = findings_of(*board);
  if (!findings.empty() && context.run().header().has(kWary)) {
    std::vector<Missing> missing = missing_in(*board);
    std::string text = one_by_one(findings, missing);
    keep_so_far(around, std::move(text), std::move(missing));
  }
  node->over.open();
  co_return node->done.has_value();
}

std::string results_of(const Context& context, const Board& board) {
  std::string text;
  const std::vector<Finding> findings = findings_of(board);
  for (const Finding& each : findings)
    text += result_block(context, each.of, each.text, board.most / static_cast<std::int64_t>(findings.size()));
  return text;
}

/// What the planner is told: the task, the team, and on a new plan what is done, what is not, and what is missing.
std::string question(const Context& context, const Board& board, const std::vector<Member>& workers,
                     const std::string& news) {
  std::string text = joined({brief::kTask, board.task, brief::kAgents});
  for (const Member& each : workers)
    append(text, {"\n- ", each.agent.name, ": ", utf8_prefix(each.agent.instruction, 400)});
  const std::vector<std::string>& servers = context.state().config.servers;
  if (!servers.empty() && context.run().header().has(kWary)) {
    text += "\n\nThe servers:";
    for (const std::string& each : servers) append(text, {"\n- ", each});
  }
  if (board.nodes.empty()) return text;
  append(text, {"\n\nA plan was carried out. Its results are kept:", results_of(context, board), "\n"});
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
  const bool wary = context.run().header().has(kWary);
  const std::vector<std::string>* servers = &context.state().config.servers;
  Form form{wary && !servers->empty() ? kPlanSchemaWithServers : kPlanSchema};
  form.check = [board, workers, wary, servers](const Json& value) {
    std::vector<std::string> names;
    for (const Member& each : *workers) names.push_back(each.agent.name);
    return errors_in(plan_from(value, wary), names, ids_done(*board), *servers);
  };
  return typed_reply(context, agent_for(context, *pattern, "planner", prompts::kPlan),
                     question(context, *board, *workers, news), form);
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
    tasks.push_back(carry_out(context, context.branch(), board, board->nodes[i].get(), &slots));
  const std::vector<Task<bool>> ended = co_await all(std::move(tasks));
}

/// What results lack, as sentences; or why nobody can say.
struct Lacks {
  std::vector<std::string> sentences;
  std::string unknown;
};

Task<Lacks> lacking(Context context, const Pattern* pattern, std::string task, std::string results) {
  const Result<Typed> reply =
      co_await settled(typed_reply(context, agent_for(context, *pattern, "judge", prompts::kComplete),
                                   joined({brief::kTask, task, results}), Form{kCompleteness}));
  Lacks lacks;
  if (!reply) lacks.unknown = reply.error().whole();
  else if (reply->stop) lacks.unknown = reply->stop->sentence;
  else if (!flag_field(reply->value, "complete")) {
    for (const Json& each : field(reply->value, "missing")) {
      if (each.is_string()) lacks.sentences.push_back(each.get<std::string>());
    }
  }
  co_return lacks;
}

void add(std::vector<Missing>& missing, const std::vector<std::string>& sentences, const std::string& why) {
  for (const std::string& each : sentences) {
    if (std::ranges::find(missing, each, &Missing::part) == missing.end()) missing.push_back({each, why});
  }
}

}  // namespace

Task<Answer> orchestrator(Context context, const Pattern* pattern, std::string task) {
  std::vector<Member> workers = pattern->workers();
  if (workers.empty()) workers.emplace_back().agent.purse = pattern->purse;
  Board board{pattern, task, pattern->settings.context_chars, {}, std::nullopt};
  const bool wary = context.run().header().has(kWary);
  Lacks lacks;
  std::string news;
  for (std::int64_t round = 1; round <= pattern->settings.rounds; ++round) {
    const Result<Typed> plan = co_await settled(plan_for(context, pattern, &board, &workers, news));
    if (!plan && round == 1) co_await failure(plan.error());
    if (!plan || plan->stop) {
      if (plan) board.stop = plan->stop;
      break;
    }
    co_await carry_out_all(context, &board, &workers, plan_from(plan->value, wary));
    if (board.stop) break;
    news.clear();
    lacks = {};
    const bool all_done = std::ranges::all_of(board.nodes, [](const auto& each) { return each->done.has_value(); });
    if (all_done) {
      lacks = co_await lacking(context, pattern, task, results_of(context, board));
      if (lacks.sentences.empty()) break;
      for (const std::string& each : lacks.sentences) append(news, {"\nMissing: ", each});
    }
  }
  std::vector<Missing> missing = missing_in(board);
  for (const std::string& each : lacks.sentences) missing.push_back({each, "the results do not have it"});
  std::vector<Finding> findings = findings_of(board);
  if (findings.empty() && !board.stop)
    co_await failure(Code::kInternal,
                     joined({"No task of the plan was done: ", missing.empty() ? "" : missing.front().why}));
  // Who was stopped by the budget leaves nothing to pay a synthesiser with.
  if (board.stop && context.run().header().has(kMended))
    co_return Answer{one_by_one(findings, missing), board.stop, std::move(missing)};
  const std::size_t known = missing.size();
  Answer answer = co_await synthesised(context, pattern, task, std::move(findings), std::move(missing));
  if (board.stop) answer.stop = board.stop;
  // What was put together may have lost what the results had; where it was not, there is nothing new to look at.
  if (wary && !answer.stop && answer.missing.size() == known) {
    lacks = co_await lacking(context, pattern, task, result_block(context, "answer", answer.text, board.most));
    add(answer.missing, lacks.sentences, "the answer does not have it");
  }
  if (wary && !lacks.unknown.empty())
    answer.missing.push_back({"judge", joined({"nobody looked whether it is complete: ", lacks.unknown})});
  co_return answer;
}

}  // namespace troupe

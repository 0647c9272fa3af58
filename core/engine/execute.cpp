#include "engine/execute.hpp"

#include <algorithm>
#include <utility>

#include "agents/judgement.hpp"
#include "agents/reply.hpp"
#include "agents/typed_reply.hpp"
#include "base/json_parse.hpp"
#include "base/sort.hpp"
#include "base/text.hpp"
#include "engine/confirm.hpp"
#include "llm/brief.hpp"
#include "patterns/fields.hpp"
#include "patterns/pattern.hpp"
#include "patterns/prompts/prompt.hpp"

namespace troupe {

Json outcome_of(const Run& run, const RunState& state, const Answer& answer, const Json& stop) {
  Json usage = parsed_part(written(state.ledger.used()));
  usage["calls"] = state.ledger.calls();
  usage["nano_usd"] = state.ledger.used().cost;
  const std::int64_t forked_ms = run.header().has(kPursed) ? state.forked_ms : 0;
  usage["ms"] = run.now_ms() - std::max(run.header().at_ms, forked_ms);
  for (const Bill& each : run.header().has(kAccounted) ? state.bills : std::vector<Bill>()) {
    Json bill = parsed_part(written(each.usage));
    bill["agent"] = each.agent;
    bill["model"] = each.model;
    bill["calls"] = each.calls;
    bill["nano_usd"] = each.usage.cost;
    if (each.failed > 0) bill["failed"] = each.failed;
    usage["by"].push_back(std::move(bill));
  }
  Json outcome = object({{"answer", answer.text},
                         {"stop", stop},
                         {"usage", std::move(usage)},
                         {"pattern", state.pattern},
                         {"model", first_model(state, {})}});
  if (answer.value) outcome["value"] = *answer.value;
  for (const Missing& each : answer.missing)
    outcome["missing"].push_back(object({{"part", each.part}, {"why", each.why}}));
  return outcome;
}

namespace {

/// Other patterns that are tried after one that failed.
constexpr std::size_t kMostFallbacks = 2;
constexpr std::int64_t kMostVotes = 64;
constexpr std::string_view kNoOther =
    "\" came to no end, and no other was begun: tools that change something were called, and would be called again.";
constexpr std::size_t kMostAnalysed = 100'000;  // bytes of a task

StepRequest judged_step(std::string kind, std::string args, std::function<Task<std::string>(StepName)> operation) {
  StepRequest request;
  request.kind = std::move(kind);
  request.args = std::move(args);
  request.operation = std::move(operation);
  return request;
}

/// What the run's decisions have to keep to.
Judgement::Asked asked_by(const RunState& state, const std::string& seed) {
  const Budget& budget = state.config.budget;
  return {budget.tokens, budget.nano_usd, budget.ms, budget.calls, state.config.model, seed};
}

/// Of a name that is no pattern's their number.
std::uint8_t index_of(std::string_view pattern) {
  return static_cast<std::uint8_t>(std::ranges::find(kPatterns, pattern) - kPatterns.begin());
}

/// Whether the application's agents can work so: a swarm needs two.
bool can_work_by(const RunConfig& config, std::string_view pattern) {
  if (config.agents.empty()) return true;
  return pattern_from_json(object({{"pattern", pattern}, {"agents", config.agents}, {"settings", config.settings}}),
                           config.limits.depth)
      .has_value();
}

/// The patterns in the order in which they are to be tried.
std::vector<std::string> order_of(const RunConfig& config, std::string_view strategy, bool wary) {
  if (config.pattern != "auto") return {config.pattern};
  const Fields decided = Fields::within(strategy), scores = Fields::within(decided.raw("scores"));
  std::vector<FieldText> ranked(scores.begin(), scores.end());
  sort(ranked, [](const FieldText& a, const FieldText& b) { return integer_of(a.value, 0) > integer_of(b.value, 0); });
  const auto usable = [&](std::string_view name) { return !wary || can_work_by(config, name); };
  std::vector<std::string> names;
  std::string first = decided.text("pattern", "direct");
  if (index_of(first) == kPatterns.size()) first = "direct";  // a host gave a fork what there is not
  if (usable(first)) names.push_back(std::move(first));
  for (const FieldText& each : ranked) {
    const bool known = index_of(each.name) < kPatterns.size();
    if (known && std::ranges::find(names, each.name) == names.end() && names.size() <= kMostFallbacks &&
        usable(each.name))
      names.emplace_back(each.name);
  }
  if (names.empty()) names.emplace_back("direct");
  return names;
}

/// As a journal has it: the strategy, and where the run works by another pattern than that would, what this one takes.
std::string strategy_for(RunState& state, const std::string& task, const Header& header) {
  const RunConfig& config = state.config;
  const Budget& budget = config.budget;
  Judgement& judgement = state.services.judgement;
  std::string strategy = judgement.strategy_entry(task, asked_by(state, header.seed));
  const std::string first = order_of(config, strategy, header.has(kWary)).front();
  if (!config.confirm.asks() || Fields::within(strategy).text("pattern") == first) return strategy;
  const Result<std::string> whole =
      judgement.decide(dump_json(object({{"task", utf8_prefix(task, kMostAnalysed)},
                                         {"model", config.model},
                                         {"seed", header.seed},
                                         {"budget", object({{"tokens", budget.tokens},
                                                            {"nano_usd", budget.nano_usd},
                                                            {"ms", budget.ms},
                                                            {"calls", budget.calls}})}})));
  Json entry = parsed_part(strategy);
  for (const Json& option : field(parsed_part(whole ? *whole : std::string()), "options")) {
    if (text_field(option, "pattern") == first)
      entry["works_by"] = object({{"pattern", first},
                                  {"nano_usd", integer_field(option, "nano_usd")},
                                  {"tokens", integer_field(option, "tokens")}});
  }
  return dump_json(entry);
}

/// What the engine thinks of the task, as the first entries of a journal have it; empty in older ones.
struct Judged {
  std::string analysis, strategy;
};

Task<Judged> judge(Context context, std::string task) {
  RunState* state = &context.state();
  std::string analysed = co_await context.step(judged_step(
      "analysis", "{}", [state, task](StepName) { return at_once(state->services.judgement.analysis_entry(task)); }));
  std::string decided =
      co_await context.step(judged_step("strategy", "{}", [state, task, header = &context.run().header()](StepName) {
        return at_once(strategy_for(*state, task, *header));
      }));
  co_return Judged{std::move(analysed), std::move(decided)};
}

/// The pattern with its agents: the application's, or those that the engine creates for this task.
Task<std::shared_ptr<const Pattern>> prepared(Context context, Context place, std::string name, std::string task) {
  RunState* state = &context.state();
  Json agents = state->config.agents;
  // Agents that begin together would all ask.
  const bool wary = context.run().header().has(kWary);
  // Who votes does the whole task, and agents that are created for it would each have a part.
  const bool votes = wary && name == "parallel" && integer_field(state->config.settings, "votes") > 1;
  const bool creates = name != "direct" && agents.empty() && !votes;
  if (creates || (name != "direct" && context.run().header().has(kMended))) co_await known_tools(place);
  if (creates) {
    const std::uint8_t pattern = index_of(name);
    const std::string created = co_await context.step(judged_step(
        "agents", dump_json(object({{"pattern", name}})),
        [state, task, pattern, seed = context.run().header().seed](StepName) {
          return at_once(state->services.judgement.agents_entry(task, asked_by(*state, seed), pattern, *state->tools));
        }));
    agents = parsed_part(created);
    // Whose model it is the run has said.
    for (Json& agent : agents) {
      if (agent.is_object()) agent.erase("model");
    }
  }
  Pattern pattern = co_await pattern_from_json(
      object({{"pattern", name}, {"agents", std::move(agents)}, {"settings", state->config.settings}}),
      state->config.limits.depth);
  if (name == "direct" && pattern.workers().size() > 1)
    warn(context, joined({"The pattern \"direct\" is one agent's: \"", pattern.alone(wary)->agent.name,
                          "\" works, and no other of them."}));
  co_return std::make_shared<const Pattern>(std::move(pattern));
}

/// Another pattern is worth trying when a model could not do what this one asks of it. No other failure is the
/// pattern's; nor is a reply that cannot be read at all, which has what was wrong with it as its cause.
bool is_of_the_pattern(const Context& context, const Error& error) {
  const bool unreadable = error.cause() != nullptr && context.run().header().has(kWary);
  return error.code() == Code::kMalformed && !unreadable;
}

/// The task as a lone agent gets it: what is to come of it can be said at once.
std::string told(const RunConfig& config, std::string_view pattern, const std::string& task) {
  return pattern == "direct" && !config.schema.empty() ? joined({task, brief::kForm, config.schema}) : task;
}

/// The answer in the form that the run was asked for: as it is, where it fits, and else put into it by the run's model.
Task<Answer> formed(Context context, std::string task, Answer answer) {
  const RunState& state = context.state();
  const Form form{state.config.schema};
  answer.value = in_form(answer.text, form, context.run().header().has(kWholeSchemas));
  if (answer.value) co_return answer;
  const std::string instruction = instruction_with(context, {}, prompts::kForm);
  Agent clerk{"form", instruction};
  std::string request =
      joined({brief::kTask, task, result_block(context, "answer", answer.text, state.config.limits.result_chars)});
  Typed typed = co_await typed_reply(context, std::move(clerk), std::move(request), form);
  answer.stop = std::move(typed.stop);
  if (answer.stop) co_return answer;
  // What was to be JSON and was not right is what was mended; words stay as they are.
  if (object_in(answer.text) && context.run().header().has(kPursed)) answer.text = dump_json(typed.value);
  answer.value = std::move(typed.value);
  co_return answer;
}

/// That another pattern takes over, as a step.
Task<> recovered(Context context, std::string from, std::string to, Error why) {
  const std::string args = dump_json(object({{"from", from}, {"to", to}, {"why", why.whole()}}));
  co_await context.step(judged_step("recovery", args, [](StepName) { return at_once("null"); }));
}

Task<Answer> work_on(Context context, Context place, std::vector<std::string> names, ToConfirm plan, std::string task) {
  RunState& state = context.state();
  for (std::size_t i = 0;; ++i) {
    state.pattern = kPatterns[index_of(names[i])];
    const std::shared_ptr<const Pattern> pattern = co_await prepared(context, place, names[i], task);
    if (i == 0) {
      std::optional<Stop> no = co_await confirmed(context, plan, pattern);
      if (no) co_return Answer{{}, std::move(no)};
    }
    Result<Answer> answer =
        co_await settled(perform(place, pattern.get(), told(context.state().config, names[i], task)));
    if (answer) co_return std::move(*answer);
    const bool ends = i + 1 == names.size() || !is_of_the_pattern(context, answer.error());
    // Another pattern begins with the whole task, and so would do again what was done.
    if (!ends && state.acted && context.run().header().has(kWary))
      co_await failure(Error(answer.error().code(), joined({"The pattern \"", names[i], kNoOther}), answer.error()));
    if (ends) co_await failure(answer.error());
    if (context.run().live()) state.services.judgement.learn_from(task, joined({"pattern:", names[i]}), "failed");
    co_await recovered(context, names[i], names[i + 1], answer.error());
    place = context.branch();
  }
}

/// Of a pattern and of those in its agents' places.
std::int64_t most_votes(const Pattern& pattern) {
  std::int64_t most = pattern.settings.votes;
  for (const Member& each : pattern.members) {
    if (each.inner) most = std::max(most, most_votes(*each.inner));
  }
  return most;
}

}  // namespace

Result<> check_work(const RunConfig& config, bool is_new) {
  const std::string_view name = config.pattern == "auto" ? "direct" : std::string_view(config.pattern);
  const Result<Pattern> pattern = pattern_from_json(
      object({{"pattern", name}, {"agents", config.agents}, {"settings", config.settings}}), config.limits.depth);
  if (!pattern) return failure(pattern.error());
  const Result<> fields = is_new ? check_fields(config.agents, config.settings) : Result<>();
  if (!fields) return fields;
  if (is_new && most_votes(*pattern) > kMostVotes)  // each is an agent
    return failure(Code::kInvalidInput, joined({"The setting \"votes\" is at most ", decimal(kMostVotes), "."}));
  for (const auto& [name, text] : config.prompts.items()) {
    if (std::ranges::find(prompts::kAll, name, &Prompt::name) == prompts::kAll.end()) {
      std::string sentence = joined({"There is no prompt \"", name, "\". There are: "});
      for (const Prompt& each : prompts::kAll) append(sentence, {sentence.ends_with(": ") ? "" : ", ", each.name});
      return failure(Code::kInvalidInput, sentence + ".");
    }
  }
  return {};
}

Task<Json> execute(Context context, std::string task) {
  // Its place in the tree is the same as in journals from before there was a judgement.
  const Context place = context.branch();
  std::vector<std::string> names;
  ToConfirm plan;
  {
    Judged judged;
    if (context.run().header().has(kJudged)) judged = co_await judge(context, task);
    names = order_of(context.state().config, judged.strategy, context.run().header().has(kWary));
    plan = to_confirm(context.state().config.confirm, judged.analysis, judged.strategy);
  }
  Answer answer = co_await work_on(context, place, std::move(names), std::move(plan), task);
  // Who was stopped may have said nothing where others have.
  if (answer.stop && answer.text.empty()) answer.text = partial_answer(context.state());
  if (!context.state().config.schema.empty() && !answer.stop) {
    Answer filled = co_await formed(context, task, std::move(answer));
    answer = std::move(filled);
  }
  // A replay has nothing new to say of a pattern.
  if (context.run().live()) {
    const RunState& state = context.state();
    const std::string_view ended = answer.stop ? std::string_view(answer.stop->reason) : "done";
    state.services.judgement.learn_from(task, joined({"pattern:", state.pattern}), ended);
    if (!state.chosen.empty())
      state.services.judgement.learn_from(task, joined({"model:", first_model(state, {})}), ended);
  }
  Json stop = object({{"reason", answer.stop ? answer.stop->reason : "done"}});
  if (answer.stop) stop["sentence"] = answer.stop->sentence;
  co_return outcome_of(context.run(), context.state(), answer, stop);
}

}  // namespace troupe

#include "strategy/decision_engine.hpp"

#include <algorithm>

#include "base/sort.hpp"
#include "base/text.hpp"
#include "strategy/estimate.hpp"

namespace troupe {
namespace {

/// So many outcomes on such tasks count as much as what the text of the task says.
constexpr std::int64_t kTrust = 30;

/// Why each pattern, in the matrix that the priors follow.
constexpr std::array<std::string_view, kPatterns.size()> kWhy = {
    "One agent with its tools is enough.",
    "The stages have a fixed order, each working on what the one before it made.",
    "The parts do not need one another and can be done at once.",
    "What the input is decides which specialist has to work on it.",
    "The parts and what depends on what have to be planned first.",
    "Several specialists have to hand the work to one another or argue it out.",
    "Quality can be judged here: a draft that is criticised gets better.",
};

constexpr std::string_view kNotSaid = "Little in the task speaks for it.";

constexpr std::int32_t kWorthAsking = 450;    // in thousandths: so likely nobody can tell what is wanted
constexpr std::int32_t kWorthPlanning = 120;  // the best two are closer than this
constexpr std::size_t kMostServers = 8;

/// Multiplies a score, in thousandths.
void weigh(Option& option, std::int64_t factor, std::string_view reason, std::array<std::int64_t, 7>& scores) {
  scores[option.pattern] = std::max<std::int64_t>(1, scores[option.pattern] * factor / 1000);
  option.reasons.add(reason);
}

bool is_affordable(const Cost& cost, const Situation& situation) {
  const auto allows = [](std::int64_t limit, std::int64_t wanted) { return limit < 0 || wanted <= limit; };
  return allows(situation.tokens, cost.tokens) && allows(situation.nano_usd, cost.nano_usd) &&
         allows(situation.ms, cost.ms) && allows(situation.calls, cost.steps);
}

constexpr std::uint8_t kFewSteps = 4;

/// Where several may be chosen from, the cheapest model for a simple task and the dearest for an expert one: price
/// stands for what a model can do, as long as nothing better is known.
const Situation::Model& model_for(const Analysis& analysis, const Situation& situation) {
  static const Situation::Model none;
  if (situation.models.empty()) return none;
  const auto price = [](const Situation::Model& model) { return model.input * 3 + model.output; };
  if (analysis.complexity == 0) return *std::ranges::min_element(situation.models, {}, price);
  if (analysis.complexity == 3) return *std::ranges::max_element(situation.models, {}, price);
  return situation.models.front();
}

/// What is expected of a pattern that nobody tried yet, in thousandths.
constexpr std::int32_t kPrior = 700;

Experience::Estimate estimate_of(const Experience& experience, std::string_view context, std::uint8_t pattern) {
  return experience.estimate(context, joined({"pattern:", kPatterns[pattern]}), kPrior);
}

/// How much is known of such tasks: outcomes of all patterns.
std::int64_t outcomes_in(const Experience& experience, std::string_view context) {
  std::int64_t outcomes = 0;
  if (experience.empty() || experience.observe_only()) return outcomes;
  for (std::size_t i = 0; i < kPatterns.size(); ++i) {
    outcomes += estimate_of(experience, context, static_cast<std::uint8_t>(i)).outcomes;
  }
  return outcomes / 1000;
}

void learn_from(const Experience& experience, std::string_view context, std::uint64_t seed, Strategy& strategy,
                std::array<std::int64_t, 7>& scores) {
  if (experience.empty() || experience.observe_only()) return;
  Random random(seed);
  for (Option& option : strategy.options) {
    const Experience::Estimate estimate = estimate_of(experience, context, option.pattern);
    const std::int32_t drawn = experience.draw(estimate, random);
    if (estimate.outcomes == 0) continue;
    // The odds of the draw against those of the prior.
    const std::int64_t odds =
        (std::int64_t{drawn} + 20) * (1020 - kPrior) * 1000 / ((1020 - std::int64_t{drawn}) * (kPrior + 20));
    weigh(option, std::clamp<std::int64_t>(odds, 20, 20'000),
          estimate.mean >= kPrior ? "It did well on such tasks before." : "It did not do well on such tasks before.",
          scores);
  }
}

}  // namespace

std::string context_of(const Analysis& analysis) {
  return joined({kTypes[analysis.type], "/", kComplexities[analysis.complexity]});
}

Strategy decide(const Analysis& analysis, const Situation& situation, const Experience& experience, std::uint64_t seed,
                std::size_t task_bytes) {
  Strategy strategy;
  const Situation::Model& model = model_for(analysis, situation);
  strategy.model = model.name;
  const std::string context = context_of(analysis);
  // The more is known of such tasks, the less counts what the text alone says.
  const std::int64_t outcomes = outcomes_in(experience, context);
  std::array<std::int64_t, 7> scores{};  // by pattern, in thousandths of thousandths
  for (std::size_t i = 0; i < kPatterns.size(); ++i) {
    Option& option = strategy.options[i];
    option.pattern = static_cast<std::uint8_t>(i);
    const std::int64_t said = 1000 * std::max<std::int64_t>(1, analysis.probability[kFirstPattern + i]);
    scores[i] = (said * kTrust + 1'000'000 / std::ssize(kPatterns) * outcomes) / (kTrust + outcomes);
    option.reasons.add(analysis.probability[kFirstPattern + i] >= 100 ? kWhy[i] : kNotSaid);
    option.cost = estimate(option.pattern, analysis, model, task_bytes);
    option.affordable = is_affordable(option.cost, situation);
  }
  // One agent keeps a few steps of one kind together; stages would only tell one another what it knows already.
  const bool is_short = analysis.complexity <= 1 && analysis.steps_most <= kFewSteps;
  const bool dangerous = analysis.has_risk(kDestructive) || analysis.has_risk(kSpendsMoney);
  for (Option& option : strategy.options) {
    if (!option.affordable && option.pattern != kDirectPattern)
      weigh(option, 150, "It would cost more than the budget allows.", scores);
    if (is_short && option.pattern == kChainPattern)
      weigh(option, 10, "Its steps are few and of one kind: one agent does them in one go.", scores);
    if (situation.by_rules && option.pattern != kDirectPattern)
      weigh(option, 1, "The offline model works by rules: it can neither plan nor judge.", scores);
    if (dangerous && (option.pattern == kParallelPattern || option.pattern == kSwarmPattern))
      weigh(option, 700, "What cannot be undone is better done in one place.", scores);
  }
  learn_from(experience, context, seed, strategy, scores);
  std::int64_t sum = 0;
  for (const std::int64_t score : scores) sum += score;
  for (Option& option : strategy.options)
    option.score = static_cast<Permille>((scores[option.pattern] * 1000 + sum / 2) / sum);
  sort(strategy.options, [&](const Option& a, const Option& b) {
    return scores[a.pattern] != scores[b.pattern] ? scores[a.pattern] > scores[b.pattern]
                                                  : a.cost.tokens < b.cost.tokens;
  });
  for (const Situation::Server& server : situation.servers) {
    if (strategy.servers.size() < kMostServers) strategy.servers.push_back(server.name);
  }
  if (analysis.probability[kFirstType + kTypes.size() - 1] >= kWorthAsking) {
    strategy.first = First::kAskUser;
    strategy.first_reason = "It is not clear what is wanted; a question costs less than the wrong work.";
  } else if (dangerous && analysis.probability[kFirstType + analysis.type] < 400) {
    strategy.first = First::kAskUser;
    strategy.first_reason = "It may do what cannot be undone, and it is not clear what exactly.";
  } else if (analysis.complexity >= 2 && strategy.options[0].score - strategy.options[1].score < kWorthPlanning &&
             (situation.tokens < 0 || strategy.options[0].cost.tokens + 2000 <= situation.tokens)) {
    strategy.first = First::kPlan;
    strategy.first_reason = "Two ways of working are about equally good, and a plan costs little beside the work.";
  }
  return strategy;
}

}  // namespace troupe

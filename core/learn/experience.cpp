#include "learn/experience.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

/// Where outcomes of all contexts are added up.
constexpr std::string_view kAnywhere = "*";
constexpr std::int64_t kMostContexts = 1000;

std::int64_t root_of(std::int64_t number) {
  std::int64_t root = 0;
  for (std::int64_t bit = std::int64_t{1} << 30; bit != 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= number) root |= bit;
  }
  return root;
}

}  // namespace

void Experience::learn(std::string_view context, std::string_view choice, Reward reward) {
  add(context, choice, reward);
  if (context != kAnywhere) add(kAnywhere, choice, reward);
}

void Experience::correct(std::string_view context, std::string_view choice, Reward before, Reward reward) {
  if (find(context, choice) == nullptr) return learn(context, choice, reward);  // another engine learned it
  for (const std::string_view each : {context, kAnywhere}) {
    Count& count = counts_[std::string(each)][std::string(choice)];
    count.reward = std::clamp<std::int64_t>(count.reward + reward - before, 0, count.outcomes);
    if (context == kAnywhere) return;
  }
}

void Experience::add(std::string_view context, std::string_view choice, Reward reward) {
  auto at = counts_.find(context);
  if (at == counts_.end()) {
    if (std::cmp_greater_equal(counts_.size(), kMostContexts)) return;
    at = counts_.emplace(context, Counts{}).first;
  }
  Count& count = at->second.try_emplace(std::string(choice)).first->second;
  // What is old counts less: 1 - ln 2 / half-life of it stays, so that a changed world is noticed.
  const std::int64_t kept = 100'000 - 69'315 / std::max<std::int64_t>(1, options_.half_life);
  count.reward = count.reward * kept / 100'000 + std::clamp(reward, 0, 1000);
  count.outcomes = count.outcomes * kept / 100'000 + 1000;
}

const Experience::Count* Experience::find(std::string_view context, std::string_view choice) const {
  const auto at = counts_.find(context);
  if (at == counts_.end()) return nullptr;
  const auto found = at->second.find(choice);
  return found == at->second.end() ? nullptr : &found->second;
}

Experience::Estimate Experience::estimate(std::string_view context, std::string_view choice, std::int32_t prior) const {
  std::int64_t weight = options_.caution * 1000;
  std::int64_t mean = prior;
  if (const Count* anywhere = find(kAnywhere, choice)) {
    // All contexts together speak, but not louder than the prior.
    const std::int64_t heard = std::min(anywhere->outcomes, weight);
    mean = (mean * weight + anywhere->reward * 1000 / anywhere->outcomes * heard) / (weight + heard);
  }
  Estimate estimate;
  std::int64_t outcomes = weight;
  std::int64_t reward = mean * weight / 1000;
  if (const Count* here = find(context, choice)) {
    reward += here->reward;
    outcomes += here->outcomes;
    estimate.outcomes = here->outcomes;
  }
  estimate.mean = static_cast<std::int32_t>(reward * 1000 / outcomes);
  // The variance of a Beta distribution with these counts.
  const std::int64_t variance = std::int64_t{estimate.mean} * (1000 - estimate.mean) * 1000 / (outcomes + 1000);
  estimate.spread = static_cast<std::int32_t>(root_of(variance));
  return estimate;
}

std::int32_t Experience::draw(const Estimate& estimate, Random& random) const {
  // Twelve numbers below 1000 have a mean of 6,000 and a deviation of 1,000 in all: as good as a normal distribution.
  std::int64_t sum = -6'000 + 6;
  for (int i = 0; i < 12; ++i) sum += static_cast<std::int64_t>(random.below(1000));
  return std::clamp(estimate.mean + static_cast<std::int32_t>(estimate.spread * sum / 1000), 0, 1000);
}

void Experience::merge(const Experience& other) {
  for (const auto& [context, choices] : other.counts_) {
    for (const auto& [choice, count] : choices) {
      Count& own = counts_[context][choice];
      own.reward += count.reward;
      own.outcomes += count.outcomes;
    }
  }
}

Json Experience::to_json() const {
  Json counts = Json::object();
  for (const auto& [context, choices] : counts_) {
    Json& own = counts[context] = Json::object();
    for (const auto& [choice, count] : choices) {
      Json& pair = own[choice] = Json::array();
      pair.push_back(count.reward);
      pair.push_back(count.outcomes);
    }
  }
  return object({{"version", 1}, {"counts", std::move(counts)}});
}

Result<Experience> Experience::from_json(const Json& json, Options options) {
  Experience experience(options);
  if (json.is_null()) return experience;
  if (integer_field(json, "version") != 1) {
    return failure(Code::kInvalidInput, "What was learned is not of version 1: export it with this release.");
  }
  if (!field(json, "counts").is_object())
    return failure(Code::kInvalidInput, "What was learned has no \"counts\", an object by kind of task.");
  for (const auto& [context, choices] : members(field(json, "counts"))) {
    if (!choices.is_object())
      return failure(Code::kInvalidInput, joined({"What was learned for \"", context, "\" is no object by choice."}));
    for (const auto& [choice, pair] : members(choices)) {
      const bool fits =
          pair.is_array() && pair.size() == 2 && pair[0].is_number_integer() && pair[1].is_number_integer();
      const std::int64_t reward = fits ? pair[0].get<std::int64_t>() : -1;
      const std::int64_t outcomes = fits ? pair[1].get<std::int64_t>() : 0;
      if (reward < 0 || outcomes < 1 || reward > outcomes || outcomes > 1'000'000'000) {
        return failure(Code::kInvalidInput,
                       joined({"What was learned of \"", choice, "\" for \"", context,
                               "\" must be two whole numbers, [reward, outcomes], the first not above the second."}));
      }
      experience.counts_[context][choice] = {reward, outcomes};
    }
  }
  return experience;
}

}  // namespace troupe

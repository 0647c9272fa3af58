#include "llm/choice/rank.hpp"

#include <algorithm>
#include <array>

#include "base/money.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostRanked = 6;
constexpr std::int64_t kReplyTokens = 300;  // what a step writes, about

/// By speed class, 1 to 5: milliseconds of a reply, as long as none was measured.
constexpr std::array<std::int64_t, 6> kUsualMs = {5'000, 20'000, 10'000, 5'000, 2'500, 1'200};

/// Thousandths: so much quality a task of each complexity asks for. A class is 200, and half a class less will do.
constexpr std::array<std::int64_t, 4> kEnough = {300, 500, 700, 900};
constexpr std::int64_t kLenience = 200;  // who wants it cheap or fast takes one class less
constexpr std::int64_t kUsualQuality = 600;
constexpr std::int64_t kUsualOutcome = 700;  // what is expected of a model that nobody tried
constexpr std::int64_t kMostOutcomes = 10;   // more do not weigh more

struct Place {
  const Candidate* candidate;
  std::int64_t cost, ms, quality;
  std::array<std::int64_t, 5> misses;  // what it must not have, the worst first
};

std::int64_t quality_of(const Candidate& candidate, const Need& need) {
  const std::int64_t quality = candidate.traits.quality[need.kind] * 200;
  const std::int64_t shift =
      (candidate.learned - kUsualOutcome) * std::min(candidate.outcomes, kMostOutcomes) / kMostOutcomes;
  return (quality == 0 ? kUsualQuality : quality) + shift / 2;
}

Place place_of(const Candidate& candidate, const Need& need, Prefer prefer) {
  const Traits& traits = candidate.traits;
  const auto speed = static_cast<std::size_t>(std::clamp<std::int64_t>(traits.speed, 0, 5));
  Place place{&candidate,
              sum(product(need.tokens, candidate.price.input), product(kReplyTokens, candidate.price.output)),
              candidate.standing.expected_ms > 0 ? candidate.standing.expected_ms : kUsualMs[speed],
              quality_of(candidate, need),
              {}};
  const bool lenient = prefer == Prefer::kCost || prefer == Prefer::kSpeed;
  const std::int64_t enough =
      kEnough[static_cast<std::size_t>(std::clamp<std::int64_t>(need.complexity, 0, 3))] - (lenient ? kLenience : 0);
  place.misses = {traits.context > 0 && traits.context < need.tokens, candidate.standing.down, place.quality < enough,
                  candidate.standing.degraded, need.structured && !traits.structured};
  return place;
}

/// What the preference compares, the weightiest first; less is better.
std::array<std::int64_t, 3> wanted(const Place& place, Prefer prefer) {
  switch (prefer) {
    case Prefer::kCost: return {place.cost, -place.quality, place.ms};
    case Prefer::kSpeed: return {place.ms, place.cost, -place.quality};
    case Prefer::kQuality: return {-place.quality, place.cost, place.ms};
    // A second is worth a tenth of a cent.
    case Prefer::kBalance: return {sum(place.cost, product(place.ms, 1'000)), -place.quality, place.ms};
  }
  std::unreachable();
}

std::string_view praise_of(Prefer prefer) {
  switch (prefer) {
    case Prefer::kCost: return "It is the cheapest that is good enough for this step.";
    case Prefer::kSpeed: return "It is the fastest that is good enough for this step.";
    case Prefer::kQuality: return "It is the best for such work.";
    case Prefer::kBalance: return "It is good enough for this step, and none that is costs less money and time.";
  }
  std::unreachable();
}

std::vector<std::string> reasons_for(const Place& best, Prefer prefer) {
  const auto& [small, down, poor, degraded, formless] = best.misses;
  std::vector<std::string> reasons;
  if (small != 0) reasons.emplace_back("No model reads as much as there is; this one comes nearest to what is wanted.");
  else if (down != 0) reasons.emplace_back("All that could do it are in trouble.");
  else if (poor != 0) reasons.emplace_back("None is as good as the step asks for.");
  else reasons.emplace_back(praise_of(prefer));
  if (best.candidate->outcomes > 0)
    reasons.emplace_back(best.candidate->learned >= kUsualOutcome ? "It did well on such tasks before."
                                                                  : "It did not do well on such tasks before.");
  return reasons;
}

}  // namespace

Ranking rank(const std::vector<Candidate>& candidates, const Need& need, Prefer prefer) {
  Ranking ranking;
  std::vector<Place> places;
  std::vector<std::string> left_out;
  for (const Candidate& each : candidates) {
    const bool handless = need.tools && !each.traits.tools;
    if (handless || (need.vision && !each.traits.vision))
      left_out.push_back(joined({each.name, handless ? " cannot call tools." : " cannot see pictures."}));
    else places.push_back(place_of(each, need, prefer));
  }
  std::ranges::stable_sort(places, [&](const Place& a, const Place& b) {
    return std::pair(a.misses, wanted(a, prefer)) < std::pair(b.misses, wanted(b, prefer));
  });
  if (!places.empty()) ranking.reasons = reasons_for(places.front(), prefer);
  for (const Place& each : places) {
    if (ranking.models.size() < kMostRanked) ranking.models.push_back(each.candidate->name);
    if (each.misses[1] != 0) left_out.push_back(joined({each.candidate->name, " is in trouble."}));
  }
  ranking.reasons.insert(ranking.reasons.end(), left_out.begin(), left_out.end());
  return ranking;
}

}  // namespace troupe

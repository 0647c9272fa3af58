#include "task/task_analyzer.hpp"

#include <algorithm>
#include <utility>

#include "base/fingerprint.hpp"
#include "base/sort.hpp"
#include "base/text.hpp"
#include "task/clauses.hpp"
#include "task/fixed.hpp"
#include "task/request.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostCharacters = 100'000;
/// Analyses that are remembered: a power of two.
constexpr std::size_t kRemembered = 256;
/// Longer texts are not remembered.
constexpr std::size_t kLongestRemembered = 4096;
/// Short texts count as if they had so many features: few words prove little.
constexpr std::uint32_t kLeastFeatures = 16;
/// Words that are shown of a verdict.
constexpr std::size_t kMostOfVerdict = 5;
/// Weaker evidence is not shown, in thousandths of a natural logarithm.
constexpr std::int32_t kLeastEvidence = 50;
/// The likely range of steps leaves out so much on either side, in thousandths.
constexpr int kTail = 150;
/// A factor that all outputs of a head are multiplied with has so many bits behind the point: one division a head.
constexpr int kFactorBits = 20;

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::uint8_t likeliest(const Analysis& analysis, const HeadRange& head) {
  const auto first = analysis.probability.begin() + head.first;
  return static_cast<std::uint8_t>(std::max_element(first, first + head.count) - first);
}

/// As it was at first, but for the room of its lists, which is used again.
void clear(Analysis& analysis) {
  Analysis fresh;
  std::swap(fresh.capabilities, analysis.capabilities);
  std::swap(fresh.things, analysis.things);
  std::swap(fresh.clauses, analysis.clauses);
  std::swap(fresh.evidence, analysis.evidence);
  fresh.capabilities.clear();
  fresh.things.clear();
  fresh.clauses.clear();
  fresh.evidence.clear();
  analysis = std::move(fresh);
}

const HeadRange& head_of(std::string_view name) { return *std::ranges::find(kHeadRanges, name, &HeadRange::name); }

}  // namespace

Result<const Analysis*> TaskAnalyzer::analyze(std::string_view text) {
  if (text.size() > kMostCharacters && characters_in(text) > kMostCharacters) {
    return failure(Code::kInvalidInput,
                   joined({"The task has ", decimal(static_cast<std::int64_t>(characters_in(text))),
                           " characters; the most is 100,000. Put long material into a file, and name the file."}));
  }
  if (remembered_.empty()) remembered_.resize(kRemembered);
  const std::uint64_t print = text.size() <= kLongestRemembered ? fingerprint(text) : 0;
  Remembered& place = remembered_[print % kRemembered];
  if (print != 0 && place.fingerprint == print && place.text == text) return &place.analysis;
  if (trim(text).empty()) return failure(Code::kInvalidInput, "The task is empty: say in words what is to be done.");
  clear(place.analysis);
  look(text, place.analysis);
  place.fingerprint = print;
  if (print != 0) place.text = text;
  return &place.analysis;
}

TaskAnalyzer::TaskAnalyzer(std::string_view tables) : tables_(tables) {
  seen_.resize(tables_.places() + 1);
  // Steps of counts add up: "at least 3" comes with "at least 2" and "at least 1".
  counted_.resize(kCountedKinds * (kCountSteps.size() + 1));
  for (std::size_t counted = 0; counted < kCountedKinds; ++counted) {
    for (std::size_t step = 0; step < kCountSteps.size(); ++step) {
      const Sums& before = counted_[counted * (kCountSteps.size() + 1) + step];
      Sums& sums = counted_[counted * (kCountSteps.size() + 1) + step + 1];
      sums = before;
      const std::uint32_t place = tables_.place(count_feature(counted, step));
      if (place == 0) continue;
      for (std::size_t i = 0; i < Row().size(); ++i) sums[output_of(i)] += tables_.row(tables_.row_of(place))[i];
      const Others& others = tables_.others(tables_.others_of(place));
      for (std::size_t i = 0; i < others.size(); ++i) sums[kTypes.size() + i] += others[i];
    }
  }
}

void TaskAnalyzer::look(std::string_view text, Analysis& analysis) {
  tokens_.read(request_in(text));
  features_.read(tokens_, tables_);
  ++text_number_;
  Sums sums{};
  std::uint32_t features = static_cast<std::uint32_t>(features_.list().size());
  for (std::size_t counted = 0; counted < kCountedKinds; ++counted) {
    const std::size_t steps = steps_reached(features_.counts()[counted]);
    features += static_cast<std::uint32_t>(steps);
    if (steps == 0) continue;
    const Sums& own = counted_[counted * (kCountSteps.size() + 1) + steps];
    for (std::size_t output = 0; output < kOutputs; ++output) sums[output] += own[output];
  }
  // Those that may be known are gathered without a branch: a processor guesses wrong about them.
  const std::span<const Feature> list = features_.list();
  if (candidates_.size() < list.size()) candidates_.resize(list.size());
  std::size_t candidates = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    candidates_[candidates] = static_cast<std::uint32_t>(i);
    candidates += tables_.perhaps(list[i].hash);
  }
  if (hits_.size() < candidates) {
    hits_.resize(candidates);
    telling_.resize(candidates);
  }
  hit_count_ = telling_count_ = 0;
  std::array<std::int32_t, Row().size()> in_rows{};
  for (std::size_t i = 0; i < candidates; ++i) {
    const Feature& feature = list[candidates_[i]];
    const std::uint32_t place = tables_.place(feature.hash);
    if (place == 0) continue;
    const std::uint16_t row = tables_.row_of(place);
    const std::uint32_t others = tables_.others_of(place);
    hits_[hit_count_] = {feature.token, row, others};
    telling_[telling_count_] = static_cast<std::uint32_t>(hit_count_++);
    telling_count_ += others != 0 ? 1 : 0;
    // What was seen in this text counts as nothing: row 0.
    const bool again = seen_[place] == text_number_;
    seen_[place] = text_number_;
    const Row& weights = tables_.row(again ? 0 : row);
    for (std::size_t k = 0; k < weights.size(); ++k) in_rows[k] += weights[k];
    if (again || others == 0) continue;
    const Others& more = tables_.others(others);
    for (std::size_t k = 0; k < more.size(); ++k) sums[kTypes.size() + k] += more[k];
  }
  for (std::size_t k = 0; k < in_rows.size(); ++k) sums[output_of(k)] += in_rows[k];
  root_ = square_root(std::max(kLeastFeatures, features) << 8);  // in 1/16
  for (std::size_t head = 0; head < kHeads; ++head) {
    const HeadRange& range = kHeadRanges[head];
    // A sum in 1/4096 and a root in 1/16 give 1/65536 when the sum is multiplied by 256.
    const std::int64_t factor = (std::int64_t{tables_.scale(head)} << (8 + kFactorBits)) / root_;
    for (std::size_t output = range.first; output < range.first + range.count; ++output)
      odds_[output] = (sums[output] * factor >> kFactorBits) + std::int64_t{tables_.bias(output)} * 64;
  }
  decide(analysis);
  add_things(tokens_, features_, analysis.things);
  add_clauses(tokens_, features_, analysis.clauses);
  find_evidence(analysis);
}

void TaskAnalyzer::decide(Analysis& analysis) {
  for (const HeadRange& head : kHeadRanges) {
    const std::size_t end = std::size_t{head.first} + head.count;
    if (!head.exclusive) {
      for (std::size_t output = head.first; output < end; ++output)
        analysis.probability[output] = logistic(odds_[output]);
      continue;
    }
    const std::int64_t most = *std::max_element(odds_.begin() + head.first, odds_.begin() + end);
    std::array<std::uint64_t, kTypes.size()> powers{};
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < head.count; ++i) sum += powers[i] = exponential(odds_[head.first + i] - most);
    for (std::size_t i = 0; i < head.count; ++i)
      analysis.probability[head.first + i] = static_cast<Permille>((powers[i] * 1000 + sum / 2) / sum);
  }
  analysis.type = likeliest(analysis, head_of("type"));
  analysis.complexity = likeliest(analysis, head_of("complexity"));
  analysis.shape = likeliest(analysis, head_of("shape"));
  analysis.pattern = likeliest(analysis, head_of("pattern"));
  const auto holds = [&](std::size_t output) { return analysis.probability[output] >= tables_.threshold(output); };
  for (std::size_t risk = 0; risk < kRisks.size(); ++risk) {
    if (holds(kFirstRisk + risk)) analysis.risks |= static_cast<std::uint8_t>(1U << risk);
  }
  analysis.server = holds(kServerNeeded);
  for (std::size_t i = 0; i < kCapabilities.size(); ++i) {
    if (holds(kFirstCapability + i)) analysis.capabilities.push_back(static_cast<std::uint8_t>(i));
  }
  sort(analysis.capabilities, [&](std::uint8_t a, std::uint8_t b) {
    const Permille of_a = analysis.probability[kFirstCapability + a];
    const Permille of_b = analysis.probability[kFirstCapability + b];
    return of_a != of_b ? of_a > of_b : a < b;
  });
  int before = 0;
  bool middle = false;
  bool least = false;
  for (std::size_t i = 0; i < kStepBounds.size(); ++i) {
    before += analysis.probability[kFirstSteps + i];
    if (!least && before > kTail) {
      least = true;
      analysis.steps_least = i == 0 ? 1 : static_cast<std::uint8_t>(kStepBounds[i - 1] + 1);
    }
    if (!middle && before >= 500) {
      middle = true;
      analysis.steps = kStepBounds[i];
    }
    analysis.steps_most = kStepBounds[i];
    if (before >= 1000 - kTail) break;
  }
}

/// What the words said of the verdicts: of each verdict its strongest words.
void TaskAnalyzer::find_evidence(Analysis& analysis) {
  struct Verdict {
    std::uint8_t output, head;
  };
  std::array<Verdict, 3 + kRisks.size()> verdicts{};
  std::size_t count = 0;
  verdicts[count++] = {static_cast<std::uint8_t>(kFirstType + analysis.type), 0};
  verdicts[count++] = {static_cast<std::uint8_t>(kFirstComplexity + analysis.complexity), 1};
  verdicts[count++] = {static_cast<std::uint8_t>(kFirstPattern + analysis.pattern), 4};
  for (std::size_t risk = 0; risk < kRisks.size(); ++risk) {
    if (analysis.has_risk(risk)) verdicts[count++] = {static_cast<std::uint8_t>(kFirstRisk + risk), 3};
  }
  const std::size_t tokens = tokens_.list().size();
  weight_of_token_.assign(tokens * count, 0);
  // The first verdict is the type, and stands in the rows.
  for (std::size_t i = 0; i < hit_count_; ++i)
    weight_of_token_[hits_[i].token] += tables_.row(hits_[i].row)[analysis.type];
  for (std::size_t i = 0; i < telling_count_; ++i) {
    const Hit& hit = hits_[telling_[i]];
    const Others& others = tables_.others(hit.others);
    for (std::size_t k = 1; k < count; ++k)
      weight_of_token_[k * tokens + hit.token] += others[verdicts[k].output - kTypes.size()];
  }
  struct Said {
    std::int32_t strength, sum;
    std::size_t token;
  };
  analysis.evidence.reserve(count * kMostOfVerdict);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t scale = std::int64_t{tables_.scale(verdicts[i].head)} * 4;
    // Weaker words are not looked at.
    std::int32_t least = static_cast<std::int32_t>(kLeastEvidence * root_ / std::max<std::int64_t>(1, scale));
    std::array<Said, kMostOfVerdict> best{};
    const std::int32_t* const sums = weight_of_token_.data() + i * tokens;
    for (std::size_t token = 0; token < tokens; ++token) {
      const std::int32_t strength = sums[token] < 0 ? -sums[token] : sums[token];
      if (strength <= least) continue;
      std::size_t at = kMostOfVerdict - 1;
      for (; at > 0 && best[at - 1].strength < strength; --at) best[at] = best[at - 1];
      best[at] = {strength, sums[token], token};
      least = std::max(least, best.back().strength);
    }
    for (const Said& each : best) {
      if (each.strength == 0) break;
      const Token& token = tokens_.list()[each.token];
      analysis.evidence.push_back(
          {{token.begin, token.end}, verdicts[i].output, static_cast<std::int32_t>(each.sum * scale / root_)});
    }
  }
}

}  // namespace troupe

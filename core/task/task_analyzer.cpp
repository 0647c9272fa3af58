#include "task/task_analyzer.hpp"

#include <algorithm>

#include "base/fingerprint.hpp"
#include "base/text.hpp"
#include "task/clauses.hpp"
#include "task/fixed.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostCharacters = 100'000;
/// Analyses that are remembered: a power of two.
constexpr std::size_t kRemembered = 256;
/// Longer texts are not remembered.
constexpr std::size_t kLongestRemembered = 4096;
/// Short texts count as if they had so many features: few words prove little.
constexpr std::uint32_t kLeastFeatures = 16;
constexpr std::size_t kMostEvidence = 24;
/// Weaker evidence is not shown, in thousandths of a natural logarithm.
constexpr std::int32_t kLeastEvidence = 50;
/// The likely range of steps leaves out so much on either side, in thousandths.
constexpr int kTail = 150;

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::uint8_t likeliest(const Analysis& analysis, const HeadRange& head) {
  const auto first = analysis.probability.begin() + head.first;
  return static_cast<std::uint8_t>(std::max_element(first, first + head.count) - first);
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
  place.analysis = {};
  look(text, place.analysis);
  place.fingerprint = print;
  if (print != 0) place.text = text;
  return &place.analysis;
}

void TaskAnalyzer::look(std::string_view text, Analysis& analysis) {
  tokens_.read(text);
  features_.read(tokens_, tables_);
  hits_.clear();
  seen_.resize(tables_.rows() + 1);
  ++text_number_;
  std::array<std::int32_t, kOutputs> sums{};
  for (const Feature& feature : features_.list()) {
    const std::uint32_t row = tables_.row(feature.hash);
    if (row == 0) continue;
    const std::span<const Weight> weights = tables_.weights(row);
    hits_.push_back({feature.token, weights});
    if (seen_[row] == text_number_) continue;
    seen_[row] = text_number_;
    for (const Weight& weight : weights) sums[weight.output] += weight.value;
  }
  const auto features = std::max(kLeastFeatures, static_cast<std::uint32_t>(features_.list().size()));
  const std::int64_t root = square_root(features << 8);  // in 1/16
  for (std::size_t head = 0; head < kHeads; ++head) {
    const HeadRange& range = kHeadRanges[head];
    for (std::size_t output = range.first; output < range.first + range.count; ++output) {
      // A sum in 1/4096 and a root in 1/16 give 1/65536 when the sum is multiplied by 256.
      odds_[output] =
          std::int64_t{sums[output]} * tables_.scale(head) * 256 / root + std::int64_t{tables_.bias(output)} * 64;
    }
  }
  decide(analysis);
  analysis.things = things_of(tokens_, features_);
  analysis.clauses = clauses_of(tokens_, features_);
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
  std::ranges::stable_sort(analysis.capabilities, std::greater<>(),
                           [&](std::uint8_t i) { return analysis.probability[kFirstCapability + i]; });
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

void TaskAnalyzer::find_evidence(Analysis& analysis) {
  const std::size_t tokens = tokens_.list().size();
  const auto features = std::max(kLeastFeatures, static_cast<std::uint32_t>(features_.list().size()));
  const std::int64_t root = square_root(features << 8);
  const auto gather = [&](std::size_t output, std::size_t head) {
    weight_of_token_.assign(tokens, 0);
    for (const Hit& hit : hits_) {
      if (hit.token == kNoToken) continue;
      for (const Weight& weight : hit.weights) {
        if (weight.output == output) weight_of_token_[hit.token] += weight.value;
      }
    }
    for (std::size_t i = 0; i < tokens; ++i) {
      const std::int64_t weight = std::int64_t{weight_of_token_[i]} * tables_.scale(head) * 4 / root;
      if (weight < kLeastEvidence && weight > -kLeastEvidence) continue;
      const Token& token = tokens_.list()[i];
      analysis.evidence.push_back(
          {{token.begin, token.end}, static_cast<std::uint8_t>(output), static_cast<std::int32_t>(weight)});
    }
  };
  gather(kFirstType + analysis.type, 0);
  gather(kFirstComplexity + analysis.complexity, 1);
  for (std::size_t risk = 0; risk < kRisks.size(); ++risk) {
    if (analysis.has_risk(risk)) gather(kFirstRisk + risk, 3);
  }
  gather(kFirstPattern + analysis.pattern, 4);
  const auto strength = [](const Evidence& each) { return each.weight < 0 ? -each.weight : each.weight; };
  const std::size_t kept = std::min(analysis.evidence.size(), kMostEvidence);
  std::ranges::partial_sort(analysis.evidence, analysis.evidence.begin() + static_cast<std::ptrdiff_t>(kept),
                            [&](const Evidence& a, const Evidence& b) {
                              if (strength(a) != strength(b)) return strength(a) > strength(b);
                              return a.output != b.output ? a.output < b.output : a.span.begin < b.span.begin;
                            });
  analysis.evidence.resize(kept);
}

}  // namespace troupe

// Experience: what became of earlier choices, by the kind of task, and what it says of the next one. A contextual
// bandit (Thompson sampling over Beta estimates, Chapelle and Li 2011) in whole numbers, with a draw that a seed fixes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/random.hpp"

namespace troupe {

/// How well it went, in thousandths: 0 failed, 1000 as good as can be.
using Reward = std::int32_t;

class Experience {
 public:
  struct Options {
    bool observe_only = false;    // learn, but change no choice
    std::int64_t half_life = 40;  // outcomes of a choice after which an old one counts half
    std::int64_t caution = 8;     // as many outcomes as the prior is worth
  };

  Experience() = default;
  explicit Experience(Options options) : options_(options) {}

  /// An outcome of `choice` ("pattern:chain", "provider:openai") in a context ("code_development/simple").
  void learn(std::string_view context, std::string_view choice, Reward reward);
  /// Of an outcome that was learned already: it was worth `reward`, and not `before`.
  void correct(std::string_view context, std::string_view choice, Reward before, Reward reward);

  struct Estimate {
    std::int32_t mean = 0;      // in thousandths
    std::int32_t spread = 0;    // one standard deviation, in thousandths
    std::int64_t outcomes = 0;  // in thousandths, the forgotten ones left out
  };
  /// What is to be expected. `prior` in thousandths holds until outcomes say otherwise; a context that knows little
  /// asks what the choice did in all contexts.
  Estimate estimate(std::string_view context, std::string_view choice, std::int32_t prior) const;

  /// A draw from the estimate: what is uncertain is tried, what is known to be worse is not. In thousandths.
  std::int32_t draw(const Estimate& estimate, Random& random) const;

  bool observe_only() const { return options_.observe_only; }
  bool empty() const { return counts_.empty(); }
  /// Forgets everything.
  void reset() { counts_.clear(); }
  /// Adds what another one learned.
  void merge(const Experience& other);

  /// {"version":1,"counts":{"context":{"choice":[reward, outcomes]}}}, both in thousandths; the same for the same past.
  Json to_json() const;
  static Result<Experience> from_json(const Json& json, Options options);

 private:
  struct Count {
    std::int64_t reward = 0, outcomes = 0;  // in thousandths
  };
  using Counts = std::map<std::string, Count, std::less<>>;

  const Count* find(std::string_view context, std::string_view choice) const;
  void add(std::string_view context, std::string_view choice, Reward reward);

  Options options_;
  std::map<std::string, Counts, std::less<>> counts_;
};

}  // namespace troupe

// Which of several models a step is best given to, and in which order the others stand in for it. A pure function of
// whole numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "llm/choice/traits.hpp"
#include "llm/choice/wish.hpp"
#include "llm/models.hpp"
#include "run/traffic.hpp"

namespace troupe {

/// What a step asks of a model.
struct Need {
  std::int64_t tokens = 0;  // that it has to read, an estimate
  bool tools = false, vision = false, structured = false;
  std::size_t kind = 0;         // of kQualities
  std::int64_t complexity = 1;  // from 0 to 3
};

struct Candidate {
  std::string name;
  Price price;
  Traits traits;
  Standing standing;
  /// What became of it before on such tasks, in thousandths, and of how many outcomes.
  std::int64_t learned = 0, outcomes = 0;
};

struct Ranking {
  std::vector<std::string> models;   // the best first
  std::vector<std::string> reasons;  // sentences
};

/// What a step must have goes before what is preferred: a model that lacks tools or eyes which are needed is left out,
/// one that is too small, in trouble or not good enough comes behind the others. Not good enough is whose quality is
/// below what the complexity asks for. Among equals the order of the candidates stands.
Ranking rank(const std::vector<Candidate>& candidates, const Need& need, Prefer prefer);

}  // namespace troupe

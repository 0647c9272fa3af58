// evaluator-optimizer: drafts, rated by criteria, until one is good enough.
#pragma once

#include <string>

#include "patterns/pattern.hpp"

namespace troupe {

/// Each draft is rated, the last one too. The answer is the best, of equals the newer. Ends when a draft is good
/// enough, when two in a row are no better, after `rounds` drafts, or at the budget.
Task<Answer> evaluator_optimizer(Context context, const Pattern* pattern, std::string task);

}  // namespace troupe

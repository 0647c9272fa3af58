// chain: a fixed order of steps, each working on what the earlier ones gave.
#pragma once

#include <string>

#include "patterns/pattern.hpp"

namespace troupe {

/// A step is told the results it needs: those it names, or that of the step before. A checkpoint may end the chain,
/// repeat the step or go on elsewhere, `rounds` times in all. The answer is the last step's.
Task<Answer> chain(Context context, const Pattern* pattern, std::string task);

}  // namespace troupe

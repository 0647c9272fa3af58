// A task's clauses, and which needs what another gives; and the things that it names.
#pragma once

#include <vector>

#include "task/analysis.hpp"
#include "task/features.hpp"
#include "task/tokens.hpp"

namespace troupe {

inline constexpr std::size_t kMostClauses = 64;
inline constexpr std::size_t kMostThings = 64;

std::vector<TaskClause> clauses_of(const Tokens& tokens, const Features& features);
std::vector<NamedThing> things_of(const Tokens& tokens, const Features& features);

}  // namespace troupe

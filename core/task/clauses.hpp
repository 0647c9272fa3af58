// A task's clauses, and which needs what another gives; and the things that it names.
#pragma once

#include <vector>

#include "task/analysis.hpp"
#include "task/features.hpp"
#include "task/tokens.hpp"

namespace troupe {

inline constexpr std::size_t kMostClauses = 64;
inline constexpr std::size_t kMostThings = 64;

/// Both add to a list, whose room is used again and again.
void add_clauses(const Tokens& tokens, const Features& features, std::vector<TaskClause>& clauses);
void add_things(const Tokens& tokens, const Features& features, std::vector<NamedThing>& things);

}  // namespace troupe

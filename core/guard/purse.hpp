// Purses: what an agent, or the pattern in its place, may spend of what there is around it, however often it works.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "guard/budget.hpp"

namespace troupe {

struct Purse {
  /// `outer`: of the pattern around it, which pays as well; null: there is none.
  Purse(Budget budget, std::string whose, std::shared_ptr<Purse> outer)
      : ledger(budget), whose(std::move(whose)), outer(std::move(outer)) {}

  Ledger ledger;
  std::string whose;
  std::shared_ptr<Purse> outer;
  std::int64_t opened_ms = -1;  // when it was first paid from; -1: it was not yet
};

/// Reserves in it and in all around it. Gives the one that has not enough, or null; a null purse has enough for all.
std::shared_ptr<Purse> reserve(const std::shared_ptr<Purse>& purse, const Ledger::Estimate& estimate,
                               std::int64_t now_ms);

/// What the step used is paid by it and by all around it.
void settle(Purse* purse, const Ledger::Estimate& estimate, const Usage& used);

/// That it is empty, in a sentence.
std::string used_up(const Purse& purse);

/// Whether who pays from `purse` pays from `other` as well.
bool pays_from(const Purse* purse, const Purse* other);

}  // namespace troupe

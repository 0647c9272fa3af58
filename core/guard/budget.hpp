// Budgets: reserved before a step, settled after it, failures counted. Whole numbers, the same on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/money.hpp"
#include "llm/message.hpp"

namespace troupe {

/// What a run may spend; negative: no limit.
struct Budget {
  std::int64_t tokens = -1;
  NanoUsd nano_usd = -1;
  std::int64_t calls = -1;  // of models and tools
  std::int64_t ms = -1;     // from the run's start

  bool limits() const { return tokens >= 0 || nano_usd >= 0 || calls >= 0 || ms >= 0; }
};

/// A run's limits. Fails with kInvalidInput for a limit that does not exist or is no whole number: taken as none, it
/// would be a promise that nobody keeps.
Result<Budget> budget_from_json(const Json& json);

/// The limits that a fork names in place of the ones there were; the others stay.
Budget with_changes(const Budget& budget, const Budget& changes);

/// What a person adds; fields that are wrong add nothing.
Budget raise_from_json(const Json& json);

/// A limit that a step would pass.
struct Exceeded {
  std::string_view limit;  // "tokens", "nano_usd", "calls", "ms"
  std::int64_t spent = 0;  // reservations included
  std::int64_t allowed = 0;
};

/// What was spent and what is reserved.
class Ledger {
 public:
  explicit Ledger(Budget budget) : budget_(budget) {}

  /// Whether a step of this estimated size still fits. The estimate is held until release().
  struct Estimate {
    std::int64_t tokens = 0;
    NanoUsd cost = 0;
  };
  std::optional<Exceeded> reserve(const Estimate& estimate, std::int64_t elapsed_ms);
  /// The step ended and used this.
  void settle(const Estimate& estimate, const Usage& used);
  /// The step ended without a word of what it used: it counts as a call.
  void settle(const Estimate& estimate) { settle(estimate, Usage()); }

  /// Adds to the limits that are set.
  void raise(const Budget& by);
  void replace(const Budget& budget) { budget_ = budget; }

  const Usage& used() const { return used_; }
  std::int64_t calls() const { return calls_; }
  const Budget& budget() const { return budget_; }

 private:
  Budget budget_;
  Usage used_;
  std::int64_t calls_ = 0;  // begun, ended or not
  Estimate reserved_;
};

}  // namespace troupe

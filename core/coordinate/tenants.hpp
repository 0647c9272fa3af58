// What the tenants of an engine may spend together, all their runs: reserved before a use, settled after it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "coordinate/fair_queue.hpp"
#include "guard/budget.hpp"
#include "run/traffic.hpp"

namespace troupe {

class Tenants {
 public:
  /// {"acme": {"weight": 3, "budget": {"tokens","nano_usd","calls"}, "spent": {"tokens","nano_usd","calls"}}}. Fails
  /// with kInvalidInput.
  static Result<Tenants> from_json(const Json& json);

  const Weights& weights() const { return weights_; }
  /// Makes room for a use; fails with kBudget and the sentence for the person whose run it is.
  Result<> reserve(std::string_view tenant, const Spent& estimate);
  void settle(std::string_view tenant, const Spent& estimate, const Spent& spent);
  /// What each has spent: the form of "spent" above, by name.
  Json spent() const;

 private:
  struct Account {
    Budget budget;
    Spent spent, reserved;
    std::int64_t calls = 0;
  };

  Weights weights_;
  std::map<std::string, Account, std::less<>> accounts_;
};

}  // namespace troupe

#include "guard/purse.hpp"

#include "base/text.hpp"

namespace troupe {

std::shared_ptr<Purse> reserve(const std::shared_ptr<Purse>& purse, const Ledger::Estimate& estimate,
                               std::int64_t now_ms) {
  for (std::shared_ptr<Purse> each = purse; each != nullptr; each = each->outer) {
    if (each->opened_ms < 0) each->opened_ms = now_ms;
    if (each->ledger.reserve(estimate, now_ms - each->opened_ms)) return each;
  }
  return nullptr;
}

void settle(Purse* purse, const Ledger::Estimate& estimate, const Usage& used) {
  for (; purse != nullptr; purse = purse->outer.get()) purse->ledger.settle(estimate, used);
}

std::string used_up(const Purse& purse) {
  return joined({"The budget of the agent \"", purse.whose, "\" is used up."});
}

bool pays_from(const Purse* purse, const Purse* other) {
  for (; purse != nullptr; purse = purse->outer.get()) {
    if (purse == other) return true;
  }
  return false;
}

}  // namespace troupe

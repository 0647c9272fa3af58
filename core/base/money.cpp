#include "base/money.hpp"

#include "base/text.hpp"

namespace troupe {

std::string dollars(NanoUsd amount) {
  constexpr NanoUsd kUnit = 100'000;  // a hundredth of a cent
  const NanoUsd units = amount / kUnit + (amount % kUnit > 0 ? 1 : 0);
  const NanoUsd size = units < 0 ? -units : units;
  const std::string fraction = decimal(size % 10'000);
  return joined({units < 0 ? "-$" : "$", decimal(size / 10'000), ".", std::string(4 - fraction.size(), '0'), fraction});
}

}  // namespace troupe

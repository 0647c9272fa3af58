#include "base/money.hpp"

#include "base/text.hpp"

namespace troupe {

std::string dollars(NanoUsd amount) {
  constexpr NanoUsd kUnit = 100'000;  // a hundredth of a cent
  const NanoUsd units = (amount + kUnit - 1) / kUnit;
  const std::string fraction = decimal(units % 10'000);
  return "$" + decimal(units / 10'000) + "." + std::string(4 - fraction.size(), '0') + fraction;
}

}  // namespace troupe

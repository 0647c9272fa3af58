#include "base/fingerprint.hpp"

namespace troupe {

std::string hexadecimal(std::uint64_t number) {
  std::string digits(16, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, number >>= 4U)
    *digit = "0123456789abcdef"[number & 15U];
  return digits;
}

}  // namespace troupe

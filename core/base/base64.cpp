#include "base/base64.hpp"

#include <cstdint>

namespace troupe {

std::string base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = bytes.size() - i;
    const auto byte = [&](std::size_t k) {
      return k < have ? std::uint32_t{static_cast<unsigned char>(bytes[i + k])} : 0U;
    };
    const std::uint32_t group = byte(0) << 16U | byte(1) << 8U | byte(2);
    out += kDigits[group >> 18U];
    out += kDigits[group >> 12U & 63U];
    out += have > 1 ? kDigits[group >> 6U & 63U] : '=';
    out += have > 2 ? kDigits[group & 63U] : '=';
  }
  return out;
}

}  // namespace troupe

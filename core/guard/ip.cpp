#include "guard/ip.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace troupe {
namespace {

struct Range {
  std::uint32_t address;
  int bits;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

constexpr std::array<Range, 12> kSpecial = {{{ip(0, 0, 0, 0), 8},
                                             {ip(10, 0, 0, 0), 8},
                                             {ip(100, 64, 0, 0), 10},
                                             {ip(127, 0, 0, 0), 8},
                                             {ip(169, 254, 0, 0), 16},
                                             {ip(172, 16, 0, 0), 12},
                                             {ip(192, 0, 0, 0), 24},
                                             {ip(192, 168, 0, 0), 16},
                                             {ip(198, 18, 0, 0), 15},
                                             {ip(224, 0, 0, 0), 4},
                                             {ip(240, 0, 0, 0), 4},
                                             {ip(255, 255, 255, 255), 32}}};

bool is_hex(std::string_view part) { return part.starts_with("0x") || part.starts_with("0X"); }

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : 99;
}

/// "0x" alone is 0 to browsers. Beyond 32 bits it is only known to be too much.
std::optional<std::uint64_t> number_in(std::string_view part) {
  const bool hex = is_hex(part);
  if (part.empty() || (!hex && part.size() > 1 && part.front() == '0')) return std::nullopt;
  if (hex) part.remove_prefix(2);
  std::uint64_t number = 0;
  for (const char c : part) {
    const int digit = digit_of(c);
    if (digit >= (hex ? 16 : 10)) return std::nullopt;
    number = std::min<std::uint64_t>(number * (hex ? 16 : 10) + static_cast<std::uint64_t>(digit), 1ULL << 32U);
  }
  return number;
}

/// Groups between colons, the last of which may be an IPv4; false if they are none.
bool groups_in(std::string_view text, std::vector<std::uint16_t>& groups) {
  if (text.empty()) return true;
  for (std::string_view rest = text;;) {
    const std::string_view group = rest.substr(0, rest.find(':'));
    const bool last = group.size() == rest.size();
    if (last && contains(group, ".")) {
      const std::optional<std::uint32_t> ipv4 = split(group, '.').size() == 4 ? ipv4_in(group) : std::nullopt;
      if (!ipv4 || contains(group, "x") || contains(group, "X")) return false;
      groups.push_back(static_cast<std::uint16_t>(*ipv4 >> 16U));
      groups.push_back(static_cast<std::uint16_t>(*ipv4 & 0xFFFFU));
      return true;
    }
    if (group.empty() || group.size() > 4) return false;
    unsigned number = 0;
    for (const char c : group) {
      const int digit = digit_of(c);
      if (digit > 15) return false;
      number = number * 16 + static_cast<unsigned>(digit);
    }
    groups.push_back(static_cast<std::uint16_t>(number));
    if (last) return true;
    rest.remove_prefix(group.size() + 1);
  }
}

}  // namespace

bool ends_in_number(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  const bool hex = is_hex(last);
  return !last.empty() &&
         std::ranges::all_of(last.substr(hex ? 2 : 0), [hex](char c) { return digit_of(c) < (hex ? 16 : 10); });
}

std::optional<std::uint32_t> ipv4_in(std::string_view host) {
  const std::vector<std::string_view> parts = split(host, '.');
  if (parts.size() > 4) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::optional<std::uint64_t> part = number_in(parts[i]);
    const bool last = i + 1 == parts.size();
    const auto rest = static_cast<unsigned>(8 * (4 - i));  // bits that are not said yet
    if (!part || *part >= (last ? std::uint64_t{1} << rest : 256U)) return std::nullopt;
    address |= last ? *part : *part << (rest - 8);
  }
  return static_cast<std::uint32_t>(address);
}

std::optional<Ipv6> ipv6_in(std::string_view host) {
  std::vector<std::uint16_t> front, back;
  const std::size_t gap = host.find("::");
  if (gap == std::string_view::npos) {
    if (!groups_in(host, front) || front.size() != 8) return std::nullopt;
  } else {
    const std::string_view before = host.substr(0, gap);
    if (contains(before, ".") || !groups_in(before, front) || !groups_in(host.substr(gap + 2), back))
      return std::nullopt;
    if (front.size() + back.size() > 7) return std::nullopt;
  }
  Ipv6 address{};
  std::ranges::copy(front, address.begin());
  std::ranges::copy(back, address.end() - static_cast<std::ptrdiff_t>(back.size()));
  return address;
}

std::string written(std::uint32_t ipv4) {
  std::string text;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    append(text, {text.empty() ? "" : ".", decimal(static_cast<std::int64_t>(ipv4 >> shift & 0xFFU))});
  return text;
}

std::string written(const Ipv6& address) {
  std::size_t gap = 8, most = 1;  // the first of the longest runs of at least two zeros
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t zeros = 0;
    while (i + zeros < 8 && address[i + zeros] == 0) ++zeros;
    if (zeros > most) {
      gap = i;
      most = zeros;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += most - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    constexpr std::string_view kHex = "0123456789abcdef";
    bool begun = false;
    for (const unsigned shift : {12U, 8U, 4U, 0U}) {
      const unsigned digit = address[i] >> shift & 15U;
      begun = begun || digit != 0 || shift == 0;
      if (begun) text += kHex[digit];
    }
  }
  return text;
}

bool is_special(std::uint32_t ipv4) {
  return std::ranges::any_of(kSpecial, [&](const Range& range) {
    return (ipv4 ^ range.address) >> static_cast<unsigned>(32 - range.bits) == 0;
  });
}

bool is_special(const Ipv6& address) {
  const auto [a, b, c, d, e, f, g, h] = address;
  if ((a | b | c | d | e) == 0 && f == 0xFFFF)  // an IPv4, mapped
    return is_special(static_cast<std::uint32_t>(g) << 16U | h);
  if ((a & 0xE000U) != 0x2000U) return true;  // what is routed in public is in 2000::/3
  return (a == 0x2001 && b < 0x200) || (a == 0x2001 && b == 0xDB8) || a == 0x2002 || (a == 0x3FFF && b < 0x1000);
}

}  // namespace troupe

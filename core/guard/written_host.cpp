#include "guard/written_host.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "guard/ip.hpp"

namespace troupe {
namespace {

/// What is fetched with any number of slashes behind it.
constexpr std::array<std::string_view, 5> kSchemes = {"http", "https", "ws", "wss", "ftp"};
constexpr std::size_t kLongestScheme = 5;
constexpr std::array<std::string_view, 5> kHomeNames = {".localhost", ".local", ".internal", ".lan", ".home.arpa"};

/// A number as inet_aton() takes it: decimal, 0x and 0 for octal.
std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.front() == '0') {
    base = 8;
  }
  if (text.empty() || text.size() > 12) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    const char low = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::uint64_t digit = low >= '0' && low <= '9'   ? static_cast<std::uint64_t>(low - '0')
                                : low >= 'a' && low <= 'f' ? static_cast<std::uint64_t>(low - 'a' + 10)
                                                           : 99;
    if (digit >= base) return std::nullopt;
    number = number * base + digit;
  }
  return number;
}

/// All forms of inet_aton(): a.b.c.d, a.b.c, a.b, a.
std::optional<std::uint32_t> any_ipv4_in(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::vector<std::string_view> parts = split(host, '.');
  if (parts.size() > 4) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::optional<std::uint64_t> part = number_in(parts[i]);
    const unsigned rest = static_cast<unsigned>(8 * (4 - i));
    if (!part || *part >= (i + 1 == parts.size() ? std::uint64_t{1} << rest : 256U)) return std::nullopt;
    address |= i + 1 == parts.size() ? *part : *part << (rest - 8);
  }
  return static_cast<std::uint32_t>(address);
}

/// What "%41" stands for, and all else as it is.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::optional<std::uint64_t> code =
        text[i] == '%' && i + 2 < text.size() ? number_in(joined({"0x", text.substr(i + 1, 2)})) : std::nullopt;
    plain += code ? static_cast<char>(*code) : text[i];
    if (code) i += 2;
  }
  return plain;
}

/// The first block of an IPv6 address without its zeros in front.
std::string_view without_zeros(std::string_view host) {
  while (host.size() > 1 && host[0] == '0' && host[1] != ':') host.remove_prefix(1);
  return host;
}

bool is_private_ipv6(std::string_view host) {
  host = without_zeros(host);
  if (const std::size_t dotted = host.rfind(':'); host.find('.', dotted) != std::string_view::npos) {
    const std::optional<std::uint32_t> inner = any_ipv4_in(host.substr(dotted + 1));
    return !inner || is_special(*inner);
  }
  // ::, ::1, ::ffff:7f00:1 and all else of the first block; fc00::/7, fe80::/10, ff00::/8; 64:ff9b:: wraps an IPv4.
  return host.starts_with("::") || host.starts_with("0:") || host.starts_with("fc") || host.starts_with("fd") ||
         host.starts_with("fe8") || host.starts_with("fe9") || host.starts_with("fea") || host.starts_with("feb") ||
         host.starts_with("ff") || host.starts_with("64:ff9b:");
}

/// Those who fetch leave these out.
bool is_left_out(char c) { return c == '\t' || c == '\n' || c == '\r'; }

/// Where an address of the web goes on behind its scheme and the colon; 0 if it is none. Most texts are none, and long:
/// no more is copied than a scheme has.
std::size_t behind_scheme(std::string_view text) {
  std::string scheme;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != ':' && scheme.size() <= kLongestScheme; ++at) {
    if (!is_left_out(text[at])) scheme += text[at];
  }
  const bool ends = at < text.size() && text[at] == ':';
  return ends && std::ranges::find(kSchemes, lower(scheme)) != kSchemes.end() ? at + 1 : 0;
}

}  // namespace

std::string host_of(std::string_view text) {
  const std::size_t at = behind_scheme(trim(text));
  if (at == 0) return host_as_written(text);
  std::string read(trim(text).substr(at));
  std::erase_if(read, is_left_out);
  std::string_view address = read;
  // Any number of slashes, and none, are two to those who fetch.
  while (address.starts_with('/') || address.starts_with('\\')) address.remove_prefix(1);
  address = address.substr(0, address.find_first_of("/\\?#"));
  if (const std::size_t user = address.rfind('@'); user != std::string_view::npos) address.remove_prefix(user + 1);
  if (address.starts_with('[')) return lower(address.substr(1, address.find(']') - 1));
  std::string host = lower(unescaped(address.substr(0, address.find(':'))));
  return host.find(' ') == std::string::npos ? host : std::string();
}

bool is_web_address(std::string_view text) { return behind_scheme(trim(text)) > 0; }

std::string host_as_written(std::string_view address) {
  address = trim(address);
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos || scheme == 0 ||
      address.substr(0, scheme).find_first_of(" \t\n") != std::string_view::npos)
    return {};
  std::string_view rest = address.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/\\?#"));
  if (const std::size_t user = rest.rfind('@'); user != std::string_view::npos) rest.remove_prefix(user + 1);
  if (rest.starts_with('[')) return lower(rest.substr(1, rest.find(']') - 1));
  return lower(rest.substr(0, rest.find(':')));
}

bool is_private(std::string_view host) {
  std::string name = lower(unescaped(host));
  while (name.ends_with('.')) name.pop_back();
  if (name.find(':') != std::string::npos) return is_private_ipv6(name);
  if (const std::optional<std::uint32_t> address = any_ipv4_in(name)) return is_special(*address);
  if (name == "localhost" || (!name.empty() && name.find('.') == std::string::npos)) return true;
  return std::ranges::any_of(kHomeNames, [&](std::string_view home) { return name.ends_with(home); });
}

}  // namespace troupe

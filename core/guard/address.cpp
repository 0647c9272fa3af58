#include "guard/address.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "guard/ip.hpp"

namespace troupe {
namespace {

/// What is fetched with any number of slashes behind it.
constexpr std::array<std::string_view, 5> kFetched = {"http", "https", "ws", "wss", "ftp"};
/// Names that nobody gives out in public: RFC 6761, 6762 (with its appendix G) and 8375, and ICANN's .internal.
constexpr std::array<std::string_view, 10> kAtHome = {".localhost", ".local",    ".localdomain", ".internal",
                                                      ".intranet",  ".private",  ".corp",        ".home",
                                                      ".lan",       ".home.arpa"};
constexpr std::size_t kLongestName = 253;

struct Letters {
  char32_t first, last;
};

/// Letters of which no reader makes anything in ASCII, neither by folding nor by leaving them out: what a name is
/// mapped to (UTS 46) has them still. All others, such as "１" or a soft hyphen, are for nobody to guess.
constexpr std::array<Letters, 27> kOwnLetters = {
    {{0xC0, 0x131},    {0x134, 0x13E},   {0x141, 0x148},   {0x14A, 0x17E},   {0x180, 0x1C3},   {0x1CD, 0x1F0},
     {0x1F4, 0x24F},   {0x386, 0x386},   {0x388, 0x3FF},   {0x400, 0x482},   {0x48A, 0x52F},   {0x531, 0x586},
     {0x5D0, 0x5EA},   {0x620, 0x64A},   {0x671, 0x6D3},   {0x900, 0xDFF},   {0xE01, 0xE4E},   {0xE81, 0xECF},
     {0x10A0, 0x10FF}, {0x1E00, 0x1E99}, {0x1EA0, 0x1EFF}, {0x3005, 0x3005}, {0x3041, 0x3096}, {0x30A1, 0x30FC},
     {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}}};

bool is_own_letter(char32_t c) {
  return std::ranges::any_of(kOwnLetters, [c](const Letters& each) { return each.first <= c && c <= each.last; });
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }

/// Without blanks and controls on both sides.
std::string_view bare(std::string_view text) {
  const auto is_left_out = [](char c) { return c == ' ' || is_control(c); };
  while (!text.empty() && is_left_out(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_left_out(text.back())) text.remove_suffix(1);
  return text;
}

/// The scheme in front of a colon, as it is written; empty: there is none.
std::string_view scheme_of(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_letter(text[end]) || (end > 0 && (is_digit(text[end]) || text[end] == '+' ||
                                                                    text[end] == '-' || text[end] == '.'))))
    ++end;
  return end < text.size() && text[end] == ':' ? text.substr(0, end) : std::string_view();
}

bool is_fetched(std::string_view scheme) { return std::ranges::find(kFetched, lower(scheme)) != kFetched.end(); }

/// Whether it is a port, or none behind the colon.
bool is_port(std::string_view text) {
  int port = 0;
  for (const char c : text) {
    if (!is_digit(c) || text.size() > 5) return false;
    port = port * 10 + (c - '0');
  }
  return port <= 65'535;
}

/// What "%41" stands for; nothing where a "%" stands for nothing.
std::optional<std::string> unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    const std::string_view hex = text.substr(i + 1, 2);
    int code = 0;
    for (const char c : hex) {
      const char low = static_cast<char>(c | 0x20);
      if (!is_digit(c) && (low < 'a' || low > 'f')) return std::nullopt;
      code = code * 16 + (is_digit(c) ? c - '0' : low - 'a' + 10);
    }
    if (hex.size() < 2) return std::nullopt;
    plain += static_cast<char>(code);
    i += 2;
  }
  return plain;
}

bool is_name(std::string_view host) {
  for (std::size_t at = 0; at < host.size();) {
    const Character c = character_at(host, at);
    const char ascii = host[at];
    if (c.code < 0x80 ? !is_letter(ascii) && !is_digit(ascii) && ascii != '-' && ascii != '_' && ascii != '.'
                      : !is_own_letter(c.code))
      return false;
    at += c.bytes;
  }
  return host.size() <= kLongestName &&
         std::ranges::none_of(split(host, '.'), [](std::string_view label) { return label.empty(); });
}

bool is_at_home(std::string_view name) {
  return !contains(name, ".") ||
         std::ranges::any_of(kAtHome, [&](std::string_view home) { return name.ends_with(home); });
}

Place unclear() { return {Place::Kind::kUnclear}; }

Place place_of_ipv6(std::string_view text) {
  const std::optional<Ipv6> address = ipv6_in(text);
  if (!address) return unclear();
  return {Place::Kind::kHost, written(*address), true, is_special(*address)};
}

Place place_of_host(std::string_view text) {
  const std::optional<std::string> plain = unescaped(text);
  if (!plain) return unclear();
  std::string host = lower(*plain);
  if (host.ends_with('.')) host.pop_back();
  if (!is_name(host)) return unclear();
  if (!ends_in_number(host)) return {Place::Kind::kHost, host, false, is_at_home(host)};
  const std::optional<std::uint32_t> address = ipv4_in(host);
  if (!address) return unclear();
  return {Place::Kind::kHost, written(*address), true, is_special(*address)};
}

/// user@host:port, and what follows.
Place place_of_authority(std::string_view text) {
  std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  const std::string_view behind = text.substr(authority.size());
  // Browsers end it at a backslash, others do not.
  if (contains(authority, "\\")) return unclear();
  if (const std::size_t user = authority.find('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  if (contains(authority, "@")) return unclear();
  const bool in_brackets = authority.starts_with('[');
  const std::size_t end = in_brackets ? authority.find(']') : authority.find(':');
  if (in_brackets && end == std::string_view::npos) return unclear();
  const std::string_view rest =
      end == std::string_view::npos ? std::string_view() : authority.substr(end + (in_brackets ? 1 : 0));
  if (!rest.empty() && (!rest.starts_with(':') || !is_port(rest.substr(1)))) return unclear();
  Place place = in_brackets ? place_of_ipv6(authority.substr(1, end - 1)) : place_of_host(authority.substr(0, end));
  place.has_port = rest.size() > 1;
  place.has_path = behind.starts_with('/') || behind.starts_with('?');
  return place;
}

/// Whether another address follows, as in a list: some tools take all, others the last.
bool has_another(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    while (at > 0 && (is_letter(text[at - 1]) || is_digit(text[at - 1]))) --at;
    if (at > 0 && std::string_view(" ,;|\"'<>(){}").find(text[at - 1]) != std::string_view::npos) return true;
    at = text.find("://", at);
  }
  return false;
}

/// Of a scheme that is not fetched, and is not followed by "//".
Place place_of_other(std::string_view scheme, std::string_view rest) {
  const bool holds_address = rest.starts_with(':') || contains(rest, "//") || is_fetched(scheme_of(rest));
  const bool names_user = contains(rest.substr(0, rest.find_first_of("/?#")), "@") && lower(scheme) != "mailto";
  return holds_address || names_user ? unclear() : Place();
}

/// The words of a text; `foreign`: with letters beyond ASCII, where names may have them.
std::vector<std::string_view> words_of(std::string_view text, bool foreign) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const Character c = at < text.size() ? character_at(text, at) : Character{' ', 1};
    const bool within = c.code < 0x80 ? c.code > ' ' && !contains("\"'<>(){}|`,;!^*=", {text.data() + at, 1})
                                      : foreign && is_own_letter(c.code);
    if (!within && at > begin) words.push_back(text.substr(begin, at - begin));
    at += c.bytes;
    if (!within) begin = at;
  }
  return words;
}

/// The host that a word of a task names; empty: none.
std::string host_named_by(std::string_view word) {
  while (word.ends_with('.') || word.ends_with(':') || word.ends_with('?')) word.remove_suffix(1);
  if (const std::size_t colon = word.find("://"); colon != std::string_view::npos) {
    std::size_t begin = colon;
    while (begin > 0 && (is_letter(word[begin - 1]) || is_digit(word[begin - 1]))) --begin;
    word.remove_prefix(begin);
  }
  const Place place = place_of(word);
  if (place.kind != Place::Kind::kHost) return {};
  const bool is_address = begins_with_scheme(word) || word.starts_with("//");
  const bool is_spelled = place.is_ip ? contains(place.host, ":") || contains(word, place.host)
                                      : contains(place.host, ".") || place.has_port || place.host == "localhost";
  return is_address || is_spelled ? place.host : std::string();
}

}  // namespace

bool begins_with_scheme(std::string_view text) {
  std::string read(bare(text).substr(0, 64));
  std::erase_if(read, is_control);
  const std::string_view scheme = scheme_of(read);
  return !scheme.empty() && (is_fetched(scheme) || std::string_view(read).substr(scheme.size()).starts_with("://"));
}

bool may_be_fetched(std::string_view text) {
  std::string read(bare(text).substr(0, 64));
  std::erase_if(read, is_control);
  return is_fetched(scheme_of(read));
}

Place place_of(std::string_view text) {
  text = bare(text);
  if (text.empty()) return {};
  if (std::ranges::any_of(text, is_control) || has_another(text)) return unclear();
  const auto is_slash = [](char c) { return c == '/' || c == '\\'; };
  if (const std::string_view scheme = scheme_of(text); !scheme.empty()) {
    std::string_view rest = text.substr(scheme.size() + 1);
    if (is_fetched(scheme)) {
      while (rest.starts_with('/')) rest.remove_prefix(1);
      return place_of_authority(rest);
    }
    if (rest.starts_with("//"))
      return rest.size() == 2 || is_slash(rest[2]) ? Place() : place_of_authority(rest.substr(2));
    if (!ipv6_in(text) && !is_port(rest.substr(0, rest.find_first_of("/?#")))) return place_of_other(scheme, rest);
  }
  if (text.size() > 1 && is_slash(text[0]) && is_slash(text[1])) {
    while (!text.empty() && is_slash(text.front())) text.remove_prefix(1);
    return place_of_authority(text);
  }
  if (is_slash(text[0]) || text[0] == '?' || text[0] == '#' || text.starts_with("./") || text.starts_with("../"))
    return {};
  if (ipv6_in(text)) return place_of_ipv6(text);
  return place_of_authority(text);
}

std::vector<std::string> hosts_named_in(std::string_view task) {
  std::vector<std::string> hosts;
  for (const bool foreign : {false, true}) {
    for (const std::string_view word : words_of(task, foreign)) {
      if (std::string host = host_named_by(word); !host.empty()) hosts.push_back(std::move(host));
    }
  }
  return hosts;
}

}  // namespace troupe

#include "guard/address_fields.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace troupe {
namespace {

/// Arguments whose names end in one of these words, or its plural, are addresses.
constexpr std::array<std::string_view, 14> kWords = {"url", "uri", "href", "link",     "host",    "hostname", "domain",
                                                     "ip",  "ipv", "fqdn", "endpoint", "webhook", "website",  "proxy"};
/// What may stand behind them.
constexpr std::array<std::string_view, 4> kBehind = {"name", "address", "addr", "list"};
/// Formats of JSON Schema that are addresses.
constexpr std::array<std::string_view, 10> kFormats = {
    "uri", "url", "iri", "uri-reference", "iri-reference", "hostname", "idn-hostname", "host", "ipv4", "ipv6"};
/// No address is longer, unless it carries data; browsers and servers take about so much.
constexpr std::size_t kLongest = 8192;

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Words of "imageURLs2", "base_url" or "Host-Name", lowered.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool in_word = false, in_small = false;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z', small = c >= 'a' && c <= 'z';
    if (capital || small) {
      if (!in_word || (capital && in_small)) words.emplace_back();
      words.back() += static_cast<char>(c | 0x20);
    }
    in_word = capital || small;
    in_small = small;
  }
  return words;
}

bool names_address(std::string_view name) {
  std::vector<std::string> words = words_of(name);
  while (words.size() > 1 && is_among(kBehind, words.back())) words.pop_back();
  if (words.empty()) return false;
  std::string_view word = words.back();
  if (word.ends_with("url") || word.ends_with("uri") || is_among(kWords, word)) return true;
  if (!word.ends_with('s')) return false;
  word.remove_suffix(1);
  return word.ends_with("url") || word.ends_with("uri") || is_among(kWords, word);
}

bool has_blank(std::string_view text) { return text.find_first_of(" \t\n\r\f\v") != std::string_view::npos; }

/// Whether a text that is not said to be an address, and is one without a scheme, may be meant as one.
bool stands_out(const Place& place, std::string_view text) {
  if (place.kind != Place::Kind::kHost) return false;
  if (place.host == "localhost" || place.host.ends_with(".localhost")) return true;
  if (place.is_ip) return place.host != "::" && (contains(place.host, ":") || contains(text, place.host));
  return contains(place.host, ".") && (place.has_port || place.has_path || text.starts_with("//"));
}

class Walk {
 public:
  explicit Walk(const std::function<void(const AddressField&)>& look) : look_(look) {}

  void value(const Json& value, const Json& schema, bool is_named) {
    is_named = is_named || is_among(kFormats, text_field(schema, "format"));
    if (value.is_object()) {
      for (const auto& [name, part] : members(value)) {
        unnamed(name);
        this->value(part, field(field(schema, "properties"), name), names_address(name));
      }
    } else if (value.is_array()) {
      for (const Json& item : value) this->value(item, field(schema, "items"), is_named);
    } else if (value.is_string() && !is_named) {
      unnamed(value.get_ref<const std::string&>());
    } else if (value.is_string()) {
      const auto& text = value.get_ref<const std::string&>();
      look_({text, place_of(text), true});
    } else if (value.is_number() && is_named) {  // 2130706433 is 127.0.0.1
      const std::string text = dump_json(value);
      look_({text, place_of(text), true});
    }
  }

 private:
  void unnamed(std::string_view text) {
    text = trim(text.substr(0, kLongest));
    if (!begins_with_scheme(text)) {
      const Place place = has_blank(text) ? Place() : place_of(text);
      if (stands_out(place, text)) look_({text, place});
      return;
    }
    const std::string_view first = first_word(text);
    const bool names_host = !first.substr(0, first.find_last_not_of('/') + 1).ends_with(':');
    if (names_host && begins_with_scheme(first)) look_({first, place_of(first)});
    // Those who leave line ends out read on.
    std::string read(text.substr(0, text.find(' ')));
    if (read.size() == first.size()) return;
    std::erase_if(read, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
    if (!contains(read, "//") && contains(text, " ")) return;  // what looks like a scheme ends a line
    Place place = place_of(read);
    if (place.kind == Place::Kind::kHost) look_({read, std::move(place)});
  }

  /// Up to a blank, and without what ends a sentence.
  static std::string_view first_word(std::string_view text) {
    const std::string_view word = text.substr(0, text.find_first_of(" \t\n\r\f\v"));
    if (word.size() == text.size()) return word;
    return word.substr(0, word.find_last_not_of(",.;!?)>\"'") + 1);
  }

  const std::function<void(const AddressField&)>& look_;
};

}  // namespace

void each_address(const Json& arguments, const Json& schema, const std::function<void(const AddressField&)>& look) {
  Walk(look).value(arguments, schema, false);
}

}  // namespace troupe

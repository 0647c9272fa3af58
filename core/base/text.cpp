#include "base/text.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace troupe {
namespace {

/// Bytes that a loop copies faster than a call.
constexpr std::size_t kShort = 24;

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// What begins at a byte: a character, or the longest part of one, at least the byte.
struct Sequence {
  std::size_t length;
  bool whole;
};

Sequence sequence_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {0, false};
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(at);
  if (first < 0x80) return {1, true};
  if (first < 0xC2 || first > 0xF4) return {1, false};
  const std::size_t whole = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(at + 1) < low || byte(at + 1) > high) return {1, false};
  std::size_t length = 2;
  while (length < whole && (byte(at + length) & 0xC0U) == 0x80) ++length;
  return {length, length == whole};
}

}  // namespace

std::size_t utf8_length_at(std::string_view text, std::size_t at) {
  const Sequence found = sequence_at(text, at);
  return found.whole ? found.length : 0;
}

std::size_t utf8_broken_at(std::string_view text, std::size_t at) { return sequence_at(text, at).length; }

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t length = utf8_length_at(text, at);
  if (length == 0) return {0xFFFD, static_cast<std::uint8_t>(utf8_broken_at(text, at))};
  char32_t code = byte(0) & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3FU);
  return {code, static_cast<std::uint8_t>(length)};
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::string repaired_utf8(std::string_view text) {
  std::string out;
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Sequence found = sequence_at(text, i);
    if (!found.whole) {
      append(out, {text.substr(written, i - written), "\xEF\xBF\xBD"});
      written = i + found.length;
    }
    i += found.length;
  }
  append(out, {text.substr(written)});
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower_char);
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower_char, lower_char);
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

void append(std::string& out, std::initializer_list<std::string_view> parts) {
  const std::size_t begin = out.size();
  std::size_t end = begin;
  for (const std::string_view part : parts) end += part.size();
  out.resize_and_overwrite(end, [&](char* text, std::size_t size) {
    char* to = text + begin;
    for (const std::string_view part : parts) {
      if (part.size() > kShort) {
        std::memcpy(to, part.data(), part.size());
        to += part.size();
      } else {
        for (const char c : part) *to++ = c;
      }
    }
    return size;
  });
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  append(text, parts);
  return text;
}

std::string decimal(std::int64_t number) {
  const bool negative = number < 0;
  std::uint64_t rest = negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  char digits[20];
  char* const end = digits + sizeof digits;
  char* first = end;
  do {
    *--first = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (negative) *--first = '-';
  return {first, end};
}

std::string duration(std::int64_t ms) {
  if (ms == 1000) return "1 second";
  return ms % 1000 == 0 ? joined({decimal(ms / 1000), " seconds"}) : joined({decimal(ms), " milliseconds"});
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace troupe

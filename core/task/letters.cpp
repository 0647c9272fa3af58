#include "task/letters.hpp"

#include <array>

#include "base/text.hpp"

namespace troupe {
namespace {

/// U+00C0 to U+017F lowered and without accents; a space where there is no letter.
constexpr std::string_view kLatin =
    "aaaaaaaceeeeiiii"
    "dnooooo ouuuuyts"
    "aaaaaaaceeeeiiii"
    "dnooooo ouuuuyty"
    "aaaaaaccccccccdd"
    "ddeeeeeeeeeegggg"
    "gggghhhhiiiiiiii"
    "iiiijjkkklllllll"
    "lllnnnnnnnnnoooo"
    "oooorrrrrrssssss"
    "ssttttttuuuuuuuu"
    "uuuuwwyyyzzzzzzs";
constexpr char32_t kFirstLatin = 0xC0;
static_assert(kLatin.size() == 0x180 - kFirstLatin);

struct Range {
  char32_t first, last;
};

/// What lies beyond Latin and is no letter: punctuation, symbols, pictures, private use.
constexpr std::array kNoLetters = {
    Range{0x2000, 0x206F}, Range{0x20A0, 0x20CF}, Range{0x2100, 0x2BFF}, Range{0x2E00, 0x2E7F},
    Range{0x3000, 0x3004}, Range{0x3008, 0x3020}, Range{0x3030, 0x3030}, Range{0x30FB, 0x30FB},
    Range{0xE000, 0xF8FF}, Range{0xFE10, 0xFE6F}, Range{0xFF00, 0xFF0F}, Range{0xFF1A, 0xFF20},
    Range{0xFF3B, 0xFF40}, Range{0xFF5B, 0xFF65}, Range{0xFFE0, 0xFFFF}, Range{0x1F000, 0x1FAFF},
    Range{0x60C, 0x60C},   Range{0x61B, 0x61B},   Range{0x61F, 0x61F},   Range{0x6D4, 0x6D4},
    Range{0x964, 0x965},   Range{0x37E, 0x37E},   Range{0x387, 0x387},   Range{0xE0000, 0x10FFFF},
};

constexpr bool is_ascii_letter(char32_t code) {
  return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9');
}

}  // namespace

bool is_letter(char32_t code) {
  if (code < 0x80) return is_ascii_letter(code);
  if (code < kFirstLatin) return code == 0xAA || code == 0xB5 || code == 0xBA;
  if (code < 0x180) return kLatin[code - kFirstLatin] != ' ';
  for (const Range& range : kNoLetters) {
    if (code >= range.first && code <= range.last) return false;
  }
  return true;
}

bool is_written_without_spaces(char32_t code) {
  return (code >= 0x3005 && code <= 0x30FF) || (code >= 0x3400 && code <= 0x9FFF) ||
         (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xE00 && code <= 0xE7F) || (code >= 0x20000 && code <= 0x3FFFF);
}

void append_utf8(std::string& out, char32_t code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | code >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

void append_folded(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code >= 'A' && code <= 'Z' ? code | 0x20U : code);
  } else if (code == 0xDF) {
    out += "ss";
  } else if (code >= kFirstLatin && code < 0x180 && kLatin[code - kFirstLatin] != ' ') {
    out += kLatin[code - kFirstLatin];
  } else if (code >= 0x391 && code <= 0x3A9) {
    append_utf8(out, code + 0x20);
  } else if (code >= 0x410 && code <= 0x42F) {
    append_utf8(out, code + 0x20);
  } else if (code >= 0x400 && code <= 0x40F) {
    append_utf8(out, code + 0x50);
  } else if (code >= 0xFF21 && code <= 0xFF3A) {
    out += static_cast<char>(code - 0xFF21 + 'a');
  } else {
    append_utf8(out, code);
  }
}

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    append_folded(out, character.code);
    at += character.bytes;
  }
  return out;
}

}  // namespace troupe

#include "task/request.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.hpp"
#include "task/characters.hpp"

namespace troupe {
namespace {

/// A passage is announced within so many bytes, and has so many at least.
constexpr std::size_t kLongestRequest = 600;
constexpr std::size_t kLeastPassage = 160;
/// Of the request, so many bytes before the colon say what follows.
constexpr std::size_t kAnnouncement = 90;

/// Words that point to what follows, and kinds of passages: in the languages that put blanks around words.
constexpr std::array<std::string_view, 24> kPointers = {
    "following", "this",       "these",     "below",      "here",    "folgend",  "diese",  "unten",
    "suivant",   "ci-dessous", "siguiente", "este",       "esta",    "seguente", "questo", "questa",
    "seguinte",  "volgende",   "deze",      "nastepujac", "poniższ", "следующ",  "этот",   "ниже"};
constexpr std::array<std::string_view, 52> kPassages = {
    "text",      "article", "e-mail", "email",   "mail",     "message", "paragraph", "passage",  "transcript",
    "letter",    "story",   "notes",  "log",     "code",     "snippet", "document",  "review",   "abstract",
    "contract",  "minutes", "output", "error",   "trace",    "excerpt", "feedback",  "sentence", "poem",
    "speech",    "tale",    "data",   "post",    "comment",  "artikel", "nachricht", "brief",    "absatz",
    "protokoll", "gedicht", "texte",  "lettre",  "courriel", "texto",   "carta",     "correo",   "testo",
    "lettera",   "mensaje", "tekst",  "bericht", "текст",    "письмо",  "сообщение"};
/// What stands alone before a colon and names what follows.
constexpr std::array<std::string_view, 16> kLabels = {"background", "context",  "text",     "e-mail",      "email",
                                                      "transcript", "log",      "article",  "hintergrund", "kontext",
                                                      "contexte",   "contexto", "contesto", "контекст",    "material"};
/// In scripts without blanks the two stand as they are.
constexpr std::array<std::string_view, 10> kInOneWord = {"以下", "下面",    "次の文",      "次のテキスト", "以下の",
                                                         "下列", "다음 글", "다음 텍스트", "다음 내용",    "다음 문장"};

template <std::size_t kCount>
bool is_one(std::string_view word, const std::array<std::string_view, kCount>& begins) {
  return std::ranges::any_of(begins, [&](std::string_view each) { return word.starts_with(each); });
}

/// "the following text", "these long meeting notes", "the text below": the two stand close to each other.
bool points(std::string_view said) {
  constexpr int kReach = 3;
  int pointer = -kReach - 1, passage = -kReach - 1, at = 0;
  for (const std::string_view word : split(said, ' ')) {
    if (is_one(word, kPointers)) pointer = at;
    if (is_one(word, kPassages)) passage = at;
    if (pointer >= 0 && passage >= 0 && std::abs(pointer - passage) <= kReach) return true;
    ++at;
  }
  return false;
}

bool announces(std::string_view before) {
  const std::string said = lower(before.substr(before.size() - std::min(before.size(), kAnnouncement)));
  const std::size_t line = said.find_last_of(".!?\n");
  const std::string_view label = trim(std::string_view(said).substr(line + 1));
  if (line != std::string::npos && std::ranges::find(kLabels, label) != kLabels.end()) return true;
  return points(label) || std::ranges::any_of(kInOneWord, [&](std::string_view word) { return contains(label, word); });
}

/// "- do this" or "1. do that" at the beginning of a line.
bool is_item(std::string_view line) {
  line = trim(line);
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("• ")) return true;
  std::size_t digits = 0;
  while (digits < line.size() && kind_of(line[digits]) == kDigit) ++digits;
  return digits > 0 && digits < 3 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
}

bool is_list(std::string_view passage) {
  std::size_t items = 0;
  for (const std::string_view line : split(passage.substr(0, kLongestRequest), '\n')) items += is_item(line) ? 1 : 0;
  return items >= 2;
}

/// Where a passage may begin behind `at`, and how many bytes announce it: a colon with a blank or a line behind it.
std::size_t colon_at(std::string_view text, std::size_t at) {
  if (text[at] == ':' && at + 1 < text.size() && kind_of(text[at + 1]) == kSpace) return 1;
  return text.substr(at).starts_with("：") ? std::string_view("：").size() : 0;
}

}  // namespace

std::string_view request_in(std::string_view text) {
  if (text.size() < kLeastPassage) return text;
  const std::size_t end = std::min(kLongestRequest, text.size() - kLeastPassage);
  for (std::size_t at = 1; at < end; ++at) {
    const std::size_t colon = colon_at(text, at);
    if (colon == 0 || !announces(text.substr(0, at))) continue;
    return is_list(text.substr(at + colon)) ? text : text.substr(0, at);
  }
  return text;
}

}  // namespace troupe

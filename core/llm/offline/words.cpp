#include "llm/offline/words.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace troupe::offline {
namespace {

// Stems; the first word of a row stands for the others.
constexpr std::string_view kSynonyms[] = {
    "read show print open displa view cat load",
    "list ls dir",
    "search find locat grep look hunt",
    "write writ sav stor record",
    "create creat mak mkdir generat new",
    "delete delet remov rm del",
    "move mov renam mv",
    "edit chang modif modifi replac updat",
    "get fetch download",
    "directory director fold",
    "file fil",
    "sum add plus",
    "info detail metadata stat information",
    "echo repeat say",
    "run execut launch start",
    "toggl turn switch",
    "summary summar summaris summariz gist overview condens",
};
constexpr std::string_view kVerbs =
    "read list search write create delete move edit get sum echo send run multipl count summary tell giv report cop "
    "toggl trigg set install call us check extract answ append put captur click navigat sort calculat comput pars ask";
constexpr std::string_view kEffects =
    "write create delete move edit send run toggl trigg set install kill drop upload post put insert append push "
    "commit cop clear reset publish deplo merg clos submit click stop cancel purg truncat overwrit pay buy ord book "
    "eras wip destro ban revok uninstal terminat";
constexpr std::string_view kThinking =
    "translat explain describ analys analyz rewrit improv fix draft compos plan suggest recommend evaluat review "
    "classif draw prov invent compar convert";
constexpr std::string_view kStops =
    "a an the this that these those it its them they their there of in on at by for from to into with within inside "
    "under as is are was were be been am do does did have has can could would should will may "
    "i me my we us our you your he she his her what which who whom when where why how and or but then also please "
    "just now so if than too very each every all any some both only of one if let lets want like need after before "
    "first last next finally using use via named called not no don dont without never s t back everything anything "
    "something nothing";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_part(char c) {
  return (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) > 127;
}

/// Without its ending: "files" and "file" give "fil", "directories" and "directory" give "director".
std::string_view stem(std::string_view word) {
  const std::size_t whole = word.size();
  const auto drop = [&](std::string_view ending, std::size_t shortest) {
    if (word.size() < shortest || !word.ends_with(ending)) return false;
    word.remove_suffix(ending.size());
    return true;
  };
  if (drop("ies", 5)) return word;
  if (!word.ends_with("ss") && !word.ends_with("us")) drop("s", 4);
  if (!drop("ing", 6) && !drop("ed", 5)) drop("er", 6);
  if (!drop("e", 4)) drop("y", 4);
  const std::size_t size = word.size();
  const bool doubled = size > 3 && size < whole && word[size - 1] == word[size - 2];
  if (doubled && word.back() != 's' && word.back() != 'l') word.remove_suffix(1);
  return word;
}

}  // namespace

bool among(std::string_view list, std::string_view word) {
  if (word.empty()) return false;
  for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

bool share(std::string_view list, std::string_view other) {
  while (!other.empty()) {
    if (among(list, next_word(other))) return true;
  }
  return false;
}

std::string_view next_word(std::string_view& list) {
  const std::size_t end = std::min(list.find(' '), list.size());
  const std::string_view word = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return word;
}

std::string_view canonical(std::string_view lowered) {
  const std::string_view found = stem(lowered);
  for (const std::string_view row : kSynonyms) {
    if (among(row, found)) return row.substr(0, row.find(' '));
  }
  return found;
}

bool is_stop_word(std::string_view lowered) { return among(kStops, lowered); }
bool is_verb(std::string_view canonical) { return among(kVerbs, canonical) || takes_thought(canonical); }
bool takes_thought(std::string_view canonical) { return among(kThinking, canonical); }
bool has_effect(std::string_view canonical) { return among(kEffects, canonical); }

void add_words(std::string& list, std::string_view words) {
  while (!words.empty()) {
    const std::string_view word = next_word(words);
    if (!among(list, word)) list += joined({list.empty() ? "" : " ", word});
  }
}

std::string canonical_words(std::string_view text, std::size_t most) {
  // Words beyond the bound would not be used: cutting first keeps long descriptions cheap.
  text = utf8_prefix(text, most * 16);
  const std::string lowered = lower(text);
  std::string found;
  for (std::size_t begin = 0; begin < text.size() && most > 0;) {
    std::size_t end = begin;
    while (end < text.size() && is_part(text[end]) && (end == begin || !is_upper(text[end]) || is_upper(text[end - 1])))
      ++end;
    const std::string_view word = std::string_view(lowered).substr(begin, end - begin);
    if (!word.empty() && !is_stop_word(word)) {
      add_words(found, canonical(word));
      --most;
    }
    begin = std::max(end, begin + 1);
  }
  return found;
}

std::string counted(std::size_t number, std::string_view noun) {
  return joined({decimal(static_cast<std::int64_t>(number)), " ", noun, number == 1 ? "" : "s"});
}

}  // namespace troupe::offline

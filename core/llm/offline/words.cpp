#include "llm/offline/words.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace troupe::offline {
namespace {

// Stems; the first of each row stands for the others.
constexpr std::array<std::string_view, 16> kSynonyms = {
    "read show print open display view cat load",
    "list ls enumerat dir",
    "search find locat grep look hunt",
    "writ sav store record",
    "creat mak mkdir generat new",
    "delet remov eras rm del unlink",
    "mov renam mv relocat",
    "edit chang modify replac updat",
    "get fetch download retriev obtain",
    "directory fold",
    "sum add plus",
    "info detail metadata stat information",
    "echo repeat say",
    "imag pictur photo",
    "run execut launch start",
    "multiply product",
};
constexpr std::string_view kVerbs =
    "read list search writ creat delet mov edit get sum echo send run multiply count summari tell giv report copy "
    "toggl trigger set install call us check compar extract answer explain describ translat append put captur click "
    "navigat sort calculat comput convert pars ask analys analyz rewrit improv fix draft compos plan suggest recommend "
    "evaluat review classify draw prov invent";
constexpr std::string_view kEffects =
    "writ creat delet mov edit send run toggl trigger set install kill drop upload post put insert append push commit "
    "copy clear reset publish deploy merg clos submit click stop cancel purg truncat overwrit pay buy order book";
constexpr std::string_view kThinking =
    "translat explain describ analys analyz rewrit improv fix draft compos plan suggest recommend evaluat review "
    "classify draw prov invent compar convert";
constexpr std::string_view kStops =
    "a an the this that these those it its them they their there of in on at by for from to into with within inside "
    "under as is are was were be been am do does did doing have has had can could would should will shall may might "
    "i me my we us our you your he she his her what which who whom when where why how and or but then also please "
    "just now so if than too very each every all any some both only of one if let lets want like need after before "
    "first last next finally using use via named called not no don dont without never s t back everything anything "
    "something nothing";

}  // namespace

bool among(std::string_view list, std::string_view word) {
  if (word.empty()) return false;
  for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

std::string stem(std::string_view lowered) {
  std::string word(lowered);
  const auto ends = [&](std::string_view ending, std::size_t shortest) {
    return word.size() >= shortest && word.ends_with(ending);
  };
  const auto drop = [&](std::size_t letters) { word.resize(word.size() - letters); };
  if (ends("summarise", 9) || ends("summarize", 9) || ends("summary", 7) || ends("summaries", 9)) return "summari";
  if (ends("ies", 5)) {
    drop(3);
    return word + 'y';
  }
  if (ends("s", 4) && !ends("ss", 4) && !ends("us", 4)) drop(1);
  if (ends("ing", 6)) drop(3);
  else if (ends("ed", 5)) drop(2);
  else if (ends("er", 6)) drop(2);
  if (ends("e", 4)) drop(1);
  const std::size_t size = word.size();
  if (size > 3 && word.size() < lowered.size() && word[size - 1] == word[size - 2] && !ends("ss", 4) &&
      !ends("ll", 4)) {
    drop(1);
  }
  return word;
}

std::string canonical(std::string_view lowered) {
  std::string found = stem(lowered);
  for (const std::string_view row : kSynonyms) {
    if (among(row, found)) return std::string(row.substr(0, row.find(' ')));
  }
  return found;
}

bool is_stop_word(std::string_view lowered) { return among(kStops, lowered); }
bool is_verb(std::string_view canonical) { return among(kVerbs, canonical); }
bool takes_thought(std::string_view canonical) { return among(kThinking, canonical); }
bool has_effect(std::string_view canonical) { return among(kEffects, canonical); }

std::vector<std::string> canonical_words(std::string_view text, std::size_t most) {
  // Words beyond the bound would not be used: cutting first keeps long descriptions cheap.
  std::vector<std::string> found;
  for (const std::string& word : words_of(utf8_prefix(text, most * 16))) {
    if (found.size() == most) break;
    if (is_stop_word(word)) continue;
    std::string meaning = canonical(word);
    if (std::ranges::find(found, meaning) == found.end()) found.push_back(std::move(meaning));
  }
  return found;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

void sort(std::vector<std::uint64_t>& numbers) {
  std::make_heap(numbers.begin(), numbers.end());
  std::sort_heap(numbers.begin(), numbers.end());
}

std::string digits(std::size_t number) { return decimal(static_cast<std::int64_t>(number)); }

std::string plural(std::size_t number, std::string_view noun) {
  if (number == 1) return joined({"1 ", noun});
  if (noun.ends_with('y')) return joined({digits(number), " ", noun.substr(0, noun.size() - 1), "ies"});
  return joined({digits(number), " ", noun, noun.ends_with("ch") ? "es" : "s"});
}

}  // namespace troupe::offline

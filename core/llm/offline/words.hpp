// What the offline model knows of English: endings, a few synonyms, and which words carry no meaning of their own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::offline {

/// Is `word` one of the space-separated words of `list`?
bool among(std::string_view list, std::string_view word);

/// A word without its ending: "files" and "file" give "fil", "reading" and "reads" give "read".
std::string stem(std::string_view lowered);

/// The stem that stands for all words of the same meaning: "show", "print" and "open" give "read".
std::string canonical(std::string_view lowered);

/// Words such as "the" and "please", by which no tool can be chosen.
bool is_stop_word(std::string_view lowered);

/// Canonical verbs. The ones with an effect are never guessed: the task has to say them.
bool is_verb(std::string_view canonical);
bool has_effect(std::string_view canonical);
/// Verbs such as "translate": only a language model, or a tool made for it, can do that.
bool takes_thought(std::string_view canonical);

/// The canonical words of an identifier or a sentence, each once, in order, stop words left out; `most` bounds them.
std::vector<std::string> canonical_words(std::string_view text, std::size_t most);

/// For counting words without keeping them (FNV-1a).
std::uint64_t hash_of(std::string_view text);
/// Ascending. A heap sort: std::sort is four times its code.
void sort(std::vector<std::uint64_t>& numbers);

std::string digits(std::size_t number);
/// "s" where English wants it: plural(2, "line") is "2 lines".
std::string plural(std::size_t number, std::string_view noun);

}  // namespace troupe::offline

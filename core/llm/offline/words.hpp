// What the offline model knows of English: endings, a few synonyms, and which words carry no meaning of their own.
// A set of words is one text with a space between them, here and in all of the offline model.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::offline {

/// Is `word` one of the words of `list`? Never, if it is empty.
bool among(std::string_view list, std::string_view word);
/// Have the two a word in common?
bool share(std::string_view list, std::string_view other);
/// Takes the first word off the list.
std::string_view next_word(std::string_view& list);

/// What a lowered word means: its stem, or the word that stands for all of that meaning ("read" for "shows", "prints"
/// and "opened"). A part of the word, or a text that lives for ever.
std::string_view canonical(std::string_view lowered);

/// Words such as "the" and "please", by which no tool can be chosen.
bool is_stop_word(std::string_view lowered);

/// Canonical verbs. The ones with an effect are never guessed: the task has to say them.
bool is_verb(std::string_view canonical);
bool has_effect(std::string_view canonical);
/// Verbs such as "translate": only a language model, or a tool made for it, can do that.
bool takes_thought(std::string_view canonical);

/// Adds those of the words that the list does not have yet.
void add_words(std::string& list, std::string_view words);
/// The canonical words of an identifier ("readFile", "read_file") or a sentence, each once, without stop words, at
/// most `most`.
std::string canonical_words(std::string_view text, std::size_t most);

/// "2 lines": the noun in the plural where English wants it.
std::string counted(std::size_t number, std::string_view noun);

}  // namespace troupe::offline

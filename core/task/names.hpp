// What names of several parts look like: paths, addresses, dates, sums of money, abbreviations.
#pragma once

#include <cstddef>
#include <string_view>

#include "task/tokens.hpp"

namespace troupe {

/// Names that are longer, in bytes, are none.
inline constexpr std::size_t kLongestName = 2048;

/// May what stands before and behind it be one name?
bool joins(char c);
/// Where the letters beyond ASCII that begin here end, if they may be a part of a name. Those that are written without
/// spaces are one only where the name goes on behind them: in "/var/log/系统.log", not in "读a.md然后".
std::size_t foreign_end(std::string_view text, std::size_t at);
/// Where the chunk of characters that a name is made of ends.
std::size_t chunk_end(std::string_view text, std::size_t at);
/// A path, a URL, an address, an identifier; a mark: none of these.
Token::Kind name_kind(std::string_view chunk);

/// 2026-11-23, with or without a time behind it, 23.11.2026, 11/23/26, 2026-11; no version, such as 10.20.30.
bool is_date(std::string_view chunk);
/// The letters that begin at `at`.
std::string_view word_at(std::string_view text, std::size_t at);
/// Whether it is a month's name, or what that is cut to, as dates have it in six languages.
bool is_month(std::string_view word);
/// Whether a number that stands there is a sum of money: the sign or the word stands beside it.
bool is_money(std::string_view text, std::size_t begin, std::size_t end);
/// "U.S", "p.m", "z.B": single letters with stops between.
bool is_abbreviation(std::string_view chunk);
/// Whether a stop behind this word, folded, belongs to it: "dr", "vs".
bool is_abbreviated(std::string_view word);

}  // namespace troupe

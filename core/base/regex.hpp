// Regular expressions of strangers, held against texts of strangers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe {

/// Whether `pattern`, a regular expression of ECMA-262 with its flag `u`, matches somewhere in `text`, which is UTF-8.
/// Nothing, if it is not understood or if `work` is used up.
///
/// Understood: characters, `.`, classes, \d \D \w \W \s \S, \b \B, ^ $, groups (with a name or without), alternatives,
/// * + ? {n} {n,} {n,m} and their lazy forms, and the escapes \t \n \v \f \r \0 \cX \xHH \uHHHH (also in pairs) \u{H…}.
/// As engines without `u` have it, any other character but an ASCII letter or digit may be escaped, and "-" beside a
/// class such as \w stands for itself. Not understood: looking ahead or behind, \1 and \k, \p, flags within groups,
/// what is no regular expression, and what makes a program of more than 4,096 steps once repetitions are written out.
///
/// All ways are followed at once, so the time grows with the text and the program, never faster, and the stack not at
/// all. `work` is how many steps the caller still allows; those taken are taken off, the reading of the pattern
/// included. Below 0 it is used up.
std::optional<bool> matches(std::string_view pattern, std::string_view text, std::int64_t& work);

}  // namespace troupe

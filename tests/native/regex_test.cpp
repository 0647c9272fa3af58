// Regular expressions: what is understood means what ECMA-262 says, and nothing takes long.
#include <string>

#include "base/regex.hpp"
#include "doctest/doctest.h"

namespace troupe::test {
namespace {

using namespace std::string_literals;

constexpr std::int64_t kWork = 10'000'000;

/// "yes", "no" or "?", so that a failing check says which.
std::string found(std::string_view pattern, std::string_view text) {
  std::int64_t work = kWork;
  const std::optional<bool> fits = matches(pattern, text, work);
  return !fits ? "?" : *fits ? "yes" : "no";
}

bool yes(std::string_view pattern, std::string_view text) { return found(pattern, text) == "yes"; }
bool no(std::string_view pattern, std::string_view text) { return found(pattern, text) == "no"; }
bool not_understood(std::string_view pattern) { return found(pattern, "a") == "?"; }

std::string many(std::size_t times, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("a pattern is looked for anywhere in the text") {
  CHECK(yes("b", "abc"));
  CHECK(yes("", ""));
  CHECK(yes("", "abc"));
  CHECK(no("d", "abc"));
  CHECK(no("abcd", "abc"));
  CHECK(yes("bc", "abbc"));
  CHECK(yes("a.c", "xxabcxx"));
  CHECK(no("a.c", "a\nc"));
  CHECK(no("a.c", "a\u2028c"));
}

TEST_CASE("anchors hold at the ends of the text only, not of its lines") {
  CHECK(yes("^abc$", "abc"));
  CHECK(no("^abc$", "abcd"));
  CHECK(no("^abc$", "xabc"));
  CHECK(no("^abc$", "abc\n"));
  CHECK(no("^b", "a\nb"));
  CHECK(yes("^$", ""));
  CHECK(no("^$", "a"));
  CHECK(yes("^a|b$", "ax"));
  CHECK(yes("^a|b$", "xb"));
  CHECK(no("a^b", "ab"));
  CHECK(no("a$b", "ab"));
}

TEST_CASE("alternatives and groups") {
  CHECK(yes("^(?:cat|dog|)$", "dog"));
  CHECK(yes("^(?:cat|dog|)$", ""));
  CHECK(no("^(?:cat|dog)$", ""));
  CHECK(no("^(cat|dog)$", "catdog"));
  CHECK(yes("^(a|b|c|d)(e|f)$", "df"));
  CHECK(no("^(a|b|c|d)(e|f)$", "da"));
  CHECK(yes("^(?<year>[0-9]{4})-(?<month>[0-9]{2})$", "2024-05"));
  CHECK(yes("^((a|(b))c)+$", "acbcac"));
  CHECK(no("^((a|(b))c)+$", "acbca"));
  CHECK(yes("()", "a"));
  CHECK(yes("^(|a)b$", "ab"));
  CHECK(yes("^a|$", "b"));
}

TEST_CASE("what is repeated, any number of times or counted") {
  CHECK(yes("^a*$", ""));
  CHECK(yes("^a*$", "aaa"));
  CHECK(no("^a+$", ""));
  CHECK(yes("^a+$", "aaa"));
  CHECK(yes("^ab?c$", "ac"));
  CHECK(no("^ab?c$", "abbc"));
  CHECK(yes("^a{3}$", "aaa"));
  CHECK(no("^a{3}$", "aa"));
  CHECK(no("^a{3}$", "aaaa"));
  CHECK(yes("^a{2,}$", "aaaaa"));
  CHECK(no("^a{2,}$", "a"));
  CHECK(yes("^a{0,}$", ""));
  for (std::size_t i = 0; i < 7; ++i) {
    INFO(i);
    CHECK(yes("^a{2,5}$", many(i, "a")) == (i >= 2 && i <= 5));
    CHECK(yes("^(?:ab|c){2,5}$", many(i, "ab")) == (i >= 2 && i <= 5));
    CHECK(yes("^(a{1,2}){2}$", many(i, "a")) == (i >= 2 && i <= 4));
  }
  CHECK(yes("^a{0}b$", "b"));
  CHECK(no("^a{0}b$", "ab"));
  CHECK(yes("^(a|b){0,1}c$", "bc"));
  CHECK(yes("^a*?b+?c??d{1,2}?$", "aabbd"));
  CHECK(yes("^(a*)*$", "aaa"));
  CHECK(yes("^(a?)*?$", "aaa"));
  CHECK(no("^(a?)+$", "ab"));
  CHECK(yes("^(?:\\b)*a$", "a"));
}

TEST_CASE("classes hold what they name, and their opposites all else") {
  CHECK(yes("^[abc]$", "b"));
  CHECK(no("^[abc]$", "d"));
  CHECK(yes("^[a-cx-z0]$", "y"));
  CHECK(no("^[a-cx-z0]$", "d"));
  CHECK(yes("^[^a-c]$", "d"));
  CHECK(no("^[^a-c]$", "b"));
  CHECK(no("^[^a-c]$", ""));
  CHECK(yes("^[^a]$", "\n"));
  CHECK(no("[]", "a"));
  CHECK(yes("^[^]$", "\n"));
  CHECK(yes("^[-a]$", "-"));
  CHECK(yes("^[a-]$", "-"));
  CHECK(no("^[a-]$", "b"));
  CHECK(yes("^[+--]$", ","));
  CHECK(yes("^[.*(){}|^$]+$", ".*(){}|^$"));
  CHECK(yes("^[\\]\\\\\\-]+$", "]\\-"));
  CHECK(yes("^[\\d.]+$", "1.5"));
  CHECK(yes("^[\\D5]$", "5"));
  CHECK(no("^[\\D5]$", "6"));
  CHECK(no("^[^\\D5]$", "5"));
  CHECK(yes("^[^\\D5]$", "6"));
  CHECK(yes("^[\\s\\S]$", "\n"));
  CHECK(yes("[\\b]", "\b"));
  CHECK(no("[\\b]", "b"));
  CHECK(yes("^[\\t-\\r]$", "\n"));
  CHECK(yes("^[\\w-.]+$", "a-b.c"));
  CHECK(no("^[\\w-.]+$", "a,b"));
  CHECK(yes("^[+-\\d]+$", "-+1"));
}

TEST_CASE("classes by letter are those of ECMAScript") {
  CHECK(yes("^\\d+$", "0123456789"));
  CHECK(no("\\d", "\u07C0"));
  CHECK(yes("^\\D$", "\u07C0"));
  CHECK(yes("^\\w+$", "azAZ09_"));
  CHECK(no("\\w", "é-"));
  CHECK(yes("^\\W$", "é"));
  CHECK(yes("^\\s+$", "\t\n\v\f\r \u00A0\u1680\u2000\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF"));
  CHECK(no("\\s", "\u0085\u200B\u180E"));
  CHECK(yes("^\\S+$", "\u0085\u200B\u180E"));
}

TEST_CASE("edges of words") {
  CHECK(yes("\\bcat\\b", "a cat!"));
  CHECK(no("\\bcat\\b", "concatenate"));
  CHECK(yes("\\bcat", "cat"));
  CHECK(yes("cat\\b", "cat"));
  CHECK(yes("\\Bcat\\B", "concatenate"));
  CHECK(no("\\Bcat", "cat"));
  CHECK(no("\\b", ""));
  CHECK(yes("\\B", ""));
  CHECK(yes("é\\b", "éa"));
}

TEST_CASE("escapes stand for characters") {
  CHECK(yes("^\\t\\n\\v\\f\\r$", "\t\n\v\f\r"));
  CHECK(yes("^\\0$", "\0"s));
  CHECK(yes("^\\cC\\cj$", "\x03\n"));
  CHECK(yes("^\\x41\\u0042\\u{43}\\u{000044}$", "ABCD"));
  CHECK(yes("^\\u00e9$", "é"));
  CHECK(yes("^\\uD83D\\uDE00$", "😀"));
  CHECK(yes("^\\u{1F600}$", "😀"));
  CHECK(yes("^[\\uD83D\\uDE00-\\uD83D\\uDE02]$", "😁"));
  CHECK(yes("^\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/$", "^$\\.*+?()[]{}|/"));
  CHECK(yes("^\\-\\@\\\"\\_\\ $", "-@\"_ "));
}

TEST_CASE("characters are code points, and bytes that are no UTF-8 the replacement character") {
  CHECK(yes("^.$", "😀"));
  CHECK(yes("^.{2}$", "é漢"));
  CHECK(yes("^[à-ü]+$", "éö"));
  CHECK(no("^[à-ü]+$", "e"));
  CHECK(yes("^[^a]$", "漢"));
  CHECK(yes("^é+$", "ééé"));
  CHECK(yes("^\\uFFFD$", "\xC3"));
  CHECK(yes("^a.b$",
            "a\xE2\x82"
            "b"));
  CHECK(no("\\uD83D", "😀"));
}

TEST_CASE("patterns that people write") {
  const char* mail = R"(^[\w-\.]+@([\w-]+\.)+[\w-]{2,4}$)";
  CHECK(yes(mail, "ada.lovelace@mail.example.org"));
  CHECK(no(mail, "ada@example"));
  const char* date = R"(^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$)";
  CHECK(yes(date, "2024-02-29"));
  CHECK(no(date, "2024-13-01"));
  const char* uuid = "^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";
  CHECK(yes(uuid, "123e4567-e89b-12d3-a456-426614174000"));
  CHECK(no(uuid, "123e4567-e89b-12d3-a456-42661417400"));
  const char* version = R"(^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$)";
  CHECK(yes(version, "v1.20.3-beta.1"));
  CHECK(no(version, "1.02.3"));
  CHECK(yes("^https?://[^\\s/$.?#].[^\\s]*$", "https://example.org/a?b"));
  CHECK(yes("^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$", "(888)555-1212"));
  CHECK(no("^#(?:[0-9a-fA-F]{3}){1,2}$", "#12345"));
}

TEST_CASE("what is not understood is said to be so, not guessed") {
  for (const char* pattern : {"(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(a)\\1", "(?<x>a)\\k<x>", "\\p{L}", "\\P{L}",
                              "(?i)a", "(?i:a)", "(?P<x>a)", "(?<x", "(?", "\\Aa", "a\\Z", "\\01", "\\8", "\\e"}) {
    INFO(pattern);
    CHECK(not_understood(pattern));
  }
}

TEST_CASE("what is no regular expression is not understood") {
  for (const char* pattern :
       {"(",    ")",       "(a",    "a)",   "[",     "[a",    "[a-",         "[\\",    "]",   "a]",    "{",
        "}",    "a{",      "a{1",   "a{1,", "a{,2}", "a{x}",  "a{2,1}",      "*",      "+a",  "?",     "a**",
        "a+++", "a{1}{2}", "(*)",   "^*",   "$?",    "\\b+",  "\\B{2}",      "|*",     "\\",  "[b-a]", "[[:alpha:]]",
        "\\x4", "\\xg0",   "\\u12", "\\u",  "\\u{",  "\\u{}", "\\u{110000}", "\\u{12", "\\c", "\\c1",  "\\uD83D\\u"}) {
    INFO(pattern);
    CHECK(not_understood(pattern));
  }
}

TEST_CASE("a hostile pattern is answered at once or not understood") {
  const std::string text = many(100'000, "a");
  CHECK(no("(a*)*b", text));
  CHECK(no("^(a|aa)+$", text + "b"));
  CHECK(yes("(a|aa)+$", text));
  CHECK(no("(a+)+b", text));
  CHECK(no("^((a*)*)*b$", text));
  CHECK(no("(x+x+)+y", many(100'000, "x")));
  CHECK(no("(.*)*(.*)*(.*)*!", text));
  CHECK(not_understood("a{1,1000}{1,1000}"));
  CHECK(not_understood("(a{1,1000}){1,1000}"));
  CHECK(not_understood("((((a{1,9}){1,9}){1,9}){1,9}){1,9}"));
  CHECK(not_understood("a{4294967297}"));
  CHECK(not_understood("a{99999999999999999999,}"));
  CHECK(not_understood(many(100'000, "(?:a{4000}){0}")));
  CHECK(not_understood(many(100'000, "(")));
  CHECK(not_understood(many(100'000, "(") + many(100'000, ")")));
  CHECK(not_understood("[" + many(100'000, "\\S") + "]"));
  CHECK(not_understood(many(100'000, "a|")));
  CHECK(yes(many(900, "(") + "a" + many(900, ")"), "a"));
  CHECK(no("^" + many(900, "(?:") + "a" + many(900, ")*") + "$", "b"));
}

TEST_CASE("work is counted, and what would be more than is allowed has no answer") {
  const std::string text = many(100'000, "a");
  std::int64_t work = kWork;
  CHECK(matches("^a*$", text, work) == true);
  CHECK(kWork - work > 100'000);
  CHECK(kWork - work < 1'000'000);
  CHECK(found("(a{1,30}){1,30}b", text) == "?");
  CHECK(found("(?:" + many(100, "a*") + "b)", text) == "?");
  work = 5;
  CHECK(!matches("abcdef", "abcdef", work));
  CHECK(work < 0);
  CHECK(!matches("a", "a", work));
  work = 50;
  CHECK(!matches("b", text, work));
}

}  // namespace troupe::test

// Hashes, text, JSON, money, chance: what everything else counts on being the same everywhere.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <limits>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/fingerprint.hpp"
#include "base/json.hpp"
#include "base/json_parse.hpp"
#include "base/money.hpp"
#include "base/numbers.hpp"
#include "base/random.hpp"
#include "base/real.hpp"
#include "base/sha256.hpp"
#include "base/sort.hpp"
#include "base/text.hpp"
#include "doctest/doctest.h"

namespace troupe::test {
namespace {

using namespace std::string_literals;

const std::string kReplaced = "\xEF\xBF\xBD";

/// Texts that are broken, or almost.
const std::vector<std::string> kNasty = {
    "",
    "plain",
    "\"quoted\" and \\ back",
    "\b\f\n\r\t\x01\x1f\x7f",
    "nul\0inside"s,
    "é ß € 漢 😀",
    "\xC2",                      // cut after one byte of two
    "a\xE2\x82",                 // cut after two of three
    "\xE2\x82z",                 // three announced, the third is another character
    "\xF0\x9F\x98",              // cut after three of four
    "\xF0\x9F\x98\xF0\x9F\x98",  // twice
    "\xC0\xAF\xE0\x80\xAF",      // overlong
    "\xED\xA0\x80\xED\xBF\xBF",  // surrogates
    "\xF4\x90\x80\x80",          // beyond U+10FFFF
    "\xF5\xFF\xFE\x80",          // never
    "\x80\x80 tails \xBF",
    "ok\xE2\x28\xA1ok",
};

/// What append_quoted() makes of a text.
std::string as_json(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

/// nlohmann's own dump, which the core's has to equal.
std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string encoded(std::uint32_t point) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0 | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0 | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-4, of one block and of many") {
  CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hex(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                   "mnopqrstnopqrstu")) == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(hex(sha256(std::string(1'000'000, 'a'))) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 pads right on both sides of a block's end") {
  const std::vector<std::pair<std::size_t, std::string>> known = {
      {55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
      {56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
      {63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
      {64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
      {65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
      {119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
      {120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"},
      {128, "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e"}};
  for (const auto& [length, digest] : known) {
    CAPTURE(length);
    const std::string text(length, 'a');
    CHECK(hex(sha256(text)) == digest);
    for (std::size_t cut = 0; cut <= length; ++cut) {
      CHECK(hex(sha256(text.substr(0, cut), text.substr(cut))) == digest);
    }
  }
  CHECK(hex(sha256("abc"), 4) == "ba7816bf");
}

TEST_CASE("every character has its length in UTF-8, and no surrogate has one") {
  for (std::uint32_t point = 0; point <= 0x10FFFF; point += point < 0x11000 ? 1 : 251) {
    const std::string text = encoded(point);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (utf8_length_at(text, 0) != (surrogate ? 0 : text.size())) FAIL("U+" << point);
    if (text.size() > 1 && utf8_length_at(text.substr(0, text.size() - 1), 0) != 0) FAIL("cut U+" << point);
  }
}

TEST_CASE("overlong, cut and impossible sequences are no UTF-8") {
  for (const char* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80",
                           "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\x80", "\xBF",
                           "\xED\xA0\x80", "\xED\xBF\xBF", "\xE2\x82", "\xC3(", "\xF0\x9F\x98(", "\xE2("}) {
    CAPTURE(hex(sha256(text), 4));
    CHECK(utf8_length_at(text, 0) == 0);
  }
  CHECK(utf8_length_at("x", 1) == 0);
}

TEST_CASE("repaired text is UTF-8: one replacement for each cut sequence, as browsers do it") {
  CHECK(repaired_utf8("all 漢 right 😀") == "all 漢 right 😀");
  CHECK(repaired_utf8("a\xFF"s + "b") == "a" + kReplaced + "b");
  CHECK(repaired_utf8("\xE2\x82z") == kReplaced + "z");
  CHECK(repaired_utf8("\xF0\x9F\x98\xF0\x9F\x98") == kReplaced + kReplaced);
  CHECK(repaired_utf8("\xED\xA0\x80") == kReplaced + kReplaced + kReplaced);
  CHECK(repaired_utf8("\xC0\xAF") == kReplaced + kReplaced);
  for (const std::string& text : kNasty) {
    const std::string repaired = repaired_utf8(text);
    CHECK(repaired_utf8(repaired) == repaired);
    std::size_t at = 0;
    while (at < repaired.size() && utf8_length_at(repaired, at) != 0) at += utf8_length_at(repaired, at);
    CHECK(at == repaired.size());
  }
}

TEST_CASE("a prefix ends between characters") {
  const std::string text = "aé€😀";
  const std::array<std::size_t, 12> ends = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t most = 0; most < ends.size(); ++most) CHECK(utf8_prefix(text, most).size() == ends[most]);
}

TEST_CASE("a quoted text is what a JSON dump makes of it, for every byte and every pair of bytes") {
  for (int a = 0; a < 256; ++a) {
    const std::string one(1, static_cast<char>(a));
    if (as_json(one) != dumped(Json(one))) FAIL("byte " << a);
    for (int b = 0; b < 256; ++b) {
      const std::string two = one + static_cast<char>(b);
      if (as_json(two) != dumped(Json(two))) FAIL("bytes " << a << " " << b);
    }
  }
  for (const std::string& text : kNasty) {
    for (const std::string& other : kNasty) {
      const std::string joined = text + other;
      if (as_json(joined) != dumped(Json(joined))) FAIL(dumped(Json(joined)));
      const std::optional<Json> read = parse_json(as_json(joined));
      REQUIRE(read);
      CHECK(read->get<std::string>() == repaired_utf8(joined));
    }
  }
}

TEST_CASE("values are read and written as nlohmann's own parser and dump do it") {
  for (const char* text : {"null",
                           "true",
                           "[]",
                           "{}",
                           "[[],{}]",
                           "\"\u00e9\\ud83d\\ude00\\n\"",
                           "0",
                           "-0",
                           "-0.0",
                           "1.0",
                           "1.5",
                           "1e2",
                           "1E-7",
                           "0.1",
                           "123456789012345678",
                           "9223372036854775807",
                           "-9223372036854775808",
                           "18446744073709551615",
                           "18446744073709551616",
                           "-9223372036854775809",
                           "1e308",
                           "5e-324",
                           "3.141592653589793",
                           "100000000000000000000",
                           R"({"b":[1,{"c":"x"}],"a":null,"b":2})",
                           R"({"":{"":""}})",
                           " [ 1 , 2 ]\n",
                           "[1e999]",
                           "[-1e999]"}) {
    CAPTURE(text);
    const Json theirs = Json::parse(text, nullptr, false);
    const std::optional<Json> ours = parse_json(text);
    REQUIRE(ours.has_value() == !theirs.is_discarded());
    if (!ours) continue;
    CHECK(*ours == theirs);
    CHECK(ours->type() == theirs.type());
    CHECK(dump_json(theirs) == dumped(theirs));
  }
  CHECK(dump_json(Json(std::numeric_limits<double>::infinity())) == "null");
  CHECK(dump_json(Json(std::numeric_limits<double>::quiet_NaN())) == "null");
}

TEST_CASE("decimal text becomes the nearest double, as the C library finds it") {
  std::vector<std::string> numbers = {"0",
                                      "-0.0",
                                      "0.1",
                                      "1e22",
                                      "1e23",
                                      "9007199254740993",
                                      "9007199254740992.5",
                                      "2.2250738585072011e-308",
                                      "2.2250738585072014e-308",
                                      "4.9e-324",
                                      "2.4e-324",
                                      "2.5e-324",
                                      "1.7976931348623157e308",
                                      "1.7976931348623159e308",
                                      "1e400",
                                      "1e-400",
                                      "0.000001",
                                      "123456789012345678901234567890",
                                      "1e99999999999",
                                      "0e5",
                                      "0.3000000000000000444089209850062616169452667236328125",
                                      "0.30000000000000001665334536937734810635447502136230468750001"};
  numbers.push_back("9007199254740992.5" + std::string(900, '0') + "1");
  numbers.push_back("0." + std::string(320, '0') + "12345678901234567890123");
  Random random(11);
  for (int i = 0; i < 20'000; ++i) {
    std::string number;
    for (std::uint64_t digits = 1 + random.below(25); digits > 0; --digits)
      number += static_cast<char>('0' + random.below(10));
    number = "1" + number;
    if (random.below(2) == 0) number.insert(static_cast<std::size_t>(1 + random.below(number.size())), ".");
    if (number.back() == '.') number += '5';
    if (random.below(4) != 0) number += "e" + decimal(static_cast<std::int64_t>(random.below(660)) - 340);
    numbers.push_back(std::move(number));
  }
  for (const std::string& number : numbers) {
    CAPTURE(number);
    const double theirs = std::strtod(number.c_str(), nullptr);
    REQUIRE(std::bit_cast<std::uint64_t>(real_of(number)) == std::bit_cast<std::uint64_t>(theirs));
  }
}

TEST_CASE("whatever is done to JSON, it is read as nlohmann reads it, or refused as nlohmann refuses it") {
  const std::string whole =
      R"({"a":[1,-2.5e3,true,null,"x\u00e9\ud83d\ude00\n\"é"],"b":{"":{}},"c":[[],[{}]],"d":12345678901234567890})";
  Random random(5);
  Fields fields;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = whole;
    for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits) {
      const auto at = static_cast<std::size_t>(random.below(text.size()));
      const char piece = "{}[]\",:\\ue0-+.9 tn\xC3\xA9"[random.below(20)];
      if (random.below(3) == 0) text.erase(at, 1);
      else if (random.below(2) == 0) text.insert(at, 1, piece);
      else text[at] = piece;
    }
    const Json theirs = Json::parse(text, nullptr, false);
    const std::optional<Json> ours = parse_json(text);
    CAPTURE(text);
    // Half a character is no error here.
    if (ours && theirs.is_discarded() && contains(text, "\\ud")) continue;
    REQUIRE(ours.has_value() == !theirs.is_discarded());
    REQUIRE(fields.read(text) == theirs.is_object());
    if (!ours) continue;
    REQUIRE(*ours == theirs);
    for (const auto& [name, value] : fields) REQUIRE(parse_json(value).has_value());
    // Where the whole is checked, its parts are told apart without another look, and just as well.
    const Fields within = Fields::within(text);
    REQUIRE(std::ranges::equal(
        within, fields, [](const FieldText& a, const FieldText& b) { return a.name == b.name && a.value == b.value; }));
    for (const auto& [name, value] : fields) REQUIRE(std::ranges::equal(items_within(value), items_of(value)));
  }
}

TEST_CASE("what is told apart without a check may be anything: no byte beyond it is read") {
  const std::string whole = R"({"a":[1,{"b":"\\"},"x"],"c":"y\n"})";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);  // of its own, so that sanitizers see its end
    for (const auto& [name, value] : Fields::within(cut)) CHECK(value.size() < whole.size());
    CHECK(items_within(cut).empty());
  }
}

TEST_CASE("an object is split into its members as they are written") {
  Fields fields;
  REQUIRE(fields.read(R"( { "a" : [1, "}"] , "b\"" :"x\ny"}  )"));
  const std::vector<FieldText> members(fields.begin(), fields.end());
  REQUIRE(members.size() == 2);
  CHECK(members[0].name == "a");
  CHECK(members[0].value == R"([1, "}"])");
  CHECK(members[1].name == R"(b\")");
  CHECK(unquoted(members[1].value) == "x\ny");
  CHECK(unquoted("7").empty());
  CHECK_FALSE(fields.read("[]"));
  CHECK_FALSE(fields.read(R"({"a":{}})", 1));
  CHECK(fields.read(R"({"a":{}})", 2));
}

TEST_CASE("fingerprints are those of FNV-1a, whole or piece by piece") {
  CHECK(hexadecimal(fingerprint("")) == "cbf29ce484222325");
  CHECK(hexadecimal(fingerprint("a")) == "af63dc4c8601ec8c");
  CHECK(hexadecimal(fingerprint("foobar")) == "85944171f73967e8");
  CHECK(fingerprint("bar", fingerprint("foo")) == fingerprint("foobar"));
  CHECK(hexadecimal(0x12) == "0000000000000012");
}

TEST_CASE("fields are read as they are meant, and by default where they are missing or of another type") {
  const Fields fields(R"({"text":"a\nb","whole":-12,"real":1.5,"yes":true,"list":[1,{"a":[2]}],"text":"later"})");
  CHECK(fields.text("text") == "later");
  CHECK(fields.text("none", "otherwise") == "otherwise");
  CHECK(fields.text("whole", "otherwise") == "otherwise");
  CHECK(fields.integer("whole") == -12);
  CHECK(fields.integer("real", 7) == 7);
  CHECK(fields.integer("none", 7) == 7);
  CHECK(fields.flag("yes"));
  CHECK(fields.flag("none", true));
  CHECK(fields.flag("whole", true));
  const std::vector<std::string_view> items = items_of(fields.raw("list"));
  REQUIRE(items.size() == 2);
  CHECK(items[1] == R"({"a":[2]})");
  CHECK(items_of(fields.raw("text")).empty());
  CHECK(integer_of("9223372036854775807", 0) == INT64_MAX);
  CHECK(integer_of("-9223372036854775808", 0) == INT64_MIN);
  for (const std::string_view none : {"", "-", "9223372036854775808", "-9223372036854775809", "1e3", "\"1\""}) {
    CAPTURE(none);
    CHECK(integer_of(none, 5) == 5);
  }
}

TEST_CASE("an object is written member by member as it would be dumped") {
  const std::string text = ObjectText()
                               .flag("a", true)
                               .json("b", Json::array({1, "x"}))
                               .number("c", -5)
                               .raw("d", "null")
                               .text("e", "q\"")
                               .finish();
  CHECK(text == R"({"a":true,"b":[1,"x"],"c":-5,"d":null,"e":"q\""})");
  CHECK(ObjectText().finish() == "{}");
}

TEST_CASE("half a character, as JavaScript writes it of a text that was cut, is read as one that cannot be") {
  const std::pair<const char*, const char*> cases[] = {{R"("a\ud83d")", "a\uFFFD"},
                                                       {R"("\ude00b")",
                                                        "\uFFFD"
                                                        "b"},
                                                       {R"("\ud83d\ud83d\ude00")", "\uFFFD\U0001F600"},
                                                       {R"("\ud83d\u0041\n")",
                                                        "\uFFFD"
                                                        "A\n"},
                                                       {R"("\ud83d\\")", "\uFFFD\\"}};
  for (const auto& [text, meant] : cases) {
    CAPTURE(text);
    const std::optional<Json> json = parse_json(text);
    REQUIRE(json);
    CHECK(json->get<std::string>() == meant);
    CHECK(unquoted(text) == meant);
  }
  CHECK_FALSE(parse_json(R"("\ud83d\u00")"));
}

TEST_CASE("times are said in seconds where they are whole") {
  CHECK(duration(0) == "0 seconds");
  CHECK(duration(1000) == "1 second");
  CHECK(duration(1500) == "1500 milliseconds");
  CHECK(duration(60'000) == "60 seconds");
}

TEST_CASE("JSON that is no JSON, or nested too deep, is nothing") {
  CHECK(parse_json("{\"a\":[1,2]}")->at("a").size() == 2);
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":1}x", "nul", "\"\xFF\"", "01", "\"\\ud80\"", "NaN"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text));
  }
  const auto nested = [](int levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  CHECK(parse_json(nested(kMaxJsonDepth)));
  CHECK_FALSE(parse_json(nested(kMaxJsonDepth + 1)));
  CHECK(parse_json(nested(kMaxJsonDepth + 1), kMaxJsonDepth + 1));
  CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
  CHECK(parse_json("\"" + std::string(1000, '[') + "\\\"[\""));
  CHECK(parse_json("[" + std::string(1000, ' ') + "[],[],[]]"));
}

TEST_CASE("fields have a default when they are missing or of another type") {
  const Json object =
      *parse_json(R"({"text":"x","number":7,"big":18446744073709551615,"flag":true,"real":1.5,"null":null})");
  CHECK(text_field(object, "text") == "x");
  CHECK(text_field(object, "number", "none") == "none");
  CHECK(text_field(object, "missing", "none") == "none");
  CHECK(integer_field(object, "number") == 7);
  CHECK(integer_field(object, "text", -1) == -1);
  CHECK(integer_field(object, "real", -1) == -1);
  CHECK(integer_field(object, "big", 5) == 5);
  CHECK(flag_field(object, "flag"));
  CHECK(flag_field(object, "number", true));
  CHECK(field(object, "null").is_null());
  CHECK(field(Json::array(), "text").is_null());
  CHECK(text_field(Json("text"), "text", "none") == "none");
}

TEST_CASE("objects are written with sorted keys, whatever the order in which they came") {
  CHECK(dump_json(*parse_json(R"({"b":1,"a":{"z":[1,{"y":2,"x":3}],"c":null}})")) ==
        R"({"a":{"c":null,"z":[1,{"x":3,"y":2}]},"b":1})");
}

TEST_CASE("decimal digits reach both ends of 64 bits") {
  CHECK(decimal(0) == "0");
  CHECK(decimal(-1) == "-1");
  CHECK(decimal(1'000'000) == "1000000");
  CHECK(decimal(std::numeric_limits<std::int64_t>::max()) == "9223372036854775807");
  CHECK(decimal(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
}

TEST_CASE("dollars are rounded up to a hundredth of a cent") {
  CHECK(dollars(0) == "$0.0000");
  CHECK(dollars(1) == "$0.0001");
  CHECK(dollars(100'000) == "$0.0001");
  CHECK(dollars(100'001) == "$0.0002");
  CHECK(dollars(kNanoPerUsd - 1) == "$1.0000");
  CHECK(dollars(12 * kNanoPerUsd + 345'600'000) == "$12.3456");
  CHECK(dollars(std::numeric_limits<NanoUsd>::max()) == "$9223372036.8548");
  CHECK(dollars(-kNanoPerUsd / 4) == "-$0.2500");
  CHECK(dollars(std::numeric_limits<NanoUsd>::min()) == "-$9223372036.8547");
}

TEST_CASE("sums of money and tokens stop at the end of 64 bits instead of turning negative") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(sum(2, 3) == 5);
  CHECK(sum(most, 1) == most);
  CHECK(sum(-most, -most) == std::numeric_limits<std::int64_t>::min());
  CHECK(product(1000, 150) == 150'000);
  CHECK(product(most, 2) == most);
  CHECK(product(-most, 2) == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("a stream of random numbers is fixed by its seed") {
  Random random(1'234'567);  // the published test of SplitMix64
  for (const std::uint64_t number : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                     4593380528125082431ULL, 16408922859458223821ULL}) {
    CHECK(random.next() == number);
  }
  Random dice(7);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6000; ++i) ++seen.at(dice.below(6));
  for (const int count : seen) CHECK((count > 850 && count < 1150));
  CHECK(dice.below(1) == 0);
}

TEST_CASE("edits between words are counted") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sitting", "kitten") == 3);
  CHECK(edit_distance("read_file", "read_fil") == 1);
  CHECK(edit_distance("same", "same") == 0);
}

TEST_CASE("texts are trimmed, split and compared by ASCII's rules") {
  CHECK(trim(" \t\r\n\v\fa b \n") == "a b");
  CHECK(trim("  ").empty());
  CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(split("", ',').size() == 1);
  CHECK(lower("ÄBC Z") == "Äbc z");
  CHECK(starts_with_ignoring_case("Text/Event-Stream; x", "text/event-stream"));
  CHECK_FALSE(starts_with_ignoring_case("text", "text/"));
}

TEST_CASE("sorting keeps the order of what is equal") {
  const auto by_first = [](const auto& a, const auto& b) { return a.first < b.first; };
  for (int size = 0; size < 40; ++size) {
    std::vector<std::pair<int, std::string>> things;
    for (int i = 0; i < size; ++i) things.emplace_back(i * 7 % 5, decimal(i));
    std::vector<std::pair<int, std::string>> expected = things;
    std::ranges::stable_sort(expected, by_first);
    sort(things, by_first);
    CHECK(things == expected);
  }
  std::vector<int> turned = {2, 3, 4, 5, 1};
  sort(turned, [](int a, int b) { return a < b; });
  CHECK(turned == std::vector<int>{1, 2, 3, 4, 5});
}

TEST_CASE("base64 gives RFC 4648's examples") {
  const std::vector<std::pair<std::string, std::string>> known = {{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"},
                                                                  {"\xFB\xFF\xFE", "+//+"}};
  for (const auto& [bytes, text] : known) CHECK(base64(bytes) == text);
}

TEST_CASE("a code and its name lead to each other, and an unknown name is a defect of ours") {
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const auto code = static_cast<Code>(i);
    CHECK_FALSE(name_of(code).empty());
    CHECK(code_named(name_of(code)) == code);
  }
  CHECK(code_named("no such code") == Code::kInternal);
}

TEST_CASE("an error tells its sentence and those of its causes") {
  const Error error(Code::kNetwork, "No answer", Error(Code::kTimeout, "too late", Error(Code::kInternal, "asleep")));
  CHECK(error.whole() == "No answer: too late: asleep");
  CHECK(error.cause()->cause()->code() == Code::kInternal);
  CHECK(error.sentence() == "No answer");
}

}  // namespace troupe::test

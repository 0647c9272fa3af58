// Amazon's binary event streams: the framing by itself, right and wrong.
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "doctest/doctest.h"
#include "wire/amazon_events.hpp"

namespace troupe::test {
namespace {

std::string number(std::uint32_t value, int bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(value >> (8U * static_cast<unsigned>(bytes)));
  return text;
}

std::string header(std::string_view name, int type, const std::string& value) {
  return number(static_cast<std::uint32_t>(name.size()), 1) + std::string(name) +
         number(static_cast<std::uint32_t>(type), 1) + value;
}

std::string text_header(std::string_view name, const std::string& value) {
  return header(name, 7, number(static_cast<std::uint32_t>(value.size()), 2) + value);
}

/// A message with lengths as given, and checksums that fit.
std::string message(std::uint32_t size, std::uint32_t headers_size, const std::string& rest) {
  std::string text = number(size, 4) + number(headers_size, 4);
  text += number(crc32(text), 4) + rest;
  return text + number(crc32(text), 4);
}

std::string message(const std::string& headers, const std::string& payload) {
  const std::size_t size = 16 + headers.size() + payload.size();
  return message(static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(headers.size()), headers + payload);
}

std::string event(const std::string& type, const std::string& payload) {
  return message(text_header(":event-type", type) + text_header(":message-type", "event"), payload);
}

/// All that a stream gives, as "kind/type/data;".
std::string told(std::string_view stream) {
  AmazonEventParser parser;
  parser.feed(stream);
  std::string text;
  for (;;) {
    const Result<std::optional<ServerSentEvent>> next = parser.next();
    if (!next) {
      CHECK(next.error().code() == Code::kMalformed);
      CHECK(parser.next().error().sentence() == next.error().sentence());
      return text + next.error().sentence();
    }
    if (!*next) return text;
    append(text, {(*next)->id, "/", (*next)->event, "/", (*next)->data, ";"});
  }
}

}  // namespace

TEST_CASE("a checksum is gzip's") {
  CHECK(crc32("123456789") == 0xCBF43926U);
  CHECK(crc32("") == 0);
}

TEST_CASE("messages come whole, with whatever headers they have") {
  const std::string odd = header("a", 0, "") + header("b", 1, "") + header("c", 2, "1") + header("d", 3, "12") +
                          header("e", 4, "1234") + header("f", 5, "12345678") + header("g", 6, number(3, 2) + "xyz") +
                          header("h", 8, "12345678") + header("i", 9, std::string(16, 'u')) + text_header("j", "");
  CHECK(told(event("one", "{}") + message(odd + text_header(":event-type", "two") + odd, "data") + event("", "")) ==
        "event/one/{};/two/data;event//;");
  CHECK(told(message("", "")) == "//;");
}

TEST_CASE("an error that has no payload is told by its headers") {
  CHECK(told(message(text_header(":message-type", "error") + text_header(":error-code", "Gone") +
                         text_header(":error-message", "It is \"gone\"."),
                     "")) == R"(error/Gone/{"message":"It is \"gone\"."};)");
  CHECK(told(message(text_header(":message-type", "exception") + text_header(":exception-type", "Slow"), "{}")) ==
        "exception/Slow/{};");
}

TEST_CASE("a byte that is wrong anywhere is found") {
  const std::string right = event("one", R"({"a":1})");
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::string wrong = right;
    wrong[i] = static_cast<char>(wrong[i] ^ 0x20);
    const std::string got = told(event("zero", "{}") + wrong);
    const std::string expected = i < 12 ? "The event stream is broken: the checksum of a message's lengths is wrong."
                                        : "The event stream is broken: the checksum of a message is wrong.";
    if (got != "event/zero/{};" + expected) FAIL("byte " << i << ": " << got);
  }
}

TEST_CASE("lengths and headers that make no sense are refused at once") {
  const std::string lengths = "The event stream is broken: a message's lengths make no sense.";
  CHECK(told(message(15, 0, "")) == lengths);
  CHECK(told(message(0, 0, "")) == lengths);
  CHECK(told(message(16, 1, "")) == lengths);
  CHECK(told(message(20, 0xFFFFFFFFU, "")) == lengths);
  CHECK(told(message((32U << 20U) + 1, 0, "")) == "The event stream is broken: a message has more than 32 MiB.");
  CHECK(told(message(0xFFFFFFFFU, 0, "")) == "The event stream is broken: a message has more than 32 MiB.");
  const std::string headers = "The event stream is broken: a message's headers make no sense.";
  CHECK(told(message(header("a", 10, ""), "payload")) == headers);
  CHECK(told(message(header("a", 5, "1234"), "payload")) == headers);
  CHECK(told(message(header("a", 7, number(9, 2) + "short"), "payload")) == headers);
  CHECK(told(message(number(200, 1) + "name", "payload")) == headers);
  CHECK(told(message("\x01", "payload")) == headers);
}

TEST_CASE("what a stream's end cuts is not told, and a large message is") {
  const std::string two = event("one", "{}") + event("two", std::string(1'000'000, 'x'));
  CHECK(told(two.substr(0, two.size() - 1)) == "event/one/{};");
  CHECK(told(two).size() > 1'000'000);
}

}  // namespace troupe::test

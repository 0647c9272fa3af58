// Frames and server-sent events: whole, and cut wherever a network or a broken host may cut them.
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "doctest/doctest.h"
#include "wire/frames.hpp"
#include "wire/sse.hpp"

namespace troupe::test {
namespace {

using namespace std::string_literals;

/// The text in memory of exactly its size: the sanitizer sees whoever reads beyond.
class Exactly {
 public:
  explicit Exactly(std::string_view text) : size_(text.size()), bytes_(new char[text.size()]) {
    std::ranges::copy(text, bytes_.get());
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// An event as a line, so that lists of them can be compared.
std::string shown(const ServerSentEvent& event) { return joined({event.event, "|", event.data, "|", event.id}); }

/// The WHATWG's algorithm, line by line on the whole stream, as the standard words it. What the parser gives beside
/// that is events with an id alone, whose data is empty.
std::vector<std::string> by_the_standard(std::string stream) {
  if (stream.starts_with("\xEF\xBB\xBF")) stream.erase(0, 3);
  std::vector<std::string> events;
  std::string data, type, id_buffer;
  bool has_data = false, has_id = false;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t end = stream.find_first_of("\r\n", at);
    if (end == std::string::npos) break;  // a line that never ended
    const std::string line = stream.substr(at, end - at);
    at = end + (stream[end] == '\r' && end + 1 < stream.size() && stream[end + 1] == '\n' ? 2 : 1);
    if (line.empty()) {
      if (has_data && data.ends_with('\n')) data.pop_back();
      if (has_data || has_id) events.push_back(shown({type.empty() ? "message" : type, data, id_buffer}));
      data.clear();
      type.clear();
      has_data = has_id = false;
      continue;
    }
    if (line[0] == ':') continue;
    const std::size_t colon = line.find(':');
    const std::string name = line.substr(0, colon);
    std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.erase(0, 1);
    if (name == "event") type = value;
    if (name == "data") {
      data += value + "\n";
      has_data = true;
    }
    if (name == "id" && value.find('\0') == std::string::npos) {
      id_buffer = value;
      has_id = true;
    }
  }
  return events;
}

struct Parsed {
  std::vector<std::string> events;
  std::optional<std::int64_t> retry_ms;
  std::string last_id;

  bool operator==(const Parsed&) const = default;
};

Parsed parsed(const std::vector<std::string>& pieces) {
  SseParser parser;
  Parsed result;
  for (const std::string& piece : pieces) {
    parser.feed(Exactly(piece).view());
    while (const std::optional<ServerSentEvent> event = parser.next().value()) result.events.push_back(shown(*event));
  }
  result.retry_ms = parser.retry_ms();
  result.last_id = parser.last_id();
  return result;
}

std::vector<std::string> bytes_of_text(const std::string& text) {
  std::vector<std::string> pieces;
  for (const char c : text) pieces.emplace_back(1, c);
  return pieces;
}

const std::vector<std::string> kStreams = {
    "data: one\n\ndata: two\n\n",
    "data: one\r\n\r\ndata: two\r\n\r\n",
    "data: one\r\rdata: two\r\r",
    "data: mixed\r\n\ndata: more\n\r\n\rdata: end\r\r\n",
    "\xEF\xBB\xBF"
    "data: after a mark\n\n",
    "\n\xEF\xBB\xBF"
    "data: a mark too late\n\n",
    "\xEF\xBB"
    "data: half a mark\n\n",
    ": a comment\n\n:\ndata: x\n: inside\ndata: y\n\n",
    "data\n\n",
    "data:\n\n",
    "data\ndata\n\n",
    "data:  two spaces\ndata:none\n\n",
    "event: named\ndata: x\n\ndata: unnamed again\n\n",
    "event: nothing\n\ndata: x\n\n",
    "id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
    "id: priming\n\nid: 2\nretry: 1500\n\ndata: x\n\n",
    "id: nul\0inside\ndata: x\n\n"s,
    "retry: 10\nretry: 1x\nretry:\nretry: 20 \ndata: x\n\n",
    "unknown: field\nDATA: not this\ndata : nor this\ndata: this\n\n",
    "data: é漢😀\ndata: {\"a\":\"b\\n\"}\n\n",
    "id: 7\nevent: cut\ndata: never ended\n",
    "id: 7\ndata: whole\n\nid: 8\ndata: cut",
    "data: a\r",
    "\r\n\r\n\r\n",
    "",
};

}  // namespace

TEST_CASE("frames come back as they were written") {
  FrameWriter writer;
  const std::string body = "\0\x01\xFF{\"not\":\"parsed\"}\n"s;
  writer.write(Head("http.chunk").number("id", -7).text("text", "a \"quote\" \\ \n é\x01").flag("yes", true), {body});
  writer.write(Head("empty"));
  writer.write(Head("pieces").json("json", {{"b", 1}, {"a", {1, 2}}}).raw("raw", "[null]"), {"one", "", "two"});
  FrameReader reader(writer.bytes());
  const std::optional<Frame> chunk = reader.next().value();
  REQUIRE(chunk);
  CHECK(chunk->kind == "http.chunk");
  CHECK(chunk->head.integer("id") == -7);
  CHECK(chunk->head.text("text") == "a \"quote\" \\ \n é\x01");
  CHECK(chunk->head.flag("yes"));
  CHECK(chunk->body == body);
  const std::optional<Frame> empty = reader.next().value();
  REQUIRE(empty);
  CHECK(empty->kind == "empty");
  CHECK(empty->body.empty());
  const std::optional<Frame> pieces = reader.next().value();
  REQUIRE(pieces);
  CHECK(pieces->head.raw("json") == R"({"a":[1,2],"b":1})");
  CHECK(pieces->head.raw("raw") == "[null]");
  CHECK(pieces->body == "onetwo");
  CHECK_FALSE(reader.next().value());
  CHECK_FALSE(reader.next().value());
}

TEST_CASE("lengths are little-endian and count bytes") {
  FrameWriter writer;
  writer.write(Head("k"), {std::string(0x0102, 'x')});
  const std::string head = R"({"kind":"k"})";
  CHECK(writer.bytes().substr(0, 4) == "\x0c\0\0\0"s);
  CHECK(writer.bytes().substr(4, head.size()) == head);
  CHECK(writer.bytes().substr(4 + head.size(), 4) == "\x02\x01\0\0"s);
}

TEST_CASE("a batch that is cut anywhere gives its whole frames and then an error, and nothing beyond is read") {
  FrameWriter writer;
  std::vector<std::size_t> ends;
  for (int i = 0; i < 3; ++i) {
    writer.write(Head("kind").number("n", i), {"body " + decimal(i)});
    ends.push_back(writer.bytes().size());
  }
  for (std::size_t cut = 0; cut <= writer.bytes().size(); ++cut) {
    CAPTURE(cut);
    const Exactly batch(writer.bytes().substr(0, cut));
    FrameReader reader(batch.view());
    const auto whole = std::ranges::count_if(ends, [cut](std::size_t end) { return end <= cut; });
    for (std::int64_t i = 0; i < whole; ++i) {
      const std::optional<Frame> frame = reader.next().value();
      REQUIRE(frame);
      CHECK(frame->head.integer("n") == i);
    }
    if (cut == 0 || (whole > 0 && ends.at(static_cast<std::size_t>(whole) - 1) == cut)) {
      CHECK_FALSE(reader.next().value());
    } else {
      CHECK_FALSE(reader.next());
    }
  }
}

TEST_CASE("a frame whose head is no object with a kind is an error") {
  for (const std::string_view head :
       {"", "null", "[]", "{}", "{\"kind\":1}", "{\"kind\":\"\"}", "{\"kind\":\"a\"", "x"}) {
    CAPTURE(head);
    std::string batch(1, static_cast<char>(head.size()));
    batch += "\0\0\0"s;
    batch += head;
    batch += "\0\0\0\0"s;
    FrameReader reader(batch);
    CHECK_FALSE(reader.next());
  }
}

TEST_CASE("event streams are read by the standard's algorithm") {
  for (const std::string& stream : kStreams) {
    CAPTURE(dump_json(Json(stream)));
    CHECK(parsed({stream}).events == by_the_standard(stream));
  }
}

TEST_CASE("an event stream cut at every byte gives the same events, and each as soon as it is whole") {
  for (const std::string& stream : kStreams) {
    CAPTURE(dump_json(Json(stream)));
    const Parsed whole = parsed({stream});
    CHECK(parsed(bytes_of_text(stream)) == whole);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      CAPTURE(cut);
      CHECK(parsed({stream.substr(0, cut), stream.substr(cut)}) == whole);
      CHECK(parsed({stream.substr(0, cut)}).events == by_the_standard(stream.substr(0, cut)));
    }
  }
}

TEST_CASE("the last id is that of the last whole event, so that a cut event is asked for again") {
  CHECK(parsed({"id: 7\ndata: whole\n\nid: 8\ndata: cut\n"}).last_id == "7");
  CHECK(parsed({"id: 7\ndata: whole\n\nid: 8\n\n"}).last_id == "8");
  CHECK(parsed({"id: 7\n\nid\ndata: forgets it\n\n"}).last_id.empty());
}

TEST_CASE("a server's wish for the wait before a reconnection is a whole number or ignored") {
  CHECK(parsed({"retry: 1500\n"}).retry_ms == 1500);
  CHECK(parsed({"retry: 10\nretry: 1x\nretry:\nretry: -1\n"}).retry_ms == 10);
  CHECK_FALSE(parsed({"retry: 99999999999999999999\n"}).retry_ms);
  CHECK_FALSE(parsed({"data: 5\n\n"}).retry_ms);
}

TEST_CASE("an event of more than 32 MiB is refused, in one line or in many; smaller ones in one chunk are not") {
  const std::string mebibyte(1U << 20U, 'x');
  const auto feed = [](const std::string& piece, int times) {
    SseParser parser;
    int events = 0;
    for (int i = 0; i < times; ++i) {
      parser.feed(piece);
      for (;;) {
        const Result<std::optional<ServerSentEvent>> event = parser.next();
        if (!event) return -1;
        if (!*event) break;
        ++events;
      }
    }
    return events;
  };
  CHECK(feed(mebibyte, 34) == -1);
  CHECK(feed("data: " + mebibyte + "\n", 34) == -1);
  CHECK(feed("data: " + mebibyte + "\n\n", 34) == 34);
  std::string many;
  for (int i = 0; i < 34; ++i) many += "data: " + mebibyte + "\n\n";
  CHECK(feed(many, 1) == 34);
}

}  // namespace troupe::test

// Server-sent events: however a stream is cut, its events are the same.
#include "wire/sse.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "input.hpp"

namespace troupe::fuzz {
namespace {

struct Parsed {
  std::string events;
  std::string last_id;
  std::int64_t retry_ms = -1;

  bool operator==(const Parsed&) const = default;
};

void drain(SseParser& parser, Parsed& parsed) {
  while (const std::optional<ServerSentEvent> event = parser.next().value()) {
    append(parsed.events, {event->event, "\x1E", event->data, "\x1E", event->id, "\x1D"});
  }
  parsed.last_id = parser.last_id();
  parsed.retry_ms = parser.retry_ms().value_or(-1);
}

Parsed whole(std::string_view stream) {
  SseParser parser;
  Parsed parsed;
  parser.feed(stream);
  drain(parser, parsed);
  return parsed;
}

/// Cut into pieces as long as `cuts` says, one after the other and again; nothing now and then, as networks do.
Parsed in_pieces(std::string_view stream, std::string_view cuts) {
  SseParser parser;
  Parsed parsed;
  for (std::size_t turn = 0; !stream.empty(); ++turn) {
    const std::size_t wanted =
        cuts.empty() || turn % 2 == 1 ? 1 : static_cast<unsigned char>(cuts[turn / 2 % cuts.size()]) % 8U;
    // A copy of exactly its size: the sanitizer sees whoever reads beyond.
    const std::string piece(stream.substr(0, wanted));
    parser.feed(piece);
    drain(parser, parsed);
    stream.remove_prefix(piece.size());
  }
  return parsed;
}

}  // namespace
}  // namespace troupe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe::fuzz;
  Input input(data, size);
  const std::string_view cuts = input.text();
  const std::string_view stream = input.rest();
  const Parsed expected = whole(stream);
  must(in_pieces(stream, {}) == expected, "a stream cut at every byte gives the same events", expected.events);
  must(in_pieces(stream, cuts) == expected, "a stream cut anywhere gives the same events", expected.events);
  return 0;
}

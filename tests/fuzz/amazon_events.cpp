// Amazon's binary event streams: however a stream is cut, its messages are the same; a byte that is wrong is found; and
// whatever the reader of Bedrock makes of them is a reply or an Error.
#include "wire/amazon_events.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "input.hpp"
#include "llm/codec.hpp"

namespace troupe::fuzz {
namespace {

std::string number(std::uint32_t value) {
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 8) text += static_cast<char>(value >> (shift - 8));
  return text;
}

/// Bytes with lengths and checksums around them: random ones alone would never get past the first check.
std::string framed(std::string_view headers, std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(headers.size());
  std::string text = number(16 + size + static_cast<std::uint32_t>(payload.size())) + number(size);
  text += number(crc32(text));
  text.append(headers).append(payload);
  return text + number(crc32(text));
}

std::string header(std::string_view name, std::string_view value) {
  return std::string(1, static_cast<char>(name.size())) + std::string(name) + '\x07' +
         number(static_cast<std::uint32_t>(value.size())).substr(2) + std::string(value);
}

/// Whether the parser has failed, and what it gave before.
struct Parsed {
  std::string told, reply;
  bool failed = false;

  bool operator==(const Parsed&) const = default;
};

class Reading {
 public:
  void feed(std::string_view piece) {
    // A copy of exactly its size: the sanitizer sees whoever reads beyond.
    parser_.feed(std::string(piece));
    while (!parsed.failed) {
      const Result<std::optional<ServerSentEvent>> event = parser_.next();
      parsed.failed = !event;
      if (!event || !*event) return;
      append(parsed.told, {(*event)->id, "\x1E", (*event)->event, "\x1E", (*event)->data, "\x1D"});
      if (reader_ == nullptr) continue;
      const Result<std::string> text = reader_->event(**event);
      parsed.reply += text ? *text : text.error().whole();
      must(repaired_utf8(parsed.reply) == parsed.reply, "what is told is UTF-8", parsed.reply);
      if (!text) reader_.reset();
    }
  }

  void finish() {
    if (reader_ == nullptr || !reader_->complete()) return;
    const ChatReply reply = reader_->finish();
    must(reply.text == parsed.reply, "the text is what was told on the way", parsed.reply);
    parsed.reply = written(reply);
    must(written(reply_from(parsed.reply)) == parsed.reply, "a reply survives the journal", parsed.reply);
  }

  Parsed parsed;

 private:
  AmazonEventParser parser_;
  std::unique_ptr<ReplyReader> reader_ = bedrock().reader();
};

Parsed whole(std::string_view stream) {
  Reading reading;
  reading.feed(stream);
  reading.finish();
  return reading.parsed;
}

Parsed in_pieces(std::string_view stream, std::size_t wanted) {
  Reading reading;
  for (; !stream.empty(); stream.remove_prefix(std::min(wanted, stream.size()))) reading.feed(stream.substr(0, wanted));
  reading.finish();
  return reading.parsed;
}

constexpr std::string_view kTypes[] = {"contentBlockStart", "contentBlockDelta", "messageStop", "metadata", "other"};

}  // namespace
}  // namespace troupe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  using namespace troupe::fuzz;
  Input input(data, size);
  std::string stream;
  const std::size_t piece = 1 + input.below(16);
  for (std::size_t i = input.below(8); i > 0 && !input.empty(); --i) {
    if (input.flag()) {
      const std::string_view type = kTypes[input.below(5)];
      stream += framed(header(":event-type", type) + header(":message-type", "event"), input.text());
    } else {
      const std::string_view headers = input.text();
      stream += framed(headers, input.text());
    }
  }
  const std::size_t wrong = input.below(256);
  stream += input.rest();
  const Parsed expected = whole(stream);
  must(in_pieces(stream, piece) == expected, "a stream cut anywhere gives the same messages", expected.told);
  must(in_pieces(stream, 1) == expected, "a stream cut at every byte gives the same messages", expected.told);
  if (!expected.failed && !expected.told.empty() && wrong < stream.size()) {
    stream[wrong] = static_cast<char>(stream[wrong] ^ 1);
    const Parsed broken = whole(stream);
    must(expected.told.starts_with(broken.told), "a byte that is wrong adds nothing", broken.told);
  }
  return 0;
}

#include "wire/amazon_events.hpp"

#include <array>
#include <utility>

#include "base/json.hpp"

namespace troupe {
namespace {

constexpr std::size_t kPrelude = 12;  // the message's length, that of its headers, the checksum of both
constexpr std::size_t kChecksum = 4;

/// Half a byte at a time: a sixteenth of the usual table, for streams that are a few kilobytes.
constexpr std::array<std::uint32_t, 16> kRemainders = [] {
  std::array<std::uint32_t, 16> table{};
  for (std::uint32_t i = 0; i < 16; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 4; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
    table[i] = value;
  }
  return table;
}();

/// Big-endian. What is not there is remembered.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) {
      missed_ = true;
      size = bytes_.size();
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (const char c : take(size)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }
  bool empty() const { return bytes_.empty(); }
  bool missed() const { return missed_; }

 private:
  std::string_view bytes_;
  bool missed_ = false;
};

/// The value of a header, which is told only where it is a text. Nothing for a type that does not exist.
std::optional<std::string_view> header_value(Bytes& bytes) {
  switch (bytes.number(1)) {
    case 0:         // true
    case 1: break;  // false
    case 2: bytes.take(1); break;
    case 3: bytes.take(2); break;
    case 4: bytes.take(4); break;
    case 5:                         // a number of 64 bits
    case 8: bytes.take(8); break;   // a time
    case 9: bytes.take(16); break;  // a UUID
    case 6: bytes.take(bytes.number(2)); break;
    case 7: return bytes.take(bytes.number(2));
    default: return std::nullopt;
  }
  return std::string_view();
}

struct Headers {
  std::string_view kind, type, exception, code, sentence;
};

/// False where they are broken.
bool read_headers(std::string_view text, Headers& headers) {
  Bytes bytes(text);
  while (!bytes.empty()) {
    const std::string_view name = bytes.take(bytes.number(1));
    const std::optional<std::string_view> value = header_value(bytes);
    if (!value || bytes.missed()) return false;
    if (name == ":message-type") headers.kind = *value;
    else if (name == ":event-type") headers.type = *value;
    else if (name == ":exception-type") headers.exception = *value;
    else if (name == ":error-code") headers.code = *value;
    else if (name == ":error-message") headers.sentence = *value;
  }
  return true;
}

std::unexpected<Error> broken(const char* how) {
  return failure(Code::kMalformed, std::string("The event stream is broken: ") + how);
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    sum = (sum >> 4U) ^ kRemainders[sum & 15U];
    sum = (sum >> 4U) ^ kRemainders[sum & 15U];
  }
  return ~sum;
}

void AmazonEventParser::feed(std::string_view bytes) {
  pending_.erase(0, std::exchange(read_, 0));
  pending_ += bytes;
}

Result<std::optional<ServerSentEvent>> AmazonEventParser::next() {
  const std::string_view rest = std::string_view(pending_).substr(read_);
  if (rest.size() < kPrelude) return std::nullopt;
  Bytes prelude(rest);
  const std::size_t size = prelude.number(4), headers_size = prelude.number(4);
  if (prelude.number(4) != crc32(rest.substr(0, 8))) return broken("the checksum of a message's lengths is wrong.");
  if (size > kMaxMessage) return broken("a message has more than 32 MiB.");
  if (size < kPrelude + kChecksum || headers_size > size - kPrelude - kChecksum)
    return broken("a message's lengths make no sense.");
  if (rest.size() < size) return std::nullopt;
  const std::string_view message = rest.substr(0, size - kChecksum);
  if (Bytes(rest.substr(message.size())).number(4) != crc32(message))
    return broken("the checksum of a message is wrong.");
  Headers headers;
  if (!read_headers(message.substr(kPrelude, headers_size), headers))
    return broken("a message's headers make no sense.");

  ServerSentEvent event;
  event.id = headers.kind;
  event.event = headers.kind == "exception" ? headers.exception : headers.kind == "error" ? headers.code : headers.type;
  event.data = message.substr(kPrelude + headers_size);
  if (headers.kind == "error" && event.data.empty())
    event.data = sentence_ = ObjectText().text("message", headers.sentence).finish();
  read_ += size;
  return event;
}

}  // namespace troupe

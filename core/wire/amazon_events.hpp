// Amazon's binary event streams (application/vnd.amazon.eventstream), cut into chunks at any byte:
// docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "wire/sse.hpp"

namespace troupe {

/// Takes bytes as they come and gives whole messages, told as server-sent events are: `event` is the ":event-type", or
/// of a failure the ":exception-type" or ":error-code"; `data` is the payload, or of a failure without one its
/// ":error-message" as {"message":...}; `id` is the ":message-type" ("event", "exception", "error"), as there are no
/// ids. A message that the stream's end cuts is dropped.
class AmazonEventParser {
 public:
  static constexpr std::size_t kMaxMessage = SseParser::kMaxEvent;

  void feed(std::string_view bytes);

  /// The next whole message, in order. Fails with kMalformed, then and ever after, when a checksum is wrong, a length
  /// or a header makes no sense, or a message is longer than kMaxMessage.
  Result<std::optional<ServerSentEvent>> next();

 private:
  std::string pending_, sentence_;
  std::size_t read_ = 0;  // of pending_, already given
};

/// CRC-32 as gzip has it (RFC 1952, 8).
std::uint32_t crc32(std::string_view bytes);

}  // namespace troupe

// What crosses the seam: frames of `u32 head length, head, u32 body length, body`, little-endian.
// The head is a small JSON object with a "kind"; the body is bytes that only their user parses.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace troupe {

/// The version of the frames' kinds and fields (docs/protocol.md). A host that speaks another one is refused.
inline constexpr int kProtocolVersion = 1;

/// One event or command. `body` points into the batch that the frame was read from.
struct Frame {
  std::string_view kind;  // points into head
  Json head;
  std::string_view body;
};

/// Reads a batch of frames. The bytes must outlive the reader and its frames.
class FrameReader {
 public:
  explicit FrameReader(std::string_view batch) : rest_(batch), size_(batch.size()) {}

  /// The next frame, or nothing at the end. Fails with kProtocol on a broken one; nothing after it can be read.
  Result<std::optional<Frame>> next();

 private:
  Result<std::string_view> take(std::string_view what);

  std::string_view rest_;
  std::size_t size_;
};

/// The head of a frame in the making: `Head("http.send").number("id", 7).text("url", url)`.
class Head {
 public:
  explicit Head(std::string_view kind);

  Head& text(std::string_view name, std::string_view value);
  Head& number(std::string_view name, std::int64_t value);
  Head& flag(std::string_view name, bool value);
  /// `value` is JSON already.
  Head& raw(std::string_view name, std::string_view value);
  Head& json(std::string_view name, const Json& value) { return raw(name, dump_json(value)); }

  /// The head as JSON. Call once.
  std::string finish() &&;

 private:
  void name(std::string_view name);
  std::string text_;
};

/// Writes frames one after the other into one buffer.
class FrameWriter {
 public:
  /// The body is the pieces one after the other: a request's text is not joined before it is copied.
  void write(Head head, std::initializer_list<std::string_view> body = {});

  std::string_view bytes() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

}  // namespace troupe

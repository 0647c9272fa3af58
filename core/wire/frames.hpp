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
#include "base/json_parse.hpp"

namespace troupe {

/// The version of the frames' kinds and fields (docs/protocol.md). A host that speaks another one is refused.
inline constexpr int kProtocolVersion = 1;

/// One event or command. Views into the batch that it was read from; the fields are the reader's, good until it reads
/// on.
struct Frame {
  std::string_view kind;
  std::string_view json;  // the head as it is written
  const Fields& head;
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
  Fields fields_;
};

/// The head of a frame in the making: `Head("http.send").number("id", 7).text("url", url)`.
class Head : public ObjectText {
 public:
  explicit Head(std::string_view kind) { text("kind", kind); }
};

/// Writes frames one after the other into one buffer.
class FrameWriter {
 public:
  /// The body is the pieces one after the other: a request's text is not joined before it is copied.
  void write(const ObjectText& head, std::initializer_list<std::string_view> body = {});

  std::string_view bytes() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

}  // namespace troupe

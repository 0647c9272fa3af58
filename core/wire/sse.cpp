#include "wire/sse.hpp"

#include <algorithm>
#include <utility>

#include "base/scan.hpp"

namespace troupe {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Where the line that goes on at `from` ends, or the text's size. Streams are read byte for byte here.
std::size_t end_of_line(std::string_view text, std::size_t from) {
  return stop_at(text, from, [](Bytes16 bytes) { return (bytes == '\n') | (bytes == '\r'); });
}

}  // namespace

void SseParser::own_data() {
  if (has_data_ && !std::exchange(owns_data_, true)) data_ = first_;
}

void SseParser::feed(std::string_view bytes) {
  own_data();
  pending_.erase(0, read_);
  scanned_ -= std::exchange(read_, 0);
  pending_ += bytes;
  if (at_start_ && !kByteOrderMark.starts_with(pending_)) {
    if (pending_.starts_with(kByteOrderMark)) read_ = scanned_ = kByteOrderMark.size();
    at_start_ = false;
  }
}

Result<std::optional<ServerSentEvent>> SseParser::next() {
  while (!at_start_) {
    if (after_carriage_ && read_ < pending_.size()) {
      if (pending_[read_] == '\n') ++read_;
      scanned_ = std::max(scanned_, read_);
      after_carriage_ = false;
    }
    const std::size_t end = scanned_ = end_of_line(pending_, scanned_);
    if (scanned_ - read_ + data().size() > kMaxEvent) {
      return failure(Code::kMalformed, "The event stream sent an event of more than 32 MiB.");
    }
    if (end == pending_.size()) return std::nullopt;
    const std::string_view text = std::string_view(pending_).substr(read_, end - read_);
    after_carriage_ = pending_[end] == '\r';
    read_ = scanned_ = end + 1;
    if (!text.empty()) {
      line(text);
      continue;
    }
    id_ = next_id_;
    const bool whole = has_data_ || has_id_;
    const ServerSentEvent event{has_event_ ? std::string_view(event_) : "message", data(), id_};
    has_event_ = has_data_ = owns_data_ = has_id_ = false;
    if (whole) return event;
  }
  return std::nullopt;
}

void SseParser::line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0) return;  // a comment
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    own_data();
    if (has_data_) (data_ += '\n') += value;
    else first_ = value;
    has_data_ = true;
  } else if (name == "event") {
    event_ = value;
    has_event_ = !value.empty();
  } else if (name == "id") {
    if (value.find('\0') != std::string_view::npos) return;
    next_id_ = value;
    has_id_ = true;
  } else if (name == "retry") {
    std::int64_t ms = 0;
    for (const char c : value) {
      if (c < '0' || c > '9' || ms > 1'000'000'000) return;
      ms = ms * 10 + (c - '0');
    }
    if (!value.empty()) retry_ms_ = ms;
  }
}

}  // namespace troupe

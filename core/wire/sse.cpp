#include "wire/sse.hpp"

#include <utility>

#include "base/error.hpp"

namespace troupe {

void SseParser::feed(std::string_view bytes) {
  pending_.erase(0, std::exchange(read_, 0));
  pending_ += bytes;
  if (at_start_ && pending_.size() >= 3) {
    if (pending_.starts_with("\xEF\xBB\xBF")) pending_.erase(0, 3);
    at_start_ = false;
  }
  if (pending_.size() + data_.size() > kMaxEvent) {
    throw Error(Code::kMalformed, "The event stream sent an event of more than 32 MiB.");
  }
}

std::optional<ServerSentEvent> SseParser::next() {
  for (;;) {
    const std::string_view rest = std::string_view(pending_).substr(read_);
    const std::size_t end = rest.find_first_of("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const bool carriage = rest[end] == '\r';
    if (carriage && end + 1 == rest.size()) return std::nullopt;  // may be half of \r\n
    read_ += end + (carriage && rest[end + 1] == '\n' ? 2 : 1);
    if (end != 0) {
      line(rest.substr(0, end));
      continue;
    }
    const bool whole = has_data_ || has_id_;
    ServerSentEvent event{event_.empty() ? "message" : std::move(event_), std::move(data_), id_};
    event_.clear();
    data_.clear();
    has_data_ = has_id_ = false;
    if (whole) return event;
  }
}

void SseParser::line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0) return;  // a comment
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (name == "event") {
    event_ = value;
  } else if (name == "id") {
    if (value.find('\0') != std::string_view::npos) return;
    id_ = value;
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

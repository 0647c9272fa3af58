// Server-sent events (WHATWG HTML, 9.2.6), cut into chunks at any byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace troupe {

/// Views, good until the parser that gave it is fed or asked again.
struct ServerSentEvent {
  std::string_view event;  // "message" unless the stream named it
  std::string_view data;   // lines joined by \n; empty in an event that only carries an id or a retry
  std::string_view id;     // the last id seen on the stream so far
};

/// Takes bytes as they come and gives whole events. An event that the stream's end cuts is dropped, as the
/// standard says.
class SseParser {
 public:
  static constexpr std::size_t kMaxEvent = 32U << 20U;

  void feed(std::string_view bytes);

  /// The next whole event with data, or with an id only (a priming event), in order. Fails with kMalformed when a line
  /// or an event is longer than kMaxEvent.
  Result<std::optional<ServerSentEvent>> next();

  /// The server's wish for the wait before a reconnection, in milliseconds.
  std::optional<std::int64_t> retry_ms() const { return retry_ms_; }
  /// That of the last whole event: what a reconnection asks to go on after.
  const std::string& last_id() const { return id_; }

 private:
  void line(std::string_view line);
  /// Of the event so far.
  std::string_view data() const {
    if (!has_data_) return {};
    return owns_data_ ? std::string_view(data_) : first_;
  }
  void own_data();

  std::string pending_;
  std::size_t read_ = 0;     // of pending_, already cut into lines
  std::size_t scanned_ = 0;  // of pending_, known to hold no line's end after read_: a long line is looked through once
  std::string event_, data_, id_, next_id_;
  std::string_view first_;  // the event's only line of data so far, in pending_
  bool has_event_ = false, has_data_ = false, owns_data_ = false, has_id_ = false, at_start_ = true;
  bool after_carriage_ = false;  // a \n that comes now belongs to the line's end before it
  std::optional<std::int64_t> retry_ms_;
};

}  // namespace troupe

// The host as the core sees it: commands go out, events come in by the id of what they answer, time passes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string_view>
#include <utility>

#include "base/random.hpp"
#include "run/queue.hpp"
#include "wire/frames.hpp"

namespace troupe {

/// Something that waits for events of one id, or for a moment. It must stop listening before it is destroyed.
class Listener {
 public:
  virtual ~Listener() = default;
  /// What is kept of the frame is copied.
  virtual void on_event(const Frame& event) = 0;
  virtual void on_time() = 0;
};

class Host {
 public:
  using Id = std::int64_t;

  RunQueue& queue() { return queue_; }
  FrameWriter& commands() { return commands_; }
  const FrameWriter& commands() const { return commands_; }

  Id next_id() { return ++last_id_; }
  void send(const ObjectText& head, std::initializer_list<std::string_view> body = {}) { commands_.write(head, body); }

  void listen(Id id, Listener& listener) { listeners_[{id, 0}] = &listener; }
  void forget(Id id) { listeners_.erase({id, 0}); }
  /// Gives an event to who listens for its id. An event for nobody is late, and dropped.
  void deliver(Id id, const Frame& event);

  /// Milliseconds since 1970, as the last event said. Never goes back.
  std::int64_t now_ms() const { return now_ms_; }
  /// Moves time on and wakes who waited for it.
  void set_now(std::int64_t now_ms);
  /// A moment and a number, so that alarms of one moment go off in the order in which they were set.
  using Alarm = std::pair<std::int64_t, std::int64_t>;
  Alarm wake_at(std::int64_t at_ms, Listener& listener);
  void forget(const Alarm& alarm) { alarms_.erase(alarm); }
  /// One timer serves everybody: tells the host the next moment at which it has to call, if that came nearer.
  void send_wake();

  /// Jitter of retries and ids on the wire: live only, never journalled.
  Random& jitter() { return jitter_; }

 private:
  RunQueue queue_;
  FrameWriter commands_;
  Id last_id_ = 0;
  std::map<Alarm, Listener*> listeners_;  // by id and 0: one kind of map is enough
  std::map<Alarm, Listener*> alarms_;
  std::int64_t last_alarm_ = 0;
  std::int64_t now_ms_ = 0;
  std::int64_t wake_ms_ = 0;  // what the host was told; 0 if nothing
  Random jitter_{0};
};

}  // namespace troupe

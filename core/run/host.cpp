#include "run/host.hpp"

#include <algorithm>

#include "base/numbers.hpp"

namespace troupe {

void Host::deliver(Id id, const Frame& event) {
  const auto found = listeners_.find({id, 0});
  if (found != listeners_.end()) found->second->on_event(event);
}

Host::Alarm Host::wake_at(std::int64_t at_ms, Listener& listener) {
  const Alarm alarm{at_ms, ++last_alarm_};
  alarms_.emplace(alarm, &listener);
  return alarm;
}

void Host::set_now(std::int64_t now_ms) {
  now_ms_ = std::max(now_ms_, plausible_ms(now_ms));
  if (wake_ms_ != 0 && wake_ms_ <= now_ms_) wake_ms_ = 0;
  while (!alarms_.empty() && alarms_.begin()->first.first <= now_ms_) {
    Listener* listener = alarms_.begin()->second;
    alarms_.erase(alarms_.begin());
    listener->on_time();
    queue_.drain();
  }
}

void Host::send_wake() {
  if (alarms_.empty()) return;
  const std::int64_t next = alarms_.begin()->first.first;
  if (wake_ms_ != 0 && wake_ms_ <= next) return;
  wake_ms_ = next;
  send(Head("wake").number("at", next).number("in", next > now_ms_ ? next - now_ms_ : 0));
}

}  // namespace troupe

#include "run/exchange.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"

namespace troupe {

Exchange::Exchange(Host& host, ObjectText head, std::initializer_list<std::string_view> body, std::string_view end_kind)
    : host_(host), id_(host.next_id()), end_kind_(end_kind) {
  host_.listen(id_, *this);
  host_.send(head.number("id", id_), body);
}

void Exchange::close() {
  if (!open_) return;
  open_ = false;
  host_.forget(id_);
}

void Exchange::end() {
  if (alarm_) host_.forget(*std::exchange(alarm_, std::nullopt));
  if (!open_) return;
  close();
  if (!end_kind_.empty()) host_.send(Head(end_kind_).number("id", id_));
}

void Exchange::wait(TaskState* waiter, std::int64_t patience_ms) {
  waiter_ = waiter;
  if (patience_ms > 0) alarm_ = host_.wake_at(sum(host_.now_ms(), patience_ms), *this);
}

void Exchange::on_event(const Frame& event) {
  replies_.push_back({std::string(event.kind), std::string(event.json), std::string(event.body)});
  if (waiter_ != nullptr) woken()->resume();
}

void Exchange::on_time() {
  alarm_.reset();
  if (waiter_ != nullptr) woken()->fail(Error(Code::kTimeout, "No answer came in time."));
}

TaskState* Exchange::woken() {
  if (alarm_) host_.forget(*std::exchange(alarm_, std::nullopt));
  return std::exchange(waiter_, nullptr);
}

Reply Exchange::take() {
  Reply reply = std::move(replies_[taken_++]);
  if (taken_ == replies_.size()) {
    replies_.clear();
    taken_ = 0;
  }
  return reply;
}

void Gate::open() {
  open_ = true;
  for (Place* place : std::exchange(waiters_, {})) {
    place->waiting = false;
    place->task->resume();
  }
}

Gate::Place::~Place() {
  if (waiting) std::erase(gate.waiters_, this);
}

}  // namespace troupe

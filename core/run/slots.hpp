// At most so many at once: the others wait, in the order in which they came.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "run/task.hpp"

namespace troupe {

/// `co_await slots.take();` and later slots.release(), also when the work failed. It outlives those who wait.
class Slots {
 public:
  explicit Slots(std::int64_t free) : free_(free) {}
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  struct Place {
    Slots& slots;
    TaskState* task = nullptr;
    ~Place() { std::erase(slots.waiting_, this); }
    bool await_ready() const noexcept {
      if (slots.free_ == 0) return false;
      --slots.free_;
      return true;
    }
    void await_suspend(Waiter waiter) {
      task = waiter.task;
      slots.waiting_.push_back(this);
    }
    void await_resume() const noexcept {}
  };
  Place take() { return Place{*this}; }

  void release() {
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    // The slot goes over to the first who waits.
    Place* next = waiting_.front();
    waiting_.erase(waiting_.begin());
    next->task->resume();
  }

 private:
  std::int64_t free_;
  std::vector<Place*> waiting_;
};

}  // namespace troupe

// The one place where coroutines are resumed.
//
// Awaiting never resumes anything by itself: it pushes a handle here, and drain() resumes. Symmetric transfer
// would be shorter, but overflows the wasm stack between 10,000 and 20,000 awaits that complete at once, which
// is what a long replay does.
#pragma once

#include <coroutine>
#include <cstddef>
#include <vector>

namespace troupe {

class RunQueue {
 public:
  void push(std::coroutine_handle<> handle) { ready_.push_back(handle); }

  /// Called before a frame that may be waiting here is destroyed.
  void forget(std::coroutine_handle<> handle) {
    for (std::size_t i = next_; i < ready_.size(); ++i) {
      if (ready_[i] == handle) ready_[i] = nullptr;
    }
  }

  /// Resumes until nothing is ready. Not reentrant.
  void drain() {
    while (next_ < ready_.size()) {
      const std::coroutine_handle<> handle = ready_[next_++];
      if (handle) handle.resume();
      if (next_ == ready_.size()) {
        ready_.clear();
        next_ = 0;
      }
    }
  }

 private:
  std::vector<std::coroutine_handle<>> ready_;
  std::size_t next_ = 0;
};

}  // namespace troupe

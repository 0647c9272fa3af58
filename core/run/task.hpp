// Task<T>: a lazy coroutine that is awaited once.
//
// A task starts when it is awaited (or given to all(), or start()ed as a root), runs on its awaiter's queue, and
// hands its value or its exception to the awaiter. Destroying a task that has not ended cancels it: the frame's
// locals are destroyed, and what they wait for outside is aborted by their destructors.
//
// Habits that keep coroutines right on every compiler: parameters by value; `co_await` is the whole right-hand
// side of a named declaration or a whole statement; no view or iterator lives across it.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "run/queue.hpp"

namespace troupe {

/// Counts tasks down and wakes one waiter when all have ended.
struct Latch {
  std::size_t left = 0;
  std::coroutine_handle<> waiter;
};

namespace detail {

struct PromiseBase {
  RunQueue* queue = nullptr;
  std::coroutine_handle<> continuation;
  Latch* latch = nullptr;
  std::exception_ptr failure;

  struct Final {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) noexcept {
      PromiseBase& promise = self.promise();
      if (promise.continuation) promise.queue->push(promise.continuation);
      if (promise.latch != nullptr && --promise.latch->left == 0) promise.queue->push(promise.latch->waiter);
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception() { failure = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  void return_void() noexcept {}
  void take() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::Promise<T> {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() { destroy(); }

  bool ended() const { return handle_ && handle_.done(); }

  /// Puts the task on `queue` without an awaiter. The task must be kept until it has ended.
  void start(RunQueue& queue, Latch* latch = nullptr) {
    handle_.promise().queue = &queue;
    handle_.promise().latch = latch;
    queue.push(handle_);
  }

  /// REQUIRES: ended(). The value, or the exception again. Call once.
  T take() { return handle_.promise().take(); }

  struct Awaiter {
    Handle child;
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> parent) const noexcept {
      child.promise().queue = parent.promise().queue;
      child.promise().continuation = parent;
      child.promise().queue->push(child);
    }
    T await_resume() const { return child.promise().take(); }
  };
  Awaiter operator co_await() && noexcept { return Awaiter{handle_}; }

 private:
  explicit Task(Handle handle) : handle_(handle) {}

  void destroy() {
    if (!handle_) return;
    if (!handle_.done() && handle_.promise().queue != nullptr) handle_.promise().queue->forget(handle_);
    std::exchange(handle_, nullptr).destroy();
  }

  Handle handle_;
};

}  // namespace troupe

// Task<T>: a lazy coroutine that is awaited once and may fail.
//
// A task starts when it is awaited (or given to all(), or start()ed as a root), runs on its awaiter's queue, and hands
// its value to the awaiter. A failure ends a task where it stands, `co_await failure(...)`, and with it each task that
// waits for it, up to one that wants to know: `co_await settled(task)` gives a Result. Frames of failed tasks stay as
// they were until their owner destroys them, and the locals go then, innermost first.
//
// Destroying a task that has not ended cancels it: the frame's locals are destroyed, and what they wait for outside is
// aborted by their destructors.
//
// Habits that keep coroutines right on every compiler: parameters by value; `co_await` is the whole right-hand side of
// a named declaration or a whole statement; no view or iterator lives across it.
#pragma once

#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "run/queue.hpp"

namespace troupe {

/// What every task's promise has, whatever the value's type.
struct TaskState {
  RunQueue* queue = nullptr;
  std::coroutine_handle<> frame;
  TaskState* awaiter = nullptr;
  struct Latch* latch = nullptr;
  std::optional<Error>* settling = nullptr;  // where the awaited one's failure goes; null: it is this task's as well
  std::optional<Error> failure;              // of a task that nobody awaits
  bool ended = false;

  /// Runs on.
  void resume() const { queue->push(frame); }
  /// What it waits for failed.
  void fail(const Error& error);
  void end();
};

/// Counts tasks down and wakes one waiter when all have ended.
struct Latch {
  std::size_t left = 0;
  TaskState* waiter = nullptr;
};

/// Who waits, as awaitables of this core are told: `void await_suspend(Waiter waiter)`.
struct Waiter {
  TaskState* task;
  template <class Promise>
  Waiter(std::coroutine_handle<Promise> frame) : task(&frame.promise()) {}  // NOLINT(google-explicit-constructor)
};

namespace detail {

struct PromiseBase : TaskState {
  struct Final {
    TaskState& task;
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept { task.end(); }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  Final final_suspend() noexcept { return {*this}; }
  void unhandled_exception() noexcept {}  // nothing throws
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  void return_void() noexcept {}
  void take() const noexcept {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::Promise<T> {
    Task get_return_object() {
      const Handle handle = Handle::from_promise(*this);
      this->frame = handle;
      return Task(handle);
    }
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

  bool ended() const { return handle_ && handle_.promise().ended; }

  /// Puts the task on `queue` without an awaiter. The task must be kept until it has ended.
  void start(RunQueue& queue, Latch* latch = nullptr) {
    handle_.promise().queue = &queue;
    handle_.promise().latch = latch;
    queue.push(handle_);
  }

  /// REQUIRES: ended(), of a task that was start()ed. Call once.
  Result<T> take() {
    if (handle_.promise().failure) return std::unexpected(*handle_.promise().failure);
    if constexpr (std::is_void_v<T>) return {};
    else return handle_.promise().take();
  }

  struct Awaiter {
    Handle child;
    bool await_ready() const noexcept { return false; }
    void await_suspend(Waiter waiter) const noexcept {
      child.promise().queue = waiter.task->queue;
      child.promise().awaiter = waiter.task;
      child.promise().resume();
    }
    T await_resume() const { return child.promise().take(); }
  };
  Awaiter operator co_await() && noexcept { return Awaiter{handle_}; }

 private:
  explicit Task(Handle handle) : handle_(handle) {}

  void destroy() {
    if (!handle_) return;
    if (!handle_.promise().ended && handle_.promise().queue != nullptr) handle_.promise().queue->forget(handle_);
    std::exchange(handle_, nullptr).destroy();
  }

  Handle handle_;
};

/// `co_await result` gives the value, or fails the task.
template <class T>
auto operator co_await(Result<T>&& result) {
  struct Awaiter {
    Result<T> result;
    bool await_ready() const noexcept { return result.has_value(); }
    void await_suspend(Waiter waiter) const { waiter.task->fail(result.error()); }
    T await_resume() {
      if constexpr (!std::is_void_v<T>) return std::move(*result);
    }
  };
  return Awaiter{std::move(result)};
}

/// `co_await failure(...)` fails the task: what follows is never reached.
inline auto operator co_await(std::unexpected<Error>&& failed) {
  struct Awaiter {
    Error error;
    bool await_ready() const noexcept { return false; }
    void await_suspend(Waiter waiter) const { waiter.task->fail(error); }
    [[noreturn]] void await_resume() const noexcept { std::unreachable(); }
  };
  return Awaiter{std::move(failed.error())};
}

namespace detail {

template <class Awaited>
struct Settled {
  using T = decltype(std::declval<Awaited&>().await_resume());

  Awaited awaited;
  TaskState* task = nullptr;
  std::optional<Error> failed = std::nullopt;

  bool await_ready() const noexcept { return awaited.await_ready(); }
  void await_suspend(Waiter waiter) {
    task = waiter.task;
    task->settling = &failed;
    awaited.await_suspend(waiter);
  }
  Result<T> await_resume() {
    if (task != nullptr) task->settling = nullptr;
    if (failed) return std::unexpected(*failed);
    if constexpr (std::is_void_v<T>) return {};
    else return awaited.await_resume();
  }
};

}  // namespace detail

/// `Result<T> outcome = co_await settled(task)`: a failure becomes a value here and goes no further.
template <class T>
auto settled(Task<T>&& task) {
  return detail::Settled<typename Task<T>::Awaiter>{std::move(task).operator co_await()};
}
template <class Awaitable>
auto settled(Awaitable&& awaitable) {
  return detail::Settled<Awaitable&>{awaitable};
}

}  // namespace troupe

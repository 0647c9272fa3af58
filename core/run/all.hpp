// Joining: start several tasks at once and wait for every one of them.
#pragma once

#include <utility>
#include <vector>

#include "run/task.hpp"

namespace troupe {

namespace detail {

template <class T>
struct Join {
  std::vector<Task<T>>& tasks;
  Latch latch;
  bool await_ready() const noexcept { return tasks.empty(); }
  void await_suspend(Waiter waiter) {
    latch = {tasks.size(), waiter.task};
    for (Task<T>& task : tasks) task.start(*latch.waiter->queue, &latch);
  }
  void await_resume() const noexcept {}
};

}  // namespace detail

/// Starts all tasks in index order and, when the last has ended, gives them back: take() each for its Result.
/// One that fails does not stop the others.
template <class T>
Task<std::vector<Task<T>>> all(std::vector<Task<T>> tasks) {
  detail::Join<T> join{tasks, {}};
  co_await join;
  co_return std::move(tasks);
}

}  // namespace troupe

#include "run/task.hpp"

namespace troupe {

void TaskState::end() {
  ended = true;
  if (awaiter != nullptr) awaiter->resume();
  if (latch != nullptr && --latch->left == 0) latch->waiter->resume();
}

void TaskState::fail(const Error& error) {
  TaskState* task = this;
  while (task->settling == nullptr) {
    if (task->awaiter == nullptr) {
      task->failure = error;
      task->end();
      return;
    }
    task->ended = true;
    task = task->awaiter;
  }
  *std::exchange(task->settling, nullptr) = error;
  task->resume();
}

}  // namespace troupe

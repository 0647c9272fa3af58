// Tasks that belong to none of those who wait for what they do.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "run/exchange.hpp"

namespace troupe {

/// Keeps tasks until they have ended; destroyed, it cancels them. They keep their failures to themselves: a task that
/// holds something outside settles its own, since a failed frame stays until it is swept.
class Background {
 public:
  explicit Background(Host& host) : host_(host) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() { clear(); }

  void keep(Task<> task) {
    if (closed_) return;
    std::erase_if(tasks_, [](const Task<>& kept) { return kept.ended(); });
    tasks_.push_back(std::move(task));
    tasks_.back().start(host_.queue());
  }

  /// Cancels all, and takes no more: what a cancelled task leaves behind must not start anew.
  void clear() {
    closed_ = true;
    tasks_.clear();
  }

 private:
  Host& host_;
  std::vector<Task<>> tasks_;
  bool closed_ = false;
};

/// Work that many want and that is done once: the first who asks starts it, and all wait. It runs in the background, so
/// that one who leaves does not break it for the others.
class Joint {
 public:
  /// `work` is called once for each time it has to be done; what it refers to outlives `background`'s tasks.
  Joint(Background& background, std::function<Task<>()> work) : background_(background), work_(std::move(work)) {}

  bool done() const { return done_; }

  /// Returns when it is done, or fails as it failed. The next wait() after a failure tries again.
  Task<> wait() {
    if (done_) co_return;
    if (!running_) {
      running_ = true;
      overtaken_ = false;
      gate_.close();
      background_.keep(run());
    }
    co_await gate_.wait();
    if (failure_) co_await failure(*failure_);
  }

  /// What was done, or is being done, is out of date.
  void undo() {
    done_ = false;
    overtaken_ = true;
  }

 private:
  Task<> run() {
    const Result<> worked = co_await settled(work_());
    failure_ = worked ? std::nullopt : std::optional(worked.error());
    running_ = false;
    done_ = !failure_ && !overtaken_;
    gate_.open();
  }

  Background& background_;
  Gate gate_;
  std::function<Task<>()> work_;
  std::optional<Error> failure_;
  bool done_ = false, running_ = false, overtaken_ = false;
};

}  // namespace troupe

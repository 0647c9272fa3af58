#include "run/within.hpp"

#include <optional>
#include <utility>

namespace troupe {
namespace {

/// Gives what the work gives, or fails at that moment.
class Within final : public Listener {
 public:
  /// The host outlives it.
  Within(Host& host, Task<std::string> work, std::int64_t at_ms, Error late)
      : host_(host), work_(std::move(work)), at_ms_(at_ms), late_(std::move(late)) {}
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;
  ~Within() override {
    if (alarm_) host_.forget(*alarm_);
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(Waiter waiter) {
    waiter_ = waiter.task;
    alarm_ = host_.wake_at(at_ms_, *this);
    awaited_.emplace(std::move(*work_).operator co_await());
    awaited_->await_suspend(waiter);
  }
  std::string await_resume() const { return awaited_->await_resume(); }

  void on_event(const Frame&) override {}
  void on_time() override {
    alarm_.reset();
    work_.reset();
    waiter_->fail(late_);
  }

 private:
  Host& host_;
  std::optional<Task<std::string>> work_;
  std::optional<Task<std::string>::Awaiter> awaited_;
  std::int64_t at_ms_;
  Error late_;
  TaskState* waiter_ = nullptr;
  std::optional<Host::Alarm> alarm_;
};

}  // namespace

Task<std::string> within(Host* host, Task<std::string> work, std::int64_t at_ms) {
  Within left(*host, std::move(work), at_ms, {Code::kBudget, "The time of the run was used up before it ended."});
  std::string value = co_await left;
  co_return value;
}

}  // namespace troupe

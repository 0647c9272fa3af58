// A request on a line that many share, awaited for its answer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "mcp/jsonrpc.hpp"
#include "mcp/open_call.hpp"
#include "run/host.hpp"
#include "run/task.hpp"

namespace troupe {

/// In the table from its making to its answer, its failure or its end. Not movable: it lives in a coroutine's frame.
class PendingCall : public Listener {
 public:
  using Table = std::vector<PendingCall*>;

  /// `abandoned` is told when it ends unanswered: nobody waits any more, or the time is over.
  /// The other side may be silent where `open` says so; null: it may not. `open` outlives this.
  PendingCall(Host& host, Table& table, std::int64_t id, const OpenCall* open, std::int64_t patience_ms,
              std::function<void()> abandoned)
      : host_(host), table_(table), id_(id), open_(open), patience_ms_(patience_ms), abandoned_(std::move(abandoned)) {
    table_.push_back(this);
    still_alive();
  }
  PendingCall(const PendingCall&) = delete;
  PendingCall& operator=(const PendingCall&) = delete;
  ~PendingCall() override {
    leave();
    if (!answer_ && !failure_) abandon();
  }

  std::int64_t id() const { return id_; }

  bool await_ready() const noexcept { return over(); }
  void await_suspend(Waiter waiter) noexcept { waiter_ = waiter.task; }
  /// The answer, or why there is none: kTimeout when there was silence for too long.
  Result<RpcMessage> await_resume() {
    if (failure_) return std::unexpected(*failure_);
    if (!answer_) return failure(Code::kTimeout, "No answer came in time.");
    return std::move(*answer_);
  }

  void answer(RpcMessage message) {
    answer_ = std::move(message);
    wake();
  }
  void fail(const Error& error) {
    failure_ = error;
    wake();
  }
  /// The other side says that it is at it: the time starts anew.
  void still_alive() {
    if (alarm_) host_.forget(*alarm_);
    alarm_ = host_.wake_at(sum(host_.now_ms(), patience_ms_), *this);
  }

  void on_event(const Frame&) override {}
  void on_time() override {
    alarm_.reset();
    if (open_ != nullptr && open_->may_be_silent()) return still_alive();
    late_ = true;
    abandon();
    wake();
  }

 private:
  bool over() const { return late_ || answer_ || failure_; }
  void abandon() {
    if (abandoned_) std::exchange(abandoned_, nullptr)();
  }
  void leave() {
    if (alarm_) host_.forget(*std::exchange(alarm_, std::nullopt));
    std::erase(table_, this);
  }
  void wake() {
    leave();
    if (waiter_ != nullptr) std::exchange(waiter_, nullptr)->resume();
  }

  Host& host_;
  Table& table_;
  std::int64_t id_;
  const OpenCall* open_;
  std::int64_t patience_ms_;
  std::function<void()> abandoned_;
  TaskState* waiter_ = nullptr;
  std::optional<Host::Alarm> alarm_;
  std::optional<RpcMessage> answer_;
  std::optional<Error> failure_;
  bool late_ = false;
};

}  // namespace troupe

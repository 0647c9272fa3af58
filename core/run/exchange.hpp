// A command and the events that answer it, as something a coroutine can await.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/numbers.hpp"
#include "run/host.hpp"
#include "run/task.hpp"

namespace troupe {

/// An event that was kept until somebody awaited it.
struct Reply {
  std::string kind;
  std::string head;  // JSON: Fields(reply.head)
  std::string body;
};

/// Sends a command under a new id when made, and gives its events one by one. Destroyed before close(), it sends
/// the command that ends the exchange on the host's side: leaving a coroutine is how work is cancelled.
class Exchange : public Listener {
 public:
  /// `end_kind` is the command that ends it early, such as "http.abort". `head` gets the id.
  Exchange(Host& host, ObjectText head, std::initializer_list<std::string_view> body, std::string_view end_kind);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() override { end(); }

  Host::Id id() const { return id_; }

  /// The next event. Fails with kTimeout if none comes within `patience_ms` (0: it waits for ever).
  auto next(std::int64_t patience_ms) {
    struct Awaiter {
      Exchange& exchange;
      std::int64_t patience_ms;
      bool await_ready() const noexcept { return !exchange.replies_.empty(); }
      void await_suspend(Waiter waiter) const { exchange.wait(waiter.task, patience_ms); }
      Reply await_resume() const { return exchange.take(); }
    };
    return Awaiter{*this, patience_ms};
  }

  /// The host is done with it: nothing is left to end.
  void close();

  void on_event(const Frame& event) override;
  void on_time() override;

 private:
  void wait(TaskState* waiter, std::int64_t patience_ms);
  Reply take();
  TaskState* woken();
  void end();

  Host& host_;
  Host::Id id_;
  std::string_view end_kind_;
  std::vector<Reply> replies_;
  std::size_t taken_ = 0;  // of them
  TaskState* waiter_ = nullptr;
  std::optional<Host::Alarm> alarm_;
  bool open_ = true;
};

/// Waits without a command: retries, sleeps.
class Pause : public Listener {
 public:
  Pause(Host& host, std::int64_t ms) : host_(host), ms_(ms) {}
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;
  ~Pause() override {
    if (alarm_) host_.forget(*alarm_);
  }

  bool await_ready() const noexcept { return ms_ <= 0; }
  void await_suspend(Waiter waiter) {
    waiter_ = waiter.task;
    alarm_ = host_.wake_at(sum(host_.now_ms(), ms_), *this);
  }
  void await_resume() const noexcept {}

  void on_event(const Frame&) override {}
  void on_time() override {
    alarm_.reset();
    waiter_->resume();
  }

 private:
  Host& host_;
  std::int64_t ms_;
  TaskState* waiter_ = nullptr;
  std::optional<Host::Alarm> alarm_;
};

/// Many coroutines wait until one opens it.
class Gate {
 public:
  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  bool is_open() const { return open_; }
  void close() { open_ = false; }
  void open();

  struct Place {
    Gate& gate;
    TaskState* task;
    bool waiting = false;
    ~Place();
    bool await_ready() const noexcept { return gate.open_; }
    void await_suspend(Waiter waiter) {
      task = waiter.task;
      waiting = true;
      gate.waiters_.push_back(this);
    }
    void await_resume() const noexcept {}
  };
  Place wait() { return Place{*this, nullptr}; }

 private:
  bool open_ = false;
  std::vector<Place*> waiters_;
};

}  // namespace troupe

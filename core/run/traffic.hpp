// What stands between an operation and what it uses: limits, fairness, circuit breakers. Live only: a replay has no
// traffic, and a journal knows of none of this but what came of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "run/task.hpp"

namespace troupe {

/// For whom something is done.
struct Party {
  std::string run;
  std::string tenant;
  std::int64_t priority = 1;  // of the run among those of its tenant: so many turns where others get one
};

/// What something used.
struct Spent {
  std::int64_t tokens = 0;
  std::int64_t nano_usd = 0;
};

/// What an operation is about to use.
struct Use {
  std::string line;  // what it queues for: "provider openai", "server files", "tool send_mail"
  std::string part =
      {};  // whose health it tells of, when that is a part of it: "model openai:gpt-5"; empty: the line's
  const Party* party = nullptr;  // outlives the turn; null: the engine itself, which goes first
  Spent estimate = {};
};

/// How a part fares, as far as it is known.
struct Standing {
  bool down = false, degraded = false;
  std::int64_t expected_ms = 0;  // of a use; 0: not known
  std::int64_t begins_ms = 0;    // 19 of 20 replies began within this time; 0: not known
};

class Turn;

/// Lets turns begin: floor 5 has the only real one.
class Traffic {
 public:
  virtual ~Traffic() = default;
  /// True when the turn may begin, or is refused, at once; else turn.wake() follows, now or later.
  virtual bool arrive(Turn& turn) = 0;
  /// The turn ended, or whoever waited for it went away.
  virtual void leave(Turn& turn) = 0;
  /// Which of these parts, each with its line, promises the shortest wait. At least one.
  virtual std::size_t choose(const std::vector<Use>& equals) = 0;
  virtual Standing standing(const Use& use) = 0;
};

/// One use: `const Result<> may = co_await turn;`, then the work, then ended(). Destroyed before that, it counts as
/// given up and says nothing of anybody's health.
class Turn {
 public:
  /// Without traffic every turn may begin at once.
  Turn(Traffic* traffic, Use use) : traffic_(traffic), use_(std::move(use)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (traffic_ != nullptr && arrived_) traffic_->leave(*this);
  }

  bool await_ready() {
    if (traffic_ == nullptr) return true;
    arrived_ = true;
    return traffic_->arrive(*this);
  }
  void await_suspend(Waiter waiter) { waiter_ = waiter.task; }
  Result<> await_resume() const {
    if (refusal_) return failure(*refusal_);
    return {};
  }

  /// How it went: null, or the failure, and what it used.
  void ended(const Error* error, Spent spent = {}) {
    failure_ = error == nullptr ? std::nullopt : std::optional(*error);
    spent_ = spent;
    over_ = true;
    if (traffic_ != nullptr && arrived_) traffic_->leave(*this);
    arrived_ = false;
  }

  /// The server said to come back later, to all of us.
  std::int64_t hold_ms = 0;
  /// Of a refusal: when it is worth another try; -1: not soon.
  std::int64_t wait_ms = -1;

  // For the traffic.
  const Use& use() const { return use_; }
  bool begun() const { return begun_; }
  bool decided() const { return begun_ || refusal_.has_value(); }
  bool over() const { return over_; }
  const std::optional<Error>& failed() const { return failure_; }
  const Spent& spent() const { return spent_; }
  std::int64_t began_ms = 0;
  std::int64_t answered_ms = 0;  // when the reply began; 0: it did not
  void begin() { begun_ = true; }
  void refuse(Error error) { refusal_ = std::move(error); }
  void wake() {
    if (waiter_ != nullptr) std::exchange(waiter_, nullptr)->resume();
  }

 private:
  Traffic* traffic_;
  Use use_;
  TaskState* waiter_ = nullptr;
  std::optional<Error> refusal_, failure_;
  Spent spent_;
  bool arrived_ = false, begun_ = false, over_ = false;
};

}  // namespace troupe

// A step: the journalled unit. `co_await scope.step(...)` always suspends; what comes back is always an entry.
#pragma once

#include <coroutine>
#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"
#include "run/task.hpp"

namespace troupe {

class Run;

/// What a step does outside of the core, and so what a crash in the middle of it means.
enum class Effect : unsigned char {
  kNone,        // reads only: done again
  kIdempotent,  // journalled as begun, done again after a crash: twice is the same as once
  kOnce,        // journalled as begun; in doubt after a crash, and then a person decides
};

/// Which step an operation works for: names its notifications and its idempotency key.
struct StepName {
  std::string run;
  std::string step;
};

struct StepRequest {
  std::string kind;  // "chat", "tool", "tools", "ask", "sleep", "now", "random"
  std::string args;  // canonical JSON: with the kind, what the key is a hash of
  Effect effect = Effect::kNone;
  /// The live work. Called at most once a host, never on replay. Its value, canonical JSON, or its failure becomes the
  /// entry.
  std::function<Task<std::string>(StepName)> operation;
  /// When the work is left, whatever it waits for, and the step fails with kBudget: milliseconds since 1970; 0: never.
  std::int64_t until_ms = 0;
  /// The value when a person says to go on without knowing how a step in doubt ended. None: null.
  std::string (*skipped)() = nullptr;
};

/// The awaiter of a step. It lives in the frame of the coroutine that awaits it and is in the run's table exactly
/// while it waits.
class [[nodiscard]] Step {
 public:
  Step(Run& run, std::string id, StepRequest request);
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  ~Step();

  bool await_ready() const noexcept { return false; }
  void await_suspend(Waiter waiter);
  /// The entry's value: JSON as the journal has it. It fails as the entry says.
  std::string await_resume() { return std::move(value_); }

 private:
  friend class Run;

  /// Hands over how it ended.
  void deliver(std::string value, const std::optional<Error>& error);

  Run& run_;
  std::string id_, key_;
  StepRequest request_;
  TaskState* waiter_ = nullptr;
  bool begun_ = false;     // its begun line is in the journal
  bool in_doubt_ = false;  // begun in an earlier host that never said how it ended
  std::optional<Task<>> live_;
  std::string value_;
};

/// An Error as it stands in journals and frames: {"code","sentence","causes":[...]}.
Json error_to_json(const Error& error);
Error error_from_json(const Json& json);

}  // namespace troupe

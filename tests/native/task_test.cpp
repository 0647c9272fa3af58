// Coroutines: what lives how long, who is resumed, what failures and parallel branches do.
#include <cstdint>
#include <string>

#include "doctest/doctest.h"
#include "run/all.hpp"
#include "run/task.hpp"

namespace troupe::test {
namespace {

/// Counts itself, wherever it is copied or moved to.
class Counted {
 public:
  explicit Counted(int* alive) : alive_(alive) { ++*alive_; }
  Counted(const Counted& other) : alive_(other.alive_) { ++*alive_; }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive_; }

 private:
  int* alive_;
};

/// Says its name when it goes.
class Farewell {
 public:
  Farewell(std::vector<std::string>* log, std::string name) : log_(log), name_(std::move(name)) {}
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;
  ~Farewell() { log_->push_back(name_); }

 private:
  std::vector<std::string>* log_;
  std::string name_;
};

/// Something outside that a coroutine waits for.
struct Bell {
  std::coroutine_handle<> waiter;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) { waiter = handle; }
  void await_resume() const noexcept {}
};

Task<> touch(Counted counted, bool* begun) {
  *begun = true;
  co_return;
}

Task<int> answer() { co_return 42; }

Task<int> add(int a, int b) { co_return a + b; }

Task<int> sum_of_three() {
  const int first = co_await add(1, 2);
  const int second = co_await add(first, 3);
  co_return second;
}

Task<> wait_for(Bell* bell, std::vector<std::string>* log, std::string name) {
  const Farewell farewell(log, name);
  co_await *bell;
  log->push_back(name + " went on");
}

Task<> middle(Bell* bell, std::vector<std::string>* log) {
  const Farewell farewell(log, "middle");
  co_await wait_for(bell, log, "inner");
}

Task<> outer(Bell* bell, std::vector<std::string>* log) {
  const Farewell farewell(log, "outer");
  co_await middle(bell, log);
}

Task<int> fail(std::string why) {
  co_await failure(Code::kInternal, why);
  co_return 0;
}

Task<int> pass_on(std::string why) {
  const int never = co_await fail(why);
  co_return never;
}

Task<std::string> settling() {
  const Result<int> number = co_await settled(pass_on("deep"));
  co_return number ? "no failure" : number.error().sentence();
}

Task<int> unwrapping(Result<int> result) {
  const int number = co_await std::move(result);
  co_return number + 1;
}

/// Fails with a local that says when it goes.
Task<> fail_late(std::vector<std::string>* log, std::string name) {
  const Farewell farewell(log, name);
  co_await failure(Code::kInternal, name);
}

Task<> fail_through(std::vector<std::string>* log) {
  const Farewell farewell(log, "outer");
  co_await fail_late(log, "inner");
  log->push_back("went on");
}

Task<> settle_and_tell(std::vector<std::string>* log) {
  const Result<> outcome = co_await settled(fail_through(log));
  log->push_back(outcome ? "no failure" : "settled " + outcome.error().sentence());
}

template <class T>
Result<T> outcome_of(Task<T> task) {
  RunQueue queue;
  task.start(queue);
  queue.drain();
  REQUIRE(task.ended());
  return task.take();
}

template <class T>
T finish(Task<T> task) {
  return outcome_of(std::move(task)).value();
}

}  // namespace

TEST_CASE("a task gives its value to whoever awaits it") {
  CHECK(finish(answer()) == 42);
  CHECK(finish(sum_of_three()) == 6);
}

TEST_CASE("a task that was never awaited has not begun, and destroys its arguments") {
  int alive = 0;
  bool begun = false;
  {
    const Task<> task = touch(Counted(&alive), &begun);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
  CHECK_FALSE(begun);
}

TEST_CASE("a task that has ended keeps its arguments until it goes, and a moved one leaves nothing behind") {
  int alive = 0;
  bool begun = false;
  RunQueue queue;
  {
    Task<> task = touch(Counted(&alive), &begun);
    Task<> other = std::move(task);
    other.start(queue);
    queue.drain();
    CHECK(begun);
    CHECK(other.ended());
    CHECK_FALSE(task.ended());  // NOLINT(bugprone-use-after-move): that is what is tested
    other = touch(Counted(&alive), &begun);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("destroying a suspended tree destroys its locals innermost first") {
  std::vector<std::string> log;
  Bell bell;
  RunQueue queue;
  {
    Task<> task = outer(&bell, &log);
    task.start(queue);
    queue.drain();
    REQUIRE(bell.waiter);
    CHECK(log.empty());
  }
  CHECK(log == std::vector<std::string>{"inner", "middle", "outer"});
}

TEST_CASE("a handle that is queued when its frame is destroyed is forgotten") {
  std::vector<std::string> log;
  Bell bell;
  RunQueue queue;
  {
    Task<> task = outer(&bell, &log);
    task.start(queue);
    queue.drain();
    queue.push(bell.waiter);
  }
  queue.drain();
  CHECK(log == std::vector<std::string>{"inner", "middle", "outer"});
}

TEST_CASE("a task that was started and destroyed before the queue ran never runs") {
  int alive = 0;
  bool begun = false;
  RunQueue queue;
  {
    Task<> task = touch(Counted(&alive), &begun);
    task.start(queue);
  }
  queue.drain();
  CHECK_FALSE(begun);
  CHECK(alive == 0);
}

TEST_CASE("a failure ends every task that waits for it, up to the one that settles it") {
  CHECK(finish(settling()) == "deep");
  CHECK(outcome_of(pass_on("why")).error().sentence() == "why");
  RunQueue queue;
  Task<int> task = fail("unheard");
  task.start(queue);
  queue.drain();
  CHECK(task.ended());
}

TEST_CASE("co_await of a result gives its value or fails as it did") {
  CHECK(finish(unwrapping(41)) == 42);
  CHECK(outcome_of(unwrapping(failure(Code::kQuota, "no more"))).error().code() == Code::kQuota);
}

TEST_CASE("the locals of failed tasks go when the failure is settled, innermost first, and nothing after it runs") {
  std::vector<std::string> log;
  finish(settle_and_tell(&log));
  CHECK(log == std::vector<std::string>{"inner", "outer", "settled inner"});
}

namespace {

Task<int> after(Bell* bell, std::vector<int>* order, int number) {
  order->push_back(number);
  co_await *bell;
  order->push_back(10 + number);
  if (number == 1) co_await failure(Code::kInternal, "one failed");
  co_return number;
}

Task<std::string> joined(std::vector<Bell>* bells, std::vector<int>* order) {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(after(&bells->at(static_cast<std::size_t>(i)), order, i));
  std::vector<Task<int>> ended = co_await all(std::move(tasks));
  std::string result;
  for (Task<int>& task : ended) {
    const Result<int> number = task.take();
    result += number ? std::to_string(*number) : number.error().sentence();
  }
  co_return result;
}

Task<std::size_t> join_nothing() {
  const std::vector<Task<int>> ended = co_await all(std::vector<Task<int>>());
  co_return ended.size();
}

Task<int> count(int most) {
  int sum = 0;
  for (int i = 0; i < most; ++i) {
    const int one = co_await add(0, 1);
    sum += one;
  }
  co_return sum;
}

/// Where the machine's stack is. The address of a local would not tell: sanitizers keep locals elsewhere.
[[gnu::noinline]] std::uintptr_t stack_place() {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));  // NOLINT
}

struct Reach {
  std::uintptr_t low = UINTPTR_MAX, high = 0;
  void look() {
    low = std::min(low, stack_place());
    high = std::max(high, stack_place());
  }
};

Task<> deep(Reach* reach, int levels) {
  reach->look();
  if (levels > 0) co_await deep(reach, levels - 1);
  reach->look();
}

Task<> wide(Reach* reach, int times) {
  for (int i = 0; i < times; ++i) co_await deep(reach, 0);
}

}  // namespace

TEST_CASE("all() starts in index order and gives results in index order, whoever ends first; one failure stops none") {
  std::vector<Bell> bells(3);
  std::vector<int> order;
  RunQueue queue;
  Task<std::string> task = joined(&bells, &order);
  task.start(queue);
  queue.drain();
  CHECK(order == std::vector<int>{0, 1, 2});
  for (const std::size_t i : {2, 1, 0}) {
    CHECK_FALSE(task.ended());
    queue.push(bells[i].waiter);
    queue.drain();
  }
  CHECK(order == std::vector<int>{0, 1, 2, 12, 11, 10});
  REQUIRE(task.ended());
  CHECK(task.take().value() == "0one failed2");
}

TEST_CASE("all() of nothing ends at once") { CHECK(finish(join_nothing()) == 0); }

TEST_CASE("destroying a join destroys all its branches, ended or not") {
  int alive = 0;
  std::vector<Bell> bells(3);
  std::vector<int> order;
  RunQueue queue;
  {
    Task<std::string> task = joined(&bells, &order);
    task.start(queue);
    queue.drain();
    queue.push(bells[1].waiter);
    queue.drain();
    queue.push(bells[2].waiter);
  }
  queue.drain();
  CHECK(order == std::vector<int>{0, 1, 2, 11});
  CHECK(alive == 0);
}

TEST_CASE("a million awaits that complete at once do not grow the stack") {
  CHECK(finish(count(1'000'000)) == 1'000'000);
  Reach reach;
  finish(wide(&reach, 1000));
  CHECK(reach.high - reach.low < 4096);
}

TEST_CASE("twenty thousand levels of awaits are no deeper than one") {
  Reach reach;
  finish(deep(&reach, 20'000));
  CHECK(reach.high - reach.low < 4096);
}

}  // namespace troupe::test

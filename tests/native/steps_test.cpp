// Steps: their names, what is written of them, what a crash in the middle of one means.
#include <stdexcept>

#include "base/text.hpp"
#include "run/all.hpp"
#include "run_host.hpp"

namespace troupe::test {
namespace {

using Lines = std::vector<std::string>;

Task<Json> leaf(Context context) {
  const std::int64_t number = co_await random_below(context, 1'000'000);
  co_await sleep(context, 10);
  co_return number;
}

Task<Json> branch_with_a_branch(Context context) {
  const Json inner = co_await leaf(context.branch());
  const std::int64_t time = co_await now(context);
  co_return Json{{"inner", inner}, {"time", time}};
}

Task<Json> tree(Context context) {
  const std::int64_t time = co_await now(context);
  std::vector<Task<Json>> branches;
  branches.push_back(leaf(context.branch()));
  branches.push_back(branch_with_a_branch(context.branch()));
  std::vector<Task<Json>> ended = co_await all(std::move(branches));
  const Json last = co_await leaf(context);
  co_return Json{{"time", time}, {"left", ended[0].take().value()}, {"right", ended[1].take().value()}, {"last", last}};
}

/// A step of the test's own: `work` runs when it is performed.
StepRequest step_of(Effect effect, std::function<Json()> work) {
  StepRequest request;
  request.kind = "custom";
  request.args = R"({"what":"it"})";
  request.effect = effect;
  request.skipped = [] { return std::string(R"("skipped")"); };
  // A coroutine lambda's captures would be gone when it runs; a function's parameters are not.
  request.operation = [work = std::move(work)](StepName) {
    return [](std::function<Json()> work) -> Task<std::string> { co_return dump_json(work()); }(work);
  };
  return request;
}

RunHost::Main one_step(Effect effect, std::function<Json()> work) {
  return [=](Context context) {
    return [](Context context, StepRequest request) -> Task<Json> {
      const std::string value = co_await context.step(std::move(request));
      co_return Json{{"value", parsed_part(value)}};
    }(context, step_of(effect, work));
  };
}

RunHost::Main counting(Effect effect, int* times) {
  return one_step(effect, [times] { return Json(++*times); });
}

}  // namespace

TEST_CASE("the ids of steps tell their place in the tree, and not when they ended") {
  RunHost host(tree);
  host.start();
  for (int i = 0; i < 5; ++i) host.pass(10);
  CHECK(host.end_kind == "run.ended");
  CHECK(host.lines() == Lines{"0 now done", "1.0 random done", "2.0.0 random done", "1.1 sleep done",
                              "2.0.1 sleep done", "2.1 now done", "3 random done", "4 sleep done", "end"});
  check_replay(host, tree);
}

TEST_CASE("time and chance are what they were when the run is taken up at another time") {
  RunHost host(tree);
  host.start();
  host.pass(10);
  RunHost other(tree, 9'000'000);
  other.take_up(host.journal, Run::Mode::kLive);
  for (int i = 0; i < 5; ++i) other.pass(10);
  for (int i = 0; i < 5; ++i) host.pass(10);
  REQUIRE(other.end_kind == "run.ended");
  CHECK(other.outcome["time"] == host.outcome["time"]);
  CHECK(other.outcome["left"] == host.outcome["left"]);
  CHECK(other.outcome["last"] == host.outcome["last"]);
}

TEST_CASE("a random number depends on the run's seed and the step's place alone") {
  RunHost host(tree);
  host.start();
  for (int i = 0; i < 5; ++i) host.pass(10);
  RunHost again(tree, 77);
  again.start();
  for (int i = 0; i < 5; ++i) again.pass(1000);
  CHECK(host.outcome["left"] == again.outcome["left"]);
  CHECK(host.outcome["left"] != host.outcome["last"]);
  CHECK(host.outcome["left"] != host.outcome["right"]["inner"]);
}

TEST_CASE("a sleep ends at its moment and not before, and starts anew in another host") {
  const RunHost::Main main = [](Context context) {
    return [](Context context) -> Task<Json> {
      co_await sleep(context, 1000);
      co_return Json{{"awake", true}};
    }(context);
  };
  RunHost host(main);
  host.start();
  host.pass(999);
  CHECK(host.end_kind.empty());
  RunHost other(main, 2'000'000);
  other.take_up(host.journal, Run::Mode::kLive);
  host.pass(1);
  CHECK(host.end_kind == "run.ended");
  CHECK(host.outcome["awake"] == true);
  other.pass(999);
  CHECK(other.end_kind.empty());
  other.pass(1);
  CHECK(other.end_kind == "run.ended");
  check_replay(host, main);
}

TEST_CASE("an answer is journalled, and a replay asks nobody") {
  const RunHost::Main main = [](Context context) {
    return [](Context context) -> Task<Json> {
      const Json answer = co_await ask(context, Json{{"subject", "question"}, {"sentence", "Tea?"}});
      co_return answer;
    }(context);
  };
  RunHost host(main);
  host.start();
  REQUIRE(host.questions.size() == 1);
  CHECK(host.questions[0].second["sentence"] == "Tea?");
  host.answer(0, {{"text", "Yes."}});
  CHECK(host.end_kind == "run.ended");
  CHECK(host.outcome["text"] == "Yes.");
  CHECK(host.lines() == Lines{"0 ask done", "end"});
  check_replay(host, main);
}

TEST_CASE("a step without effects is written once, when it ends, and is done again after a crash") {
  int times = 0;
  RunHost host(counting(Effect::kNone, &times));
  host.start();
  CHECK(host.lines() == Lines{"0 custom done", "end"});
  RunHost other(counting(Effect::kNone, &times));
  other.take_up(host.prefix(1), Run::Mode::kLive);
  CHECK(times == 2);
  CHECK(other.outcome["value"] == 2);
}

TEST_CASE("an idempotent step is written before it begins, and is done again after a crash") {
  int times = 0;
  RunHost host(counting(Effect::kIdempotent, &times));
  host.start();
  CHECK(host.lines() == Lines{"0 custom begun", "0 custom done", "end"});
  RunHost other(counting(Effect::kIdempotent, &times));
  other.take_up(host.prefix(2), Run::Mode::kLive);
  CHECK(times == 2);
  CHECK(other.questions.empty());
  CHECK(other.lines() == host.lines());
}

TEST_CASE("a step with an effect is in doubt after a crash, and a person decides") {
  struct Case {
    Json answer;
    Json value;
    int times;
  };
  const std::vector<Case> cases = {{{{"choice", "retry"}}, 2, 2},
                                   {{{"choice", "skip"}}, "skipped", 1},
                                   {{{"choice", "result"}, {"result", "given"}}, "given", 1},
                                   {{{"choice", "result"}}, nullptr, 1},
                                   {Json::object(), "skipped", 1}};
  for (const Case& each : cases) {
    CAPTURE(dump_json(each.answer));
    int times = 0;
    RunHost host(counting(Effect::kOnce, &times));
    host.start();
    CHECK(host.lines() == Lines{"0 custom begun", "0 custom done", "end"});
    RunHost other(counting(Effect::kOnce, &times));
    other.take_up(host.prefix(2), Run::Mode::kLive);
    CHECK(times == 1);
    REQUIRE(other.questions.size() == 1);
    CHECK(other.questions[0].second["subject"] == "in_doubt");
    CHECK(other.questions[0].second["kind"] == "custom");
    CHECK(other.questions[0].second["args"]["what"] == "it");
    other.answer(0, each.answer);
    CHECK(other.end_kind == "run.ended");
    CHECK(other.outcome["value"] == each.value);
    CHECK(times == each.times);
    check_replay(other, counting(Effect::kOnce, &times));
    CHECK(times == each.times);
  }
}

TEST_CASE("a step in doubt that nobody decides about stays in doubt in the next host") {
  int times = 0;
  RunHost host(counting(Effect::kOnce, &times));
  host.start();
  std::string journal = host.prefix(2);
  for (int i = 0; i < 3; ++i) {
    RunHost other(counting(Effect::kOnce, &times));
    other.take_up(journal, Run::Mode::kLive);
    REQUIRE(other.questions.size() == 1);
    other.nobody(0);
    CHECK(other.end_kind == "run.suspended");
    CHECK(other.outcome["stop"]["reason"] == "in_doubt");
    CHECK(other.outcome["questions"].size() == 1);
    CHECK(other.journal == host.prefix(2));
  }
  CHECK(times == 1);
}

namespace {

Task<std::string> refuse() {
  co_await failure(
      Error(Code::kQuota, "No more.", Error(Code::kNetwork, "Line cut.", Error(Code::kInternal, "Mice."))));
  co_return "null";
}

StepRequest failing_step() {
  StepRequest request = step_of(Effect::kNone, [] { return Json(); });
  request.operation = [](StepName) { return refuse(); };
  return request;
}

}  // namespace

TEST_CASE("a failed step hands on its error, code and causes included, live and on replay") {
  const RunHost::Main main = [](Context context) {
    return [](Context context) -> Task<Json> {
      const Result<std::string> value = co_await settled(context.step(failing_step()));
      co_return Json{{"code", name_of(value.error().code())}, {"whole", value.error().whole()}};
    }(context);
  };
  RunHost host(main);
  host.start();
  CHECK(host.outcome["code"] == "quota");
  CHECK(host.outcome["whole"] == "No more.: Line cut.: Mice.");
  check_replay(host, main);
}

TEST_CASE("a failure that nobody settles ends the run with its sentence") {
  RunHost host([](Context context) {
    return [](Context context) -> Task<Json> {
      const std::string value = co_await context.step(failing_step());
      co_return parsed_part(value);
    }(context);
  });
  host.start();
  CHECK(host.end_kind == "run.ended");
  CHECK(host.lines() == Lines{"0 custom failed", "end"});
  CHECK(host.outcome["stop"]["reason"] == "failed");
  CHECK(host.outcome["stop"]["error"]["code"] == "quota");
  CHECK(host.outcome["stop"]["sentence"] == "No more.: Line cut.: Mice.");
}

namespace {

/// Two branches that each end a step at once and then write into a list that they share, in several awaits.
Task<> mark(std::vector<std::string>* marks, std::string name) {
  marks->push_back(name);
  co_return;
}

Task<Json> marking(Context context, std::vector<std::string>* marks, std::string name) {
  co_await now(context);
  co_await mark(marks, name + "1");
  co_await mark(marks, name + "2");
  co_return Json();
}

Task<Json> two_that_mark(Context context) {
  std::vector<std::string> marks;
  std::vector<Task<Json>> branches;
  branches.push_back(marking(context.branch(), &marks, "a"));
  branches.push_back(marking(context.branch(), &marks, "b"));
  co_await all(std::move(branches));
  co_return Json{{"marks", marks}};
}

RunHost::Main two_asks_and_a_step(Effect effect, int* times) {
  return [=](Context context) {
    return [](Context context, StepRequest request) -> Task<Json> {
      std::vector<Task<Json>> branches;
      branches.push_back(ask(context.branch(), Json{{"subject", "approval"}, {"sentence", "First?"}}));
      branches.push_back([](Context context, StepRequest request) -> Task<Json> {
        co_await ask(context, Json{{"subject", "approval"}, {"sentence", "Second?"}});
        const std::string value = co_await context.step(std::move(request));
        co_return parsed_part(value);
      }(context.branch(), std::move(request)));
      std::vector<Task<Json>> ended = co_await all(std::move(branches));
      co_return Json{{"first", ended[0].take().value()}, {"second", ended[1].take().value()}};
    }(context, step_of(effect, [times] { return Json(++*times); }));
  };
}

}  // namespace

TEST_CASE("steps that end in the same moment are delivered one after the other, as on replay") {
  RunHost host(two_that_mark);
  host.start();
  REQUIRE(host.end_kind == "run.ended");
  CHECK(host.outcome["marks"] == Json({"a1", "a2", "b1", "b2"}));
  check_replay(host, two_that_mark);
}

TEST_CASE("a person who answers after all is not waited for any more") {
  int times = 0;
  const RunHost::Main main = two_asks_and_a_step(Effect::kOnce, &times);
  RunHost host(main);
  host.start();
  REQUIRE(host.questions.size() == 2);
  host.nobody(0);
  host.answer(0, {{"late", true}});
  CHECK(host.end_kind.empty());
  host.answer(1, Json::object());
  CHECK(host.end_kind == "run.ended");
  CHECK(host.outcome["first"]["late"] == true);
  check_replay(host, main);
}

TEST_CASE("a person who is away twice is one person; the run pauses when it waits for nobody else") {
  int times = 0;
  RunHost host(two_asks_and_a_step(Effect::kOnce, &times));
  host.start();
  host.nobody(0);
  host.nobody(0);
  CHECK(host.end_kind.empty());
  host.answer(1, Json::object());
  CHECK(times == 1);
  CHECK(host.end_kind == "run.suspended");
  CHECK(host.outcome["questions"].size() == 1);
  CHECK(host.outcome["stop"]["reason"] == "approval");
  CHECK(host.lines() == Lines{"1.0 ask done", "1.1 custom begun", "1.1 custom done"});
}

TEST_CASE("a value nested as deep as any reply may be is read back from the journal") {
  const std::string deep = std::string(kMaxJsonDepth - 4, '[') + std::string(kMaxJsonDepth - 4, ']');
  const RunHost::Main main =
      one_step(Effect::kNone, [deep] { return Json{{"calls", Json::array({{{"arguments", *parse_json(deep)}}})}}; });
  RunHost host(main);
  host.start();
  REQUIRE(host.end_kind == "run.ended");
  check_replay(host, main);
}

}  // namespace troupe::test

// A budget of time holds in the midst of a step: what hangs is left, and a person may give the run more.
#include "doctest/doctest.h"
#include "test_host.hpp"

namespace troupe::test {
namespace {

/// A model that calls a tool which never answers, and then sums up.
void hang(TestHost& host) {
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json(Json::value_t::discarded); });
  host.configure();
  host.model = [](const Json& request) {
    return turn_of(request) == 0 ? calls({{"look", Json::object()}}) : says("It took too long.");
  };
}

}  // namespace

TEST_CASE("a tool that never answers is left when the time is used up, and the run ends with what it has") {
  World world;
  TestHost host(world);
  hang(host);
  host.person = [](const Question& question) {
    CHECK(text_field(question.json, "limit") == "ms");
    return Json{{"raise", Json::object()}};
  };
  host.start("r", "Look", {{"budget", {{"ms", 2000}}}});
  host.go();
  CHECK(host.end_kind.empty());
  const std::int64_t began = host.now_ms;
  REQUIRE(host.wait());
  CHECK(host.now_ms - began <= 2000);
  CHECK(host.outcome["stop"]["reason"] == "budget");
  CHECK(host.questions.size() == 1);
  bool cancelled = false;
  for (const auto& [kind, head] : host.commands) cancelled = cancelled || kind == "tool.cancel";
  CHECK(cancelled);
}

TEST_CASE("who gives it more time has it go on, and a replay does the same") {
  World world;
  TestHost host(world);
  hang(host);
  host.person = [](const Question&) { return Json{{"raise", {{"ms", 60'000}}}}; };
  host.start("r", "Look", {{"budget", {{"ms", 2000}}}});
  host.go();
  REQUIRE(host.wait());
  CHECK(host.outcome["stop"]["reason"] == "done");
  CHECK(host.outcome["answer"] == "It took too long.");
  TestHost again(world);
  hang(again);
  again.take_up("run.replay", host.journal("r"));
  again.go();
  CHECK(again.end_kind == "run.ended");
  CHECK(again.outcome["answer"] == "It took too long.");
}

TEST_CASE("a model that never answers is left as well, and asked again once there is time") {
  World world;
  TestHost host(world);
  host.configure();
  int asked = 0;
  host.http = [&](Host::Id id, const Json&, std::string_view) {
    if (++asked == 1) return;
    host.send(Head("http.reply").number("id", id).number("status", 200).raw("headers", "{}"), says("Here I am."));
  };
  host.person = [](const Question&) { return Json{{"raise", {{"ms", 60'000}}}}; };
  host.start("r", "Say something", {{"budget", {{"ms", 2000}}}});
  host.go();
  REQUIRE(host.wait());
  host.go();
  CHECK(asked == 2);
  CHECK(host.outcome["answer"] == "Here I am.");
  CHECK(host.outcome["stop"]["reason"] == "done");
}

}  // namespace troupe::test

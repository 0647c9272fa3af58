// Runs in which a server changes its tools while they are used.
#include <algorithm>

#include "changing_server.hpp"
#include "doctest/doctest.h"

namespace troupe::test {

TEST_CASE("a tool that a server adds in the midst of a run is seen and called in that run") {
  World world;
  TestHost host(world);
  set_up_changing(host);
  host.start("r", "Go into the house.");
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  CHECK(text_field(host.outcome, "answer") == "inside");
  CHECK(contains(host.journal("r"), R"("tools_changed":true)"));

  TestHost replay(world);
  replay.configure();
  replay.take_up("run.replay", host.journal("r"));
  replay.go();
  CHECK(text_field(replay.outcome, "answer") == "inside");
}

TEST_CASE("a change that a server tells before it asks a person is seen when the call has come to its end") {
  World world;
  TestHost host(world);
  set_up_changing(host, std::make_shared<bool>(false), 0, true);
  host.person = [](const Question&) { return Json{{"action", "accept"}, {"content", Json::object()}}; };
  host.start("r", "Go into the house.");
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  CHECK(text_field(host.outcome, "answer") == "inside");
}

TEST_CASE("of the thousands of tools that a server adds, the model sees those that fit its task, and a search") {
  World world;
  TestHost host(world);
  set_up_changing(host, std::make_shared<bool>(false), 2000);
  std::size_t most = 0;
  host.http = [&, answer = host.http](Host::Id id, const Json& head, std::string_view body) {
    if (text_field(head, "url").starts_with("call:")) most = std::max(most, field(*parse_json(body), "tools").size());
    answer(id, head, body);
  };
  host.start("r", "Go into the house.");
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  CHECK(text_field(host.outcome, "answer") == "inside");
  CHECK(most > 1);
  CHECK(most <= 100);
}

TEST_CASE("a run whose server changes its tools, killed after every line of its journal, ends in another host") {
  for (std::int64_t lines = 1;; ++lines) {
    CAPTURE(lines);
    World world;
    const auto unlocked = std::make_shared<bool>(false);
    TestHost first(world);
    set_up_changing(first, unlocked);
    first.die_at_lines = lines;
    first.start("r", "Go into the house.");
    first.go();
    if (!first.dead) break;
    TestHost second(world);
    set_up_changing(second, unlocked);
    second.take_up("run.resume", world.journals["r"]);
    second.go();
    REQUIRE(second.end_kind == "run.ended");
    CHECK(text_field(second.outcome, "answer") == "inside");
  }
}

}  // namespace troupe::test

// Journals that cannot be written when the run has stopped already and waits for its last lines.
#include "doctest/doctest.h"
#include "test_host.hpp"

namespace troupe::test {
namespace {

ObjectText disk_is_full() { return Head("journal.failed").text("run", "r").text("sentence", "The disk is full."); }

void check_is_suspended(const TestHost& host) {
  CHECK(host.end_kind == "run.suspended");
  CHECK(host.outcome.at("stop").at("reason") == "journal");
  CHECK(host.outcome.at("stop").at("resumable") == true);
}

}  // namespace

TEST_CASE("a run whose end cannot be written is suspended, and keeps its answer") {
  World world;
  TestHost host(world);
  host.http = [&host](Host::Id id, const Json&, std::string_view) {
    host.send(Head("http.reply").number("id", id).number("status", 200).json("headers", Json::object()), says("Done."));
    // Comes before the acknowledgement of the last lines.
    host.send(disk_is_full());
  };
  host.configure();
  host.start("r", "do it");
  host.go();
  check_is_suspended(host);
  CHECK(host.outcome["answer"] == "Done.");
}

TEST_CASE("a run that is suspended while its journal cannot be written tells so") {
  World world;
  TestHost host(world);
  host.configure();
  host.start("r", "do it");
  host.send(Head("run.suspend").text("run", "r"));
  host.send(disk_is_full());
  host.go();
  check_is_suspended(host);
}

}  // namespace troupe::test

// Broken frames and broken journals: a sentence each, nothing changed, no trap.
#include "base/text.hpp"
#include "doctest/doctest.h"
#include "engine/engine.hpp"
#include "test_host.hpp"

namespace troupe::test {
namespace {

std::string frame(const ObjectText& head, std::string_view body = {}) {
  FrameWriter writer;
  writer.write(head, {body});
  return std::string(writer.bytes());
}

std::string sentence_for(std::string_view events) {
  Engine engine;
  engine.step(events);
  FrameReader reader(engine.commands());
  while (const std::optional<Frame> command = reader.next().value()) {
    if (command->kind == "error" || command->kind == "run.failed") return command->head.text("sentence");
  }
  return {};
}

std::string resumed(const std::string& journal) {
  World world;
  TestHost host(world);
  host.configure();
  host.take_up("run.resume", journal);
  host.go();
  return std::string(text_field(host.failure, "sentence"));
}

std::string a_journal() {
  World world;
  TestHost host(world);
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json("seen"); });
  host.model = [](const Json& request) {
    return turn_of(request) == 0 ? calls({{"look", Json::object()}}) : says("done");
  };
  host.configure();
  host.start("r", "t");
  host.go();
  return host.journal("r");
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("frames that are cut, oversized or no JSON are answered by an error") {
  using namespace std::string_literals;
  CHECK(sentence_for("\x05\x00"s) == "The frame's head at byte 0 of the batch is cut: its length needs 4 bytes.");
  CHECK(sentence_for("\xff\xff\xff\xff{}"s) ==
        "The frame's head at byte 0 of the batch says it has 4294967295 bytes, but only 2 are left.");
  CHECK(sentence_for("\x02\x00\x00\x00{}\x00\x00\x00\x00"s) == "A frame's head has no \"kind\".");
  CHECK(sentence_for("\x01\x00\x00\x00x\x00\x00\x00\x00"s) == "A frame's head is not a JSON object.");
  CHECK(contains(sentence_for(frame(Head("dance"))), "There is no event \"dance\""));
  CHECK(contains(sentence_for(frame(Head("configure").number("protocol", 9), "{}")), "The host speaks protocol 9"));
  CHECK(contains(sentence_for(frame(Head("configure").number("protocol", 1), "[")),
                 "The configuration is not a JSON object."));
  CHECK(contains(sentence_for(frame(Head("run.start").text("run", "r"), "{\"task\":\" \"}")), "The task is empty"));
}

TEST_CASE("what stood before a broken frame is taken, and the engine goes on afterwards") {
  World world;
  TestHost host(world);
  host.model = [](const Json&) { return says("fine"); };
  host.configure();
  host.send(Head("nonsense"));
  host.start("r", "t");
  host.go();
  CHECK(host.end_kind == "run.ended");
}

TEST_CASE("an event for an exchange that has ended is dropped") {
  CHECK(sentence_for(frame(Head("http.reply").number("id", 99).number("status", 200))).empty());
}

TEST_CASE("a journal that is empty, foreign, edited, reordered or shortened is refused with the line") {
  const std::string journal = a_journal();
  std::vector<std::string> lines = lines_of(journal);
  CHECK(resumed("") == "The journal is empty.");
  CHECK(resumed("hello\n") == "This is not a journal of troupe: its first line is not a JSON object.");
  CHECK(resumed("{\"a\":1}\n") == "This is not a journal of troupe: its first line has no \"journal\":\"troupe\".");
  CHECK(resumed(lines[0].substr(0, 40)) == "The journal is cut inside its first line: nothing of the run is left.");

  std::vector<std::string> edited = lines;
  const std::size_t at = edited[4].find("\"m-1\"");
  REQUIRE(at != std::string::npos);
  edited[4].replace(at, 5, "\"m-2\"");
  CHECK(contains(resumed(joined(edited)),
                 "The journal is broken in line 6: it does not follow from the line before it."));

  std::vector<std::string> swapped = lines;
  std::swap(swapped[2], swapped[3]);
  CHECK(contains(resumed(joined(swapped)), "The journal is broken in line 3"));

  std::vector<std::string> shortened = lines;
  shortened.erase(shortened.begin() + 1);
  CHECK(contains(resumed(joined(shortened)), "The journal is broken in line 2"));

  std::string config = journal;
  config.replace(config.find("script:m"), 8, "script:x");
  CHECK(contains(resumed(config), "its configuration does not match its hash"));

  std::string format = journal;
  format.replace(format.find("\"format\":1"), 10, "\"format\":7");
  CHECK(contains(resumed(format), "The journal has format 7; this troupe reads formats 1 to 1."));

  std::string flags = journal;
  const std::size_t list = flags.find("\"flags\":[");
  flags.replace(list, flags.find(']', list) + 1 - list, "\"flags\":[99]");
  CHECK(contains(resumed(flags), "behaviour 99, which this troupe does not have. Use release 0.1.0."));
}

TEST_CASE("half a line at the end of a journal counts as not written, and is overwritten") {
  const std::string journal = a_journal();
  const std::vector<std::string> lines = lines_of(journal);
  World world;
  world.journals["r"] = joined({lines[0], lines[1]}) + lines[2].substr(0, 30);
  TestHost host(world);
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json("seen"); });
  host.model = [](const Json& request) {
    return turn_of(request) == 0 ? calls({{"look", Json::object()}}) : says("done");
  };
  host.configure();
  host.take_up("run.resume", world.journals["r"]);
  host.go();
  CHECK(host.end_kind == "run.ended");
  CHECK(world.journals["r"] == journal);
  CHECK(parse_json(Engine::verify(joined({lines[0], lines[1]}) + "half"))->at("torn") == true);
}

TEST_CASE("a journal is refused under another run's name, and while its run is under way") {
  const std::string journal = a_journal();
  World world;
  TestHost host(world);
  host.model = [](const Json&) { return says("fine"); };
  host.configure();
  host.send(Head("run.resume").text("run", "other").flag("durable", true).flag("watch", false), journal);
  host.go();
  CHECK(text_field(host.failure, "sentence") == "This is the journal of run \"r\", not of \"other\".");
}

TEST_CASE("verify tells an intact journal from an edited one") {
  const std::string journal = a_journal();
  CHECK(parse_json(Engine::verify(journal))->at("ok") == true);
  std::string edited = journal;
  edited.replace(edited.find("seen"), 4, "Seen");
  const Json verdict = *parse_json(Engine::verify(edited));
  CHECK(verdict["ok"] == false);
  CHECK(contains(text_field(verdict, "sentence"), "Lines were edited, lost, moved or added."));
}

}  // namespace troupe::test

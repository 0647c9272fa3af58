// Runs: their journals, killing and resuming them, replaying and forking them.
#include <algorithm>

#include "base/text.hpp"
#include "doctest/doctest.h"
#include "run/journal.hpp"
#include "test_host.hpp"

namespace troupe::test {
namespace {

/// Turn 0 calls three tools at once, turn 1 one more, turn 2 answers with what they said.
void set_up(TestHost& host) {
  host.declare("look", {{"read_only", true}}, [](const Json& a) { return Json("seen " + dump_json(a)); });
  host.declare("send", Json::object(), [](const Json& a) { return Json("sent " + dump_json(a)); });
  host.declare("put", {{"idempotent", true}}, [](const Json& a) { return Json("put " + dump_json(a)); });
  host.model = [](const Json& request) {
    if (turn_of(request) == 0) return calls({{"look", {{"n", 1}}}, {"send", {{"n", 2}}}, {"put", {{"n", 3}}}});
    if (turn_of(request) == 1) return calls({{"send", {{"n", 4}}}});
    return says("All done: " + dump_json(request["messages"].back()["content"]));
  };
  host.configure();
}

std::string whole_journal(World& world) {
  TestHost host(world);
  set_up(host);
  host.start("r", "do it");
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  return host.journal("r");
}

}  // namespace

TEST_CASE("a run ends with the model's answer and a journal that verifies") {
  World world;
  const std::string journal = whole_journal(world);
  CHECK(world.effects.size() == 4);
  const Json verified = verify_journal(journal).value();
  CHECK(verified["ended"] == true);
  CHECK(verified["lines"] == static_cast<std::int64_t>(lines_of(journal).size()));
}

TEST_CASE("a run killed after any line, before its commands, is finished by another host with every effect once") {
  World whole_world;
  const std::string whole = whole_journal(whole_world);
  const auto lines = static_cast<std::int64_t>(lines_of(whole).size());
  for (const bool commands_done : {false, true}) {
    for (std::int64_t cut = 1; cut <= lines; ++cut) {
      CAPTURE(cut);
      CAPTURE(commands_done);
      World world;
      {
        TestHost first(world);
        set_up(first);
        first.die_at_lines = cut;
        first.finish_commands_when_dying = commands_done;
        first.start("r", "do it");
        first.go();
        REQUIRE(first.dead);
      }
      const bool effects_may_be_unknown = commands_done;
      TestHost second(world);
      set_up(second);
      std::int64_t asked = 0;
      second.person = [&](const Question& question) {
        ++asked;
        REQUIRE(text_field(question.json, "subject") == "in_doubt");
        const auto done = world.done.find("r/" + question.step);
        if (done == world.done.end()) return Json{{"choice", "retry"}};
        Json result;
        result["text"] = done->second;
        return Json{{"choice", "result"}, {"result", result}};
      };
      second.take_up("run.resume", world.journals["r"]);
      second.go();
      REQUIRE(second.end_kind == "run.ended");
      CHECK(text_field(second.outcome, "answer").starts_with("All done"));
      CHECK(lines_of(second.journal("r")).size() == lines_of(whole).size());
      const auto times = [&](std::string_view effect) { return std::ranges::count(world.effects, effect); };
      CHECK(times("send {\"n\":2}") == 1);
      CHECK(times("send {\"n\":4}") == 1);
      if (!effects_may_be_unknown && cut < 3) CHECK(asked == 0);
    }
  }
}

TEST_CASE("a run killed with its effects under way asks what became of them") {
  World world;
  {
    TestHost first(world);
    set_up(first);
    first.start("r", "do it");
    // Until the three calls have left, but nothing has come back.
    while (world.effects.empty()) REQUIRE(first.go_once());
  }
  TestHost second(world);
  set_up(second);
  second.take_up("run.resume", world.journals["r"]);
  second.go();
  CHECK(second.end_kind == "run.suspended");
  REQUIRE(second.questions.size() == 1);
  CHECK(second.questions[0].json["args"]["tool"] == "send");
  CHECK(second.outcome["stop"]["reason"] == "in_doubt");
  CHECK(std::ranges::count(world.effects, "send {\"n\":2}") == 1);
}

TEST_CASE("a replay gives the same answer and asks the outside for nothing") {
  World world;
  const std::string journal = whole_journal(world);
  const std::size_t effects = world.effects.size();
  TestHost host(world);
  host.watch = true;
  host.take_up("run.replay", journal);
  host.go();
  CHECK(host.end_kind == "run.ended");
  CHECK(world.effects.size() == effects);
  for (const auto& [kind, head] : host.commands) CHECK((kind == "notify.entry" || kind == "run.ended"));
  CHECK(host.entries.size() + 1 == lines_of(journal).size());
}

TEST_CASE("parallel calls that come back in another order are replayed in that order") {
  World world;
  TestHost host(world);
  host.backwards = true;
  set_up(host);
  host.start("r", "do it");
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  TestHost again(world);
  again.take_up("run.replay", host.journal("r"));
  again.go();
  CHECK(again.end_kind == "run.ended");
  CHECK(again.outcome["hash"] == host.outcome["hash"]);
}

TEST_CASE("destroying a run after every prefix of its journal leaves nothing behind") {
  World world;
  const std::string whole = whole_journal(world);
  std::string prefix;
  for (const std::string& line : lines_of(whole)) {
    prefix += line + "\n";
    World other;
    other.journals["r"] = prefix;
    TestHost host(other);
    set_up(host);
    host.take_up("run.resume", prefix);
    host.go_once();
  }
}

TEST_CASE("a fork gives a step another result and goes on live from there") {
  World world;
  const std::string journal = whole_journal(world);
  TestHost host(world);
  set_up(host);
  Json result;
  result["text"] = "forged";
  host.fork("f", journal, "0.6.0", {{"result", result}});
  host.go();
  REQUIRE(host.end_kind == "run.ended");
  CHECK(host.outcome["answer"] == "All done: \"forged\"");
  const Json header = *parse_json(lines_of(host.journal("f")).front());
  CHECK(header["parent"]["run"] == "r");
  CHECK(verify_journal(host.journal("f")).value()["ended"] == true);

  TestHost again(world);
  again.take_up("run.replay", host.journal("f"));
  again.go();
  CHECK(again.end_kind == "run.ended");
}

TEST_CASE("a fork takes a step's result as people say it: a text, or any JSON; of a model a reply") {
  World world;
  const std::string journal = whole_journal(world);
  const std::pair<Json, std::string> of_a_tool[] = {
      {"forged", "forged"}, {42, "42"}, {{{"ok", true}}, R"({"ok":true})"}, {{"a", "b"}, R"(["a","b"])"}};
  int number = 0;
  for (const auto& [result, text] : of_a_tool) {
    TestHost host(world);
    set_up(host);
    host.fork("f" + decimal(++number), journal, "0.6.0", {{"result", result}});
    host.go();
    CHECK(host.outcome["answer"] == "All done: " + dump_json(Json(text)));
  }
  TestHost said(world);
  set_up(said);
  said.fork("said", journal, "0.1", {{"result", "I know it."}});
  said.go();
  CHECK(said.outcome["answer"] == "I know it.");
  TestHost nothing(world);
  set_up(nothing);
  nothing.fork("nothing", journal, "0.1", {{"result", 42}});
  nothing.go();
  CHECK(nothing.failure["sentence"] == "The result of a model's step is a text, or has a \"text\" or \"calls\".");
}

namespace {

/// The line with another text in it, the lines after it as they were.
std::string edited(const std::string& journal, std::size_t line, const std::string& from, const std::string& to) {
  std::string out;
  std::size_t at = 0;
  for (std::string each : lines_of(journal)) {
    if (at++ == line) {
      REQUIRE(contains(each, from));
      each.replace(each.find(from), from.size(), to);
    }
    out += each + "\n";
  }
  return out;
}

/// The same with the lines after it chained anew: the hashes are right.
std::string rechained(const std::string& journal, std::size_t line, const std::string& from, const std::string& to) {
  std::string out;
  std::string before;
  for (std::string each : lines_of(edited(journal, line, from, to))) {
    if (!before.empty()) {
      const std::size_t prev = each.find("\"prev\":\"") + 8;
      each.replace(prev, 64, hex(sha256(before)));
    }
    out += each + "\n";
    before = each;
  }
  return out;
}

}  // namespace

TEST_CASE("a journal that was edited is refused with its line before anything of it is used") {
  World world;
  const std::string journal = whole_journal(world);
  const std::tuple<std::size_t, const char*, const char*> kEdits[] = {{0, "do it", "do that"},
                                                                      {3, "\"kind\":\"", "\"kind\":\"x"},
                                                                      {3, "\"at\":1", "\"at\":2"},
                                                                      {4, "\"step\":\"0", "\"step\":\"1"}};
  for (const auto& [line, from, to] : kEdits) {
    const std::string bad = edited(journal, line, from, to);
    const std::string sentence = joined({"The journal is broken in line ", decimal(static_cast<std::int64_t>(line) + 2),
                                         ": it does not follow from the line before it."});
    CHECK(contains(verify_journal(bad).error().sentence(), sentence));
    for (const char* kind : {"run.resume", "run.replay"}) {
      TestHost host(world);
      set_up(host);
      host.take_up(kind, bad);
      host.go();
      CHECK(contains(text_field(host.failure, "sentence"), sentence));
      CHECK(host.end_kind.empty());
    }
  }
}

TEST_CASE("a fork is made of a whole journal or not at all") {
  World world;
  const std::string journal = whole_journal(world);
  const std::size_t last = lines_of(journal).size() - 1;
  TestHost host(world);
  set_up(host);
  host.fork("f", edited(journal, last - 1, "\"at\":1", "\"at\":2"), "0.1", {{"result", "I know it."}});
  host.go();
  CHECK(contains(text_field(host.failure, "sentence"), "The journal is broken in line"));
  CHECK(!world.journals.contains("f"));
}

TEST_CASE("a journal whose lines are none of the grammar does not verify, whoever chained them") {
  World world;
  const std::string journal = whole_journal(world);
  CHECK(verify_journal(rechained(journal, 1, "1", "1")));
  const std::tuple<std::size_t, const char*, const char*, const char*> kEdits[] = {
      {0, "0123456789abcdef", "x", "\"seed\""},
      {0, "\"task\":\"do it\"", "\"task\":5", "\"task\""},
      {1, "\"state\":\"done\"", "\"state\":\"weird\"", "\"state\""},
      {1, "\"kind\":\"analysis\"", "\"kind\":\"dream\"", "\"kind\""},
      {1, "\"at\":1", "\"at\":\"x\",\"aw\":1", "a field"},
      {1, "\"step\":\"", "\"step\":\"x", "\"step\""},
      {1, "\"args\":{", "\"args\":{\"x\":1", "its key is not that"},
      {1, "{\"args\":{},", "{", "\"args\""},
      {1, "\"kind\":", "\"error\":{},\"kind\":", "sorted"}};
  for (const auto& [line, from, to, says] : kEdits) {
    const Result<Json> verified = verify_journal(rechained(journal, line, from, to));
    REQUIRE_FALSE(verified);
    CHECK(contains(verified.error().sentence(),
                   joined({"broken in line ", decimal(static_cast<std::int64_t>(line) + 1)})));
    CHECK(contains(verified.error().sentence(), says));
  }
}

TEST_CASE("of its last line a journal says that only a hash kept elsewhere proves it") {
  World world;
  const std::string journal = whole_journal(world);
  const std::vector<std::string> lines = lines_of(journal);
  const std::string cut = journal.substr(0, journal.size() - lines.back().size() - 1);
  const Json whole = verify_journal(journal).value(), shorter = verify_journal(cut).value();
  CHECK(contains(text_field(whole, "sentence"), "compare the hash with the one that the run reported"));
  CHECK(shorter["ended"] == false);
  CHECK(contains(text_field(shorter, "sentence"), "that no lines after it were cut off"));
  CHECK(shorter["hash"] != whole["hash"]);
}

TEST_CASE("a fork gives a question an answer to it, or says what one would be") {
  World world;
  TestHost asked(world);
  set_up(asked);
  asked.person = [](const Question&) { return Json({{"approve", false}}); };
  asked.start("a", "do it", {{"approvals", {{"default", "ask"}}}});
  asked.go();
  std::string step;
  for (const std::string& line : lines_of(asked.journal("a")))
    if (step.empty() && contains(line, R"("kind":"ask")")) step = (*parse_json(line))["step"].get<std::string>();
  REQUIRE(!step.empty());
  for (const Json& nonsense : {Json("pretend"), Json(1), Json::object(), Json({{"approve", "yes"}})}) {
    TestHost host(world);
    set_up(host);
    host.fork("no", asked.journal("a"), step, {{"result", nonsense}});
    host.go();
    CHECK(contains(text_field(host.failure, "sentence"), "The step is a question (approval). Its result is an answer"));
  }
  TestHost host(world);
  set_up(host);
  host.person = [](const Question&) { return Json({{"approve", false}}); };
  const std::size_t effects = world.effects.size();
  host.fork("yes", asked.journal("a"), step, {{"result", {{"approve", true}}}});
  host.go();
  CHECK(world.effects.size() == effects + 1);
}

TEST_CASE("a fork at a step that never was names the steps there are") {
  World world;
  const std::string journal = whole_journal(world);
  TestHost host(world);
  set_up(host);
  host.fork("f", journal, "9.9", {});
  host.go();
  CHECK(contains(text_field(host.failure, "sentence"), "no step \"9.9\". Its steps: 1, 2, 0.0, 0.1"));
}

TEST_CASE("a cancelled run ends with what it has, and replays to the same end") {
  World world;
  TestHost host(world);
  set_up(host);
  host.start("r", "do it");
  while (world.effects.empty()) REQUIRE(host.go_once());
  host.send(Head("run.cancel").text("run", "r"));
  host.go();
  CHECK(host.end_kind == "run.ended");
  CHECK(host.outcome["stop"]["reason"] == "cancelled");
  TestHost again(world);
  again.take_up("run.replay", host.journal("r"));
  again.go();
  CHECK(again.end_kind == "run.ended");
  CHECK(again.outcome["hash"] == host.outcome["hash"]);
}

TEST_CASE("a run that hops between hosts ends with the bytes of one that did not") {
  World whole_world;
  const std::string whole = whole_journal(whole_world);
  World world;
  bool ended = false;
  bool begun = false;
  for (int host_number = 0; !ended; ++host_number) {
    REQUIRE(host_number < 100);
    TestHost host(world);
    set_up(host);
    if (begun) host.take_up("run.resume", world.journals["r"]);
    else host.start("r", "do it");
    begun = true;
    const std::size_t lines = lines_of(world.journals["r"]).size();
    // Every host goes on for some lines, and leaves only when nothing is under way but what can be asked again.
    while (host.go_once()) {
      const std::vector<std::string> now = lines_of(world.journals["r"]);
      std::int64_t begun_steps = 0;
      for (const std::string& line : now) {
        begun_steps += contains(line, "\"state\":\"begun\"") ? 1 : 0;
        begun_steps -=
            contains(line, "\"kind\":\"tool\"") && contains(line, "\"state\":\"done\"") && !contains(line, "\"args\"")
                ? 1
                : 0;
      }
      if (now.size() > lines + 1 && begun_steps == 0) break;
    }
    ended = host.end_kind == "run.ended";
  }
  CHECK(world.journals["r"] == whole);
}

TEST_CASE("the durable host's commands wait for the journal") {
  World world;
  TestHost host(world);
  set_up(host);
  host.start("r", "do it");
  host.go_once();
  for (const auto& [kind, head] : host.commands) CHECK(kind != "http.send");
  host.go_once();
  CHECK(std::ranges::any_of(host.commands, [](const auto& command) {
    return command.first == "http.send" || command.first == "journal.append";
  }));
}

TEST_CASE("a journal that the host cannot write stops the run before anything else leaves") {
  World world;
  TestHost host(world);
  set_up(host);
  host.start("r", "do it");
  host.go_once();
  host.send(Head("journal.failed").text("run", "r").text("sentence", "The disk is full."));
  host.go();
  CHECK(host.end_kind == "run.suspended");
  CHECK(host.outcome["stop"]["reason"] == "journal");
  CHECK(contains(text_field(host.outcome["stop"], "sentence"), "The disk is full."));
}

TEST_CASE("a replay that attempts something else stops with both sides") {
  World world;
  const std::string journal = whole_journal(world);
  // Re-chain the journal with another argument in a tool call: what an edited application would have recorded.
  JournalReader reader = JournalReader::open(journal).value();
  JournalWriter writer;
  writer.begin(reader.header());
  Entry entry;
  while (reader.next(entry).value()) {
    std::string key = entry.key;
    if (entry.step == "0.3.0") key = "0000000000000000";
    writer.append(entry.kind, entry.state, entry.step, key, entry.at_ms, entry.args, entry.value, {});
  }
  TestHost host(world);
  set_up(host);
  host.take_up("run.resume", std::string(writer.untaken()));
  host.go();
  CHECK(host.end_kind == "run.diverged");
  CHECK(contains(text_field(host.outcome["stop"], "sentence"), "something else than its journal records"));
  CHECK(host.outcome["stop"]["recorded"]["step"] == "0.3.0");
  CHECK(host.outcome["stop"]["attempted"][0]["args"]["tool"] == "send");
}

}  // namespace troupe::test

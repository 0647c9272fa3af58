// The seven patterns: for each, a case in which its point decides the outcome; killed at every line, and replayed.
#include <algorithm>
#include <map>

#include "pattern_talk.hpp"

namespace troupe::test {
namespace {

struct Case {
  std::string name;
  Json options;
  Model model;
  std::string answer;
};

/// A model whose every reply takes a second of the host's time; gives how long the run took.
std::int64_t took(const Model& model, const Json& options) {
  World world;
  TestHost host(world);
  set_up(host, model);
  struct Pending {
    std::int64_t due;
    Host::Id id;
    std::string body;
  };
  std::vector<Pending> pending;
  host.http = [&](Host::Id id, const Json&, std::string_view body) {
    pending.push_back({host.now_ms + 1000, id, model(*parse_json(body))});
  };
  const std::int64_t begin = host.now_ms;
  host.start("r", "Do all of it.", options);
  host.go();
  while (!pending.empty()) {
    host.now_ms = pending.front().due;
    for (const Pending& each : std::exchange(pending, {})) {
      host.send(Head("http.reply").number("id", each.id).number("status", 200).json("headers", Json::object()),
                each.body);
    }
    host.go();
  }
  REQUIRE(host.end_kind == "run.ended");
  return host.now_ms - begin;
}

const Json kFive = agents({worker("a", "part A"), worker("b", "part B"), worker("c", "part C"), worker("d", "part D"),
                           worker("e", "part E")});

/// Rates drafts by the numbers given, in turn; drafts are called draft 1, draft 2, ...
Model rated(const std::vector<int>& scores, int* drafts = nullptr) {
  return [scores, drafts](const Json& request) -> std::string {
    if (form_of(request) == "Review") {
      const std::string text = told(request);
      const auto number = static_cast<std::size_t>(text[text.find("draft number ") + 13] - '1');
      return says(dump_json(
          {{"scores", Json::array({{{"criterion", "clear"}, {"score", scores.at(number)}, {"reason", "so so"}}})}}));
    }
    const std::string text = told(request);
    const std::size_t at = text.rfind("rated so:");
    // Which draft it is shows in the score of the one before: each is another one in these cases.
    int number = 1;
    if (at != std::string::npos) {
      const std::size_t comma = text.find("clear, ", at) + 7;
      const int score = std::stoi(text.substr(comma));
      number = static_cast<int>(std::ranges::find(scores, score) - scores.begin()) + 2;
    }
    if (drafts != nullptr) *drafts = std::max(*drafts, number);
    return says("draft number " + decimal(number));
  };
}

Json evaluated(std::int64_t rounds) {
  return Json{{"pattern", "evaluator_optimizer"},
              {"settings", {{"rounds", rounds}, {"criteria", {"clear"}}}},
              {"agents", agents({worker("author")})}};
}

Json swarm_of(std::initializer_list<const char*> names) {
  std::vector<Json> list;
  for (const char* name : names) list.push_back(worker(name));
  return Json{{"pattern", "swarm"}, {"agents", Json(list)}};
}

/// One case of each pattern that goes through most of what it can do.
std::vector<Case> cases() {
  std::vector<Case> list;
  list.push_back({"direct",
                  {{"pattern", "direct"}},
                  [](const Json& request) {
                    return turn_of(request) == 0 ? calls({{"look", {{"n", 1}}}}) : says("It says " + last_of(request));
                  },
                  "It says seen"});
  Json chained{{"pattern", "chain"}, {"agents", agents({worker("first", "A"), worker("second", "B")})}};
  chained["agents"][0]["checkpoint"] = {{"question", "Is it good?"}, {"otherwise", "repeat"}};
  list.push_back({"chain", chained,
                  [](const Json& request) {
                    if (form_of(request) == "Verdict")
                      return says(contains(told(request), "did A again") ? R"({"yes":true,"reason":"fine"})"
                                                                         : R"({"yes":false,"reason":"too short"})");
                    if (contains(told(request), "too short")) return says("did A again");
                    return says("did " + part_in(request) +
                                (contains(told(request), "did A again") ? " on A again" : ""));
                  },
                  "did B on A again"});
  list.push_back(
      {"parallel",
       {{"pattern", "parallel"}, {"agents", kFive}, {"settings", {{"join", "list"}}}},
       echo_part,
       "## a\n\ndid part A\n\n## b\n\ndid part B\n\n## c\n\ndid part C\n\n## d\n\ndid part D\n\n## e\n\ndid part E"});
  list.push_back({"router",
                  {{"pattern", "router"}, {"agents", agents({worker("cook"), worker("driver")})}},
                  [](const Json& request) {
                    if (form_of(request) == "Choices")
                      return says(R"({"choices":[{"agent":"driver","sure":90},{"agent":"cook","sure":10}]})");
                    return says(contains(system_of(request), "You are driver.") ? "driven" : "cooked");
                  },
                  "driven"});
  list.push_back({"orchestrator", orchestrated(),
                  [](const Json& request) {
                    if (form_of(request) == "Plan")
                      return says(dump_json(plan({planned("read", "reader"), planned("look", "reader"),
                                                  planned("write", "writer", {"read", "look"})})));
                    if (form_of(request) == "Completeness") return says(R"({"complete":true,"missing":[]})");
                    if (contains(system_of(request), "put the results"))
                      return says(contains(told(request), "wrote it") ? "Written." : "?");
                    if (part_in(request) == "task write")
                      return says(contains(told(request), "did task read") && contains(told(request), "did task look")
                                      ? "wrote it"
                                      : "?");
                    return says("did " + part_in(request));
                  },
                  "Written."});
  list.push_back({"swarm", swarm_of({"triage", "expert"}),
                  [](const Json& request) {
                    if (contains(system_of(request), "You are triage.")) return hand_over("expert", "the roof leaks");
                    if (turn_of(request) == 0) return calls({{"look", {{"at", "roof"}}}});
                    return says(contains(told(request), "the roof leaks") ? "Mended." : "?");
                  },
                  "Mended."});
  list.push_back({"evaluator_optimizer", evaluated(3), rated({40, 60, 50}), "draft number 2"});
  return list;
}

}  // namespace

TEST_CASE("each pattern does its work, and a replay of its journal gives the same answer") {
  for (const Case& each : cases()) {
    CAPTURE(each.name);
    World world;
    TestHost host(world);
    set_up(host, each.model);
    host.start("r", "Do all of it.", each.options);
    finish(host);
    INFO(dump_json(host.failure), dump_json(host.outcome));
    REQUIRE(host.end_kind == "run.ended");
    CHECK(answer_of(host) == each.answer);
    CHECK(reason_of(host) == "done");
    CHECK(text_field(host.outcome, "pattern") == each.name);
    TestHost second(world);
    second.configure();
    second.take_up("run.replay", host.journal("r"));
    second.go();
    CHECK(second.end_kind == "run.ended");
    CHECK(answer_of(second) == each.answer);
  }
}

TEST_CASE("each pattern, killed after every line of its journal, ends with the same answer in another host") {
  for (const Case& each : cases()) {
    for (std::int64_t lines = 1;; ++lines) {
      CAPTURE(each.name);
      CAPTURE(lines);
      World world;
      TestHost first(world);
      set_up(first, each.model);
      first.die_at_lines = lines;
      first.start("r", "Do all of it.", each.options);
      finish(first);
      if (!first.dead) break;
      TestHost second(world);
      set_up(second, each.model);
      second.take_up("run.resume", world.journals["r"]);
      finish(second);
      REQUIRE(second.end_kind == "run.ended");
      CHECK(answer_of(second) == each.answer);
    }
  }
}

TEST_CASE("five parts side by side take as long as one, and five steps in a chain as long as five") {
  CHECK(took(echo_part, {{"pattern", "chain"}, {"agents", kFive}}) == 5000);
  CHECK(took(echo_part, {{"pattern", "parallel"}, {"agents", kFive}, {"settings", {{"join", "list"}}}}) == 1000);
  CHECK(took(echo_part, {{"pattern", "parallel"}, {"agents", kFive}}) == 2000);
}

TEST_CASE("of more parts than may run at once the next begins as soon as one has ended") {
  Json options{
      {"pattern", "parallel"}, {"agents", kFive}, {"settings", {{"join", "list"}}}, {"limits", {{"parallel", 2}}}};
  CHECK(took(echo_part, options) == 3000);
}

TEST_CASE("a part that fails is named in the answer, and the others are in it") {
  const Model model = [](const Json& request) -> std::string {
    if (part_in(request) == "part D") throw std::string("connection refused");
    if (contains(system_of(request), "put the results")) return says("Here is what a, b, c and e found.");
    return echo_part(request);
  };
  const Json outcome = outcome_of(model, {{"pattern", "parallel"}, {"agents", kFive}});
  CHECK(contains(text_field(outcome, "answer"), "Here is what a, b, c and e found.\n\nNot done: d: "));
  CHECK(contains(text_field(outcome, "answer"), "connection refused"));
  CHECK(text_field(outcome["missing"][0], "part") == "d");
  CHECK(text_field(outcome["stop"], "reason") == "done");
}

TEST_CASE("when the synthesiser fails, the parts are the answer") {
  const Model model = [](const Json& request) -> std::string {
    if (contains(system_of(request), "put the results")) throw std::string("connection refused");
    return echo_part(request);
  };
  const Json outcome =
      outcome_of(model, {{"pattern", "parallel"}, {"agents", agents({worker("a", "part A"), worker("b", "part B")})}});
  CHECK(text_field(outcome, "answer") == "## a\n\ndid part A\n\n## b\n\ndid part B");
}

TEST_CASE("votes are counted by what they say, not by how") {
  int asked = 0;
  const Model model = [&](const Json&) {
    const char* const said[] = {"Paris.", "Lyon", "**paris**"};
    return says(said[asked++ % 3]);
  };
  Json options{{"pattern", "parallel"},
               {"agents", agents({worker("voter")})},
               {"settings", {{"votes", 3}, {"join", "majority"}}}};
  CHECK(text_field(outcome_of(model, options), "answer") == "Paris.");
}

TEST_CASE("a judge chooses among votes, and is told when it names one that there is not") {
  int asked = 0;
  const Model model = [&](const Json& request) {
    if (form_of(request) == "Best")
      return says(turn_of(request) == 0 ? R"({"best":"voter-9","reason":"."})" : R"({"best":"voter-2","reason":"."})");
    return says("answer " + decimal(++asked));
  };
  Json options{
      {"pattern", "parallel"}, {"agents", agents({worker("voter")})}, {"settings", {{"votes", 3}, {"join", "judge"}}}};
  CHECK(text_field(outcome_of(model, options), "answer") == "answer 2");
}

TEST_CASE("a task without parts is divided by a model first") {
  const Model model = [](const Json& request) {
    if (form_of(request) == "Parts")
      return says(R"({"parts":[{"name":"North side","task":"look north"},{"name":"South","task":"look south"}]})");
    return echo_part(request);
  };
  Json options{{"pattern", "parallel"}, {"agents", agents({worker("scout")})}, {"settings", {{"join", "list"}}}};
  CHECK(text_field(outcome_of(model, options), "answer") ==
        "## north-side\n\ndid look north\n\n## south\n\ndid look south");
}

TEST_CASE("a checkpoint that says no ends a chain with what there is and the reason") {
  Json options{{"pattern", "chain"}, {"agents", agents({worker("first", "A"), worker("second", "B")})}};
  options["agents"][0]["checkpoint"] = {{"question", "Is there any?"}};
  const Model model = [](const Json& request) {
    if (form_of(request) == "Verdict") return says(R"({"yes":false,"reason":"The folder is empty."})");
    return echo_part(request);
  };
  const Json outcome = outcome_of(model, options);
  CHECK(text_field(outcome, "answer") == "did A");
  CHECK(text_field(outcome["stop"], "reason") == "checkpoint");
  CHECK(text_field(outcome["stop"], "sentence") == "The chain ended after \"first\": The folder is empty.");
}

TEST_CASE("a checkpoint that leads on gives the next one the result that was not good enough") {
  std::string third;
  const Model model = [&](const Json& request) {
    if (form_of(request) == "Verdict") return says(R"({"yes":false,"reason":"too short"})");
    if (part_in(request) == "C") third = told(request);
    return says("did " + part_in(request));
  };
  Json options{{"pattern", "chain"}, {"agents", agents({worker("a", "A"), worker("b", "B"), worker("c", "C")})}};
  options["agents"][0]["checkpoint"] = {{"question", "Is it good?"}, {"otherwise", "c"}};
  CHECK(text_field(outcome_of(model, options), "answer") == "did C");
  CHECK(contains(third, "did A"));
  CHECK(contains(third, "What \"a\" gave was not good enough, so it is your turn: too short"));
  CHECK(!contains(third, "You did this before"));
}

TEST_CASE("a step of a chain is told what it needs, and nothing else") {
  Json options{{"pattern", "chain"}, {"agents", agents({worker("a", "A"), worker("b", "B"), worker("c", "C")})}};
  options["agents"][2]["needs"] = {"a"};
  const Model model = [](const Json& request) {
    if (part_in(request) == "C")
      return says(decimal(contains(told(request), "did A")) + decimal(contains(told(request), "did B")));
    return echo_part(request);
  };
  CHECK(text_field(outcome_of(model, options), "answer") == "10");
}

TEST_CASE("a router asks no model when the task's type has one agent") {
  Json options{{"pattern", "router"}, {"agents", agents({worker("coder"), worker("poet")})}};
  options["agents"][0]["types"] = {"code_development"};
  options["agents"][1]["types"] = {"content_creation"};
  const Model model = [](const Json& request) {
    CHECK(form_of(request).empty());
    return says(system_of(request).substr(0, 14));
  };
  const Json outcome = outcome_of(model, options, "Refactor the parser module and fix its unit tests");
  CHECK(text_field(outcome, "answer") == "You are coder.");
}

TEST_CASE("a router learns who does such tasks well, and then asks no model about them") {
  int asked = 0;
  World world;
  TestHost host(world);
  set_up(host, [&asked](const Json& request) {
    if (form_of(request) != "Choices") return says(system_of(request).substr(0, 13));
    ++asked;
    return says(R"({"choices":[{"agent":"poet","sure":90}]})");
  });
  const Json options{{"pattern", "router"}, {"agents", agents({worker("cook"), worker("poet")})}};
  for (int i = 0; i < 12; ++i) {
    host.start(decimal(i), "Write a poem about autumn leaves", options);
    finish(host);
    CHECK(answer_of(host) == "You are poet.");
  }
  CHECK(asked >= 3);
  CHECK(asked <= 8);
  TestHost again(world);
  set_up(again, [](const Json&) { return says("never"); });
  again.take_up("run.replay", host.journal("11"));
  again.go();
  CHECK(again.outcome["hash"] == host.outcome["hash"]);
}

TEST_CASE("two agents that a router is sure of work side by side") {
  const Model model = [](const Json& request) {
    if (form_of(request) == "Choices")
      return says(
          R"({"choices":[{"agent":"cook","sure":80},{"agent":"driver","sure":70},{"agent":"poet","sure":20}]})");
    return says(system_of(request).substr(0, 14));
  };
  Json options{{"pattern", "router"},
               {"agents", agents({worker("cook"), worker("driver"), worker("poet")})},
               {"settings", {{"join", "list"}}}};
  CHECK(text_field(outcome_of(model, options), "answer") == "## cook\n\nYou are cook.\n\n## driver\n\nYou are driver");
}

TEST_CASE("a plan with four errors is given back with all of them, and the next one is carried out") {
  std::string objections;
  const Model model = [&](const Json& request) {
    if (form_of(request) == "Completeness") return says(R"({"complete":true,"missing":[]})");
    if (form_of(request) != "Plan") return echo_part(request);
    if (turn_of(request) == 0) {
      return says("Here you are:\n```json\n" +
                  dump_json(plan({planned("a", "reader"), planned("a", "writer"), planned("b", "painter"),
                                  planned("c", "reader", {"z"}), planned("d", "reader", {"e"}),
                                  planned("e", "reader", {"d"})})) +
                  "\n```");
    }
    objections = last_of(request);
    return says(dump_json(plan({planned("a", "reader")})));
  };
  const Json outcome = outcome_of(model, orchestrated());
  CHECK(contains(objections, "Two tasks have the id \"a\"."));
  CHECK(contains(objections, "for the agent \"painter\", which there is not. There are: \"reader\", \"writer\"."));
  CHECK(contains(objections, "The task \"c\" needs \"z\", which is no task of the plan."));
  CHECK(contains(objections, "in a circle: \"d\", \"e\"."));
  CHECK(text_field(outcome["stop"], "reason") == "done");
}

TEST_CASE("what a plan's tasks need decides when they begin, and nothing waits for more") {
  // a (1 s) and b (1 s) at once, c after a, d after b and c: plan 1, then 3 in a row, completeness 1, synthesis 1,
  // and a look at it 1.
  const Model model = [](const Json& request) {
    if (form_of(request) == "Completeness") return says(R"({"complete":true,"missing":[]})");
    if (form_of(request) == "Plan")
      return says(dump_json(plan({planned("d", "writer", {"b", "c"}), planned("a", "reader"),
                                  planned("c", "reader", {"a"}), planned("b", "reader")})));
    return echo_part(request);
  };
  CHECK(took(model, orchestrated()) == 7000);
}

TEST_CASE("a task that fails is planned anew, and what is done is not done again") {
  std::map<std::string, int> done;
  const Model model = [&](const Json& request) -> std::string {
    if (form_of(request) == "Completeness") return says(R"({"complete":true,"missing":[]})");
    if (form_of(request) == "Plan") {
      if (contains(told(request), "Not done: b (task b)"))
        return says(dump_json(plan({planned("b2", "writer", {"a"}), planned("c", "reader", {"b2"})})));
      return says(
          dump_json(plan({planned("a", "reader"), planned("b", "reader", {"a"}), planned("c", "reader", {"b"})})));
    }
    ++done[part_in(request)];
    if (part_in(request) == "task b") throw std::string("connection refused");
    return echo_part(request);
  };
  const Json outcome = outcome_of(model, orchestrated());
  CHECK(done["task a"] == 1);
  CHECK(done["task b2"] == 1);
  CHECK(done["task c"] == 1);
  CHECK(contains(text_field(outcome, "answer"), "did task c"));
  CHECK(!outcome.contains("missing"));
}

TEST_CASE("a result that its model was cut off in is used, and the answer names it") {
  std::map<std::string, int> done;
  const Model model = [&](const Json& request) -> std::string {
    if (form_of(request) == "Completeness") return says(R"({"complete":true,"missing":[]})");
    if (form_of(request) == "Plan")
      return says(dump_json(plan({planned("a", "reader"), planned("b", "writer", {"a"})})));
    ++done[part_in(request)];
    if (part_in(request) == "task a") return cut_off("length", "half of task a");
    return echo_part(request);
  };
  const Json outcome = outcome_of(model, orchestrated());
  CHECK(done["task a"] == 1);
  CHECK(done["task b"] == 1);
  CHECK(contains(text_field(outcome, "answer"), "half of task a"));
  CHECK(outcome["missing"][0]["part"] == "a");
  CHECK(contains(text_field(outcome["missing"][0], "why"), "was cut off"));
}

TEST_CASE("what the results lack in the end is planned and done") {
  const Model model = [](const Json& request) {
    if (form_of(request) == "Completeness")
      return says(contains(told(request), "did task b") ? R"({"complete":true,"missing":[]})"
                                                        : R"({"complete":false,"missing":["the price"]})");
    if (form_of(request) == "Plan")
      return says(dump_json(plan({planned(contains(told(request), "Missing: the price") ? "b" : "a", "reader")})));
    return echo_part(request);
  };
  CHECK(contains(text_field(outcome_of(model, orchestrated()), "answer"), "did task b"));
}

TEST_CASE("a swarm ends when two hand the work to and fro and nobody does any") {
  const Model model = [](const Json& request) {
    return contains(system_of(request), "You are triage.") ? hand_over("expert", "yours")
                                                           : hand_over("triage", "no, yours");
  };
  const Json outcome = outcome_of(model, swarm_of({"triage", "expert", "other"}));
  CHECK(text_field(outcome["stop"], "reason") == "ping_pong");
  CHECK(text_field(outcome, "answer") == "no, yours");
}

TEST_CASE("a pattern in an agent's place works, and so plays no ping-pong") {
  int asked = 0;
  const Model model = [&](const Json& request) -> std::string {
    if (contains(system_of(request), "You are lead."))
      return ++asked < 4 ? hand_over("research", "question " + std::to_string(asked)) : says("all is known");
    return says("found it");
  };
  Json research = worker("research");
  research["pattern"] = Json{{"pattern", "parallel"},
                             {"agents", agents({worker("x", "X"), worker("y", "Y")})},
                             {"settings", {{"join", "list"}}}};
  const Json outcome = outcome_of(model, {{"pattern", "swarm"}, {"agents", agents({worker("lead"), research})}});
  CHECK(text_field(outcome, "answer") == "all is known");
}

TEST_CASE("a swarm's hand-overs are bounded") {
  Json options = swarm_of({"a", "b", "c"});
  options["settings"] = {{"handoffs", 5}};
  const Model model = [](const Json& request) {
    const std::string own = system_of(request).substr(8, 1);
    return hand_over(own == "a" ? "b" : own == "b" ? "c" : "a", "go on");
  };
  CHECK(text_field(outcome_of(model, options)["stop"], "reason") == "handoff_limit");
}

TEST_CASE("a hand-over beside other calls is refused, and they are carried out") {
  std::string refusal;
  const Model model = [&](const Json& request) {
    if (contains(system_of(request), "You are b.")) return says("done by b");
    if (turn_of(request) == 0) return calls({{"look", {{"n", 1}}}, {"hand_over_to_b", {{"context", "x"}}}});
    refusal = last_of(request);
    return hand_over("b", "x");
  };
  CHECK(text_field(outcome_of(model, swarm_of({"a", "b"})), "answer") == "done by b");
  CHECK(contains(refusal, "has to be the only call of its turn"));
}

TEST_CASE("the best draft is the answer, not the last one; of equals the newer; and the last one is rated, too") {
  CHECK(text_field(outcome_of(rated({70, 30, 20}), evaluated(3)), "answer") == "draft number 1");
  CHECK(text_field(outcome_of(rated({50, 50}), evaluated(2)), "answer") == "draft number 2");
  CHECK(text_field(outcome_of(rated({10, 80}), evaluated(2)), "answer") == "draft number 2");
}

TEST_CASE("an evaluator stops when a draft is good enough, and when two are no better") {
  int drafts = 0;
  CHECK(text_field(outcome_of(rated({90, 95}, &drafts), evaluated(9)), "answer") == "draft number 1");
  CHECK(drafts == 1);
  drafts = 0;
  CHECK(text_field(outcome_of(rated({60, 40, 30, 99}, &drafts), evaluated(9)), "answer") == "draft number 1");
  CHECK(drafts == 3);
}

TEST_CASE("criteria come from the task when none are given") {
  bool asked = false;
  const Model model = [&](const Json& request) {
    if (form_of(request) == "Criteria") {
      asked = true;
      return says(
          R"({"criteria":[{"name":"short","question":"Is it short?","weight":9},{"name":"true","question":"?","weight":1}]})");
    }
    if (form_of(request) == "Review")
      return says(
          R"({"scores":[{"criterion":"short","score":90,"reason":"."},{"criterion":"true","score":50,"reason":"."}]})");
    CHECK(contains(told(request), "- short: Is it short?"));
    return says("a draft");
  };
  Json options{{"pattern", "evaluator_optimizer"}, {"agents", agents({worker("author")})}};
  CHECK(text_field(outcome_of(model, options), "answer") == "a draft");
  CHECK(asked);
}

TEST_CASE("a pattern works in an agent's place") {
  Json inner{{"pattern", "parallel"},
             {"agents", agents({worker("x", "X"), worker("y", "Y")})},
             {"settings", {{"join", "list"}}}};
  Json options{{"pattern", "chain"}, {"agents", agents({worker("both"), worker("end", "END")})}};
  options["agents"][0]["pattern"] = inner;
  const Model model = [](const Json& request) {
    if (part_in(request) == "END")
      return says(contains(told(request), "## x\n\ndid X\n\n## y\n\ndid Y") ? "both seen" : "?");
    return echo_part(request);
  };
  CHECK(text_field(outcome_of(model, options), "answer") == "both seen");
}

TEST_CASE("a pattern that a person stops at the budget ends with what it has") {
  World world;
  TestHost host(world);
  set_up(host, echo_part);
  host.person = [](const Question&) { return Json::object(); };
  host.start("r", "Do all of it.", {{"pattern", "chain"}, {"agents", kFive}, {"budget", {{"calls", 2}}}});
  finish(host);
  CHECK(reason_of(host) == "budget");
  CHECK(answer_of(host) == "did part B");
}

TEST_CASE("who does not want to raise a budget is asked once") {
  World world;
  TestHost host(world);
  set_up(host, [](const Json& request) {
    if (form_of(request) != "Plan") return echo_part(request);
    Json tasks = Json::array();
    for (const char* id : {"a", "b", "c", "d", "e", "f", "g", "h"}) tasks.push_back(planned(id, "reader"));
    return says(dump_json(Json{{"tasks", tasks}}));
  });
  int questions = 0;
  host.person = [&](const Question&) { return ++questions, Json::object(); };
  Json options = orchestrated();
  options["budget"] = {{"calls", 3}};
  options["limits"] = {{"parallel", 1}};
  host.start("r", "Do all of it.", options);
  finish(host);
  CHECK(reason_of(host) == "budget");
  CHECK(questions == 1);
  CHECK(contains(answer_of(host), "did task b"));
  CHECK(contains(answer_of(host), "Not done: h"));
}

TEST_CASE("an agent that is stopped among others gives what it said itself") {
  const Model model = [](const Json& request) {
    if (part_in(request) == "part B") return says("did part B");
    Json reply = *parse_json(calls({{"look", {{"n", turn_of(request)}}}}));
    reply["choices"][0]["message"]["content"] = "I looked for " + part_in(request) + ".";
    return dump_json(reply);
  };
  Json first = worker("a", "part A");
  first["turns"] = 2;
  const Json outcome = outcome_of(
      model,
      {{"pattern", "parallel"}, {"agents", agents({first, worker("b", "part B")})}, {"settings", {{"join", "list"}}}});
  CHECK(contains(text_field(outcome, "answer"), "## a\n\nI looked for part A."));
  CHECK(outcome["missing"][0]["part"] == "a");
}

TEST_CASE("agents that begin together ask for the tools once") {
  World world;
  TestHost host(world);
  set_up(host, echo_part);
  host.start("r", "Do all of it.", {{"pattern", "parallel"}, {"agents", kFive}, {"settings", {{"join", "list"}}}});
  finish(host);
  const std::vector<std::string> lines = lines_of(host.journal("r"));
  CHECK(std::ranges::count_if(lines, [](const auto& line) { return contains(line, R"("kind":"tools")"); }) == 1);
}

TEST_CASE("a run without a pattern decides itself, and its journal says how") {
  World world;
  TestHost host(world);
  set_up(host, [](const Json& request) {
    if (form_of(request) == "Criteria") return says(R"({"criteria":[{"name":"c","question":"?","weight":1}]})");
    if (form_of(request) == "Review") return says(R"({"scores":[{"criterion":"c","score":99,"reason":"."}]})");
    return says("a slogan");
  });
  host.start("r", "Write a slogan for our bakery and polish it until it is perfect: short, funny, memorable.",
             {{"pattern", "auto"}});
  finish(host);
  REQUIRE(host.end_kind == "run.ended");
  CHECK(text_field(host.outcome, "pattern") == "evaluator_optimizer");
  CHECK(answer_of(host) == "a slogan");
  const std::string journal = host.journal("r");
  for (const char* kind : {"\"analysis\"", "\"strategy\"", "\"agents\""})
    CHECK(contains(journal, std::string("\"kind\":") + kind));
}

TEST_CASE("when a model cannot do what a pattern asks, the next one of the strategy is tried") {
  World world;
  TestHost host(world);
  set_up(host, [](const Json&) { return says("I only speak prose."); });
  host.start("r",
             "Migrate our whole shop to the new platform: inventory first, then plan what depends on what, move data, "
             "test, train the staff, and go live.",
             {{"pattern", "auto"}});
  finish(host);
  REQUIRE(host.end_kind == "run.ended");
  CHECK(answer_of(host) == "I only speak prose.");
  CHECK(contains(host.journal("r"), "\"kind\":\"recovery\""));
  CHECK(contains(host.journal("r"), "gave no usable Plan in 3 tries"));
  TestHost second(world);
  second.configure();
  second.take_up("run.replay", host.journal("r"));
  second.go();
  CHECK(answer_of(second) == "I only speak prose.");
}

TEST_CASE("what is wrong with a pattern's agents is said before anything is written") {
  const auto sentence = [](const Json& options) {
    World world;
    TestHost host(world);
    set_up(host, [](const Json&) { return says("x"); });
    host.start("r", "t", options);
    host.go();
    CHECK(world.journals.empty());
    return std::string(text_field(host.failure, "sentence"));
  };
  CHECK(contains(sentence({{"pattern", "ring"}}), "There is no pattern \"ring\". There are: direct, chain"));
  CHECK(contains(sentence({{"pattern", "swarm"}, {"agents", agents({worker("a")})}}), "needs at least two agents"));
  CHECK(contains(sentence({{"pattern", "chain"}, {"agents", agents({worker("a"), worker("a")})}}),
                 "Two agents have the name \"a\""));
  CHECK(contains(sentence({{"pattern", "chain"}, {"agents", agents({worker("a b")})}}), "An agent's \"name\" needs"));
  CHECK(contains(sentence({{"pattern", "parallel"}, {"settings", {{"votes", 65}}}}), "\"votes\" is at most 64"));
  CHECK(contains(sentence({{"settings", {{"round", 1}}}}), "There is no setting \"round\""));
  CHECK(contains(sentence({{"prompts", {{"plan", "x"}}}}), "There is no prompt \"plan\". There are: direct, worker"));
}

TEST_CASE("of several agents given to one agent's pattern the first works, and a warning says so") {
  World world;
  TestHost host(world);
  set_up(host, [](const Json& request) { return says("done by " + system_of(request).substr(8, 1)); });
  host.start("r", "Do all of it.", {{"pattern", "direct"}, {"agents", agents({worker("a"), worker("b")})}});
  finish(host);
  CHECK(answer_of(host) == "done by a");
  CHECK(host.logs ==
        std::vector<std::string>{"The pattern \"direct\" is one agent's: \"a\" works, and no other of them."});
}

TEST_CASE("an application's prompt stands in for ours") {
  const Model model = [](const Json& request) { return says(system_of(request)); };
  Json options{{"pattern", "chain"},
               {"agents", agents({worker("a", "A"), worker("b", "B")})},
               {"prompts", {{"worker", "Speak Latin."}}}};
  CHECK(text_field(outcome_of(model, options), "answer").starts_with("You are b.\nSpeak Latin. What stands between"));
}

}  // namespace troupe::test

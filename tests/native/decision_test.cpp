// DecisionEngine, what it learns, and the agents that follow from it.
#include <string>

#include "agents/agent_factory.hpp"
#include "agents/judgement.hpp"
#include "base/text.hpp"
#include "doctest/doctest.h"
#include "learn/experience.hpp"
#include "strategy/decision_engine.hpp"
#include "task/task_analyzer.hpp"

namespace troupe {
namespace {

Analysis analyzed(std::string_view text) {
  TaskAnalyzer analyzer;
  return **analyzer.analyze(text);
}

Strategy decided(std::string_view text, const Situation& situation = {}, const Experience& experience = {}) {
  return decide(analyzed(text), situation, experience, 1, text.size());
}

std::string_view pattern_for(std::string_view text) { return kPatterns[decided(text).choice().pattern]; }

TEST_CASE("each pattern is the choice for a task that is made for it") {
  CHECK(pattern_for("What is the weather in Oslo?") == "direct");
  CHECK(pattern_for("First transcribe the interview, then translate the transcript into English, then turn the "
                    "translation into a blog post, in exactly this order") == "chain");
  CHECK(pattern_for("Translate the leaflet into German, French, Spanish and Polish, each independently of the "
                    "others") == "parallel");
  CHECK(pattern_for("Sort the incoming support mails: depending on whether it is about billing, a bug or a feature "
                    "request, the right specialist answers it") == "router");
  CHECK(pattern_for("Plan and carry out the migration of our whole shop from Magento to Shopify: data, design, "
                    "payment, redirects, tests and launch, with everything that depends on something else in the right "
                    "order") == "orchestrator");
  CHECK(pattern_for("Let an optimist, a sceptic and a lawyer debate whether we should open an office in Brazil, until "
                    "they agree") == "swarm");
  CHECK(pattern_for("Write a slogan for our bakery, criticise it, and improve it until it is perfect") ==
        "evaluator_optimizer");
}

TEST_CASE("all seven patterns are ranked, and their scores add up to about a thousand") {
  const Strategy strategy = decided("Summarise the three reports in /data and mail the summary to Ann");
  int sum = 0;
  for (std::size_t i = 0; i < strategy.options.size(); ++i) {
    sum += strategy.options[i].score;
    if (i > 0) CHECK(strategy.options[i].score <= strategy.options[i - 1].score);
    CHECK(strategy.options[i].cost.tokens > 0);
  }
  CHECK(sum >= 994);
  CHECK(sum <= 1006);
}

TEST_CASE("a pattern that costs more than the budget stands further behind, and says so") {
  const std::string task = "Let an optimist, a sceptic and a lawyer debate whether we should open an office in Brazil";
  Situation poor;
  poor.tokens = 3000;
  const auto swarm_of = [](const Strategy& strategy) {
    return *std::ranges::find(strategy.options, 5, &Option::pattern);
  };
  const Option rich = swarm_of(decided(task));
  const Option cut = swarm_of(decided(task, poor));
  CHECK(rich.affordable);
  CHECK_FALSE(cut.affordable);
  CHECK(cut.score < rich.score);
  CHECK(std::ranges::find(cut.reasons, "It would cost more than the budget allows.") != cut.reasons.end());
}

TEST_CASE("a task that nobody understands is worth a question first") {
  CHECK(decided("asdf").first == First::kAskUser);
  CHECK(decided("What is the weather in Oslo?").first == First::kNothing);
}

TEST_CASE("what went well is chosen more often, what failed less, and what is old is forgotten") {
  Experience experience;
  const std::string task =
      "Compare the prices of the five cloud hosts, each on its own page, and put the results side by side";
  const Analysis analysis = analyzed(task);
  const Strategy before = decided(task);
  const std::string context = context_of(analysis);
  const std::string first = "pattern:" + std::string(kPatterns[before.choice().pattern]);
  for (int i = 0; i < 40; ++i) experience.learn(context, first, 0);
  const Strategy after = decided(task, {}, experience);
  CHECK(after.choice().pattern != before.choice().pattern);
  for (int i = 0; i < 200; ++i) experience.learn(context, first, 1000);
  CHECK(experience.estimate(context, first, 700).mean > 850);
}

TEST_CASE("the same seed draws the same, and nothing learned means nothing drawn") {
  Experience experience;
  for (int i = 0; i < 3; ++i) experience.learn("research/complex", "pattern:swarm", 500);
  const Experience::Estimate estimate = experience.estimate("research/complex", "pattern:swarm", 700);
  Random one(7), two(7);
  for (int i = 0; i < 50; ++i) CHECK(experience.draw(estimate, one) == experience.draw(estimate, two));
  const std::string task = "Write a poem";
  CHECK(to_json(decided(task)) == to_json(decided(task)));
}

TEST_CASE("what was learned is written, read, merged and checked") {
  Experience experience;
  experience.learn("a/simple", "pattern:direct", 1000);
  const Result<Experience> again = Experience::from_json(experience.to_json(), {});
  REQUIRE(again.has_value());
  CHECK(again->to_json() == experience.to_json());
  experience.merge(*again);
  CHECK(experience.to_json()["counts"]["a/simple"]["pattern:direct"][1] == 2000);
  experience.correct("a/simple", "pattern:direct", 1000, 200);
  CHECK(experience.to_json()["counts"]["a/simple"]["pattern:direct"] == Json{1200, 2000});
  CHECK(experience.to_json()["counts"]["*"]["pattern:direct"] == Json{1200, 2000});
  experience.reset();
  CHECK(experience.empty());
  experience.correct("a/simple", "pattern:direct", 1000, 200);  // what another engine learned is new here
  CHECK(experience.to_json()["counts"]["a/simple"]["pattern:direct"] == Json{200, 1000});
  CHECK(Experience::from_json(*parse_json(R"({"version":2})"), {}).error().sentence().starts_with("What was learned"));
  CHECK_FALSE(Experience::from_json(*parse_json(R"({"version":1,"counts":{"a":{"b":[9,1]}}})"), {}).has_value());
}

TEST_CASE("with only observing, what was learned changes no decision") {
  const std::string task = "Summarise the three reports in /data and mail the summary to Ann";
  Experience experience({.observe_only = true});
  const std::string context = context_of(analyzed(task));
  for (const std::string_view each : kPatterns) experience.learn(context, "pattern:" + std::string(each), 0);
  CHECK(to_json(decided(task, {}, experience)) == to_json(decided(task)));
}

ToolSpec tool(std::string name, bool read_only) {
  ToolSpec spec;
  spec.name = std::move(name);
  spec.read_only = read_only;
  return spec;
}

TEST_CASE("an agent gets the tools that its task needs, and none that may do what the task does not ask for") {
  const ToolSpec search = tool("search", true), erase = tool("erase", false), other = tool("other", true);
  const std::string task = "What is the capital of Peru, and how many people live there?";
  const Analysis analysis = analyzed(task);
  REQUIRE(analysis.risks == 0);
  Analysis with_tools = analysis;
  with_tools.server = true;
  AgentFactory factory;
  const auto agents = factory.create(task, with_tools, decided(task), {{&search, 900}, {&erase, 500}, {&other, 0}});
  REQUIRE_FALSE(agents->empty());
  CHECK(agents->front().tools == std::vector<std::string>{"search"});
  bool said = false;
  for (const std::string& reason : agents->front().reasons) said = said || reason.find("\"erase\" is withheld") == 0;
  CHECK(said);
  CHECK(factory.create(task, with_tools, decided(task), {{&search, 900}, {&erase, 500}, {&other, 0}}) == agents);
}

TEST_CASE("a tool that destroys is for a task that asks for it, and unannotated tools destroy by their names") {
  ToolSpec wipe = tool("wipe", false), write = tool("write_file", false), remove = tool("delete_file", false);
  write.server = remove.server = "files";
  Analysis writes = analyzed("Append a line to todo.txt");
  writes.server = true;
  writes.risks = 1U << kWrites;
  AgentFactory factory;
  const Strategy strategy = decided("Append a line to todo.txt");
  const std::vector<ToolAtHand> tools = {{&wipe, 900}, {&write, 800}, {&remove, 700}};
  const auto careful = factory.create("Append a line to todo.txt", writes, strategy, tools);
  CHECK(careful->front().tools == std::vector<std::string>{"write_file"});
  CHECK(std::ranges::contains(careful->front().reasons, R"(Of its tools "write_file" may change things.)"));
  Analysis destroys = writes;
  destroys.risks |= 1U << kDestructive;
  CHECK(factory.create("Append a line to todo.txt", destroys, strategy, tools)->front().tools.size() == 3);
}

TEST_CASE("an instruction is written for the task: what counts in the end, and what it names") {
  const std::string task = "Summarise /data/report.md and https://example.org/x in five lines";
  AgentFactory factory;
  const std::string instruction = factory.create(task, analyzed(task), decided(task), {})->front().instruction;
  CHECK(contains(instruction, "What counts in the end is a text that people read."));
  CHECK(contains(instruction, "The task names /data/report.md, https://example.org/x."));
}

TEST_CASE("agents are eight at most, however many specialisations there are") {
  AgentFactory factory;
  for (int i = 0; i < 20; ++i) factory.add({joined({"expert-", decimal(i)}), "You know it.", {0, 1, 2, 3, 4, 5, 6}});
  const std::string task = "Let a sales agent and a billing agent argue it out";
  Strategy strategy = decided(task);
  for (const std::uint8_t pattern : {kSwarmPattern, kRouterPattern, kOrchestratorPattern}) {
    strategy.options[0].pattern = pattern;
    CHECK(factory.create(task, analyzed(task), strategy, {})->size() <= AgentFactory::kMostAgents);
  }
}

TEST_CASE("a type that no specialisation is for goes to the specialist, and the reason says so") {
  AgentFactory factory;
  factory.add({"specialist", "You look into it.", {7}});
  const std::string task = "Delete the file a.txt";
  Strategy strategy = decided(task);
  strategy.options[0].pattern = kDirectPattern;
  const AgentPlan agent = factory.create(task, analyzed(task), strategy, {})->front();
  CHECK(agent.specialisation == "specialist");
  CHECK(agent.reasons.front().starts_with("No specialisation is for tasks of the type "));
}

TEST_CASE("a decision keeps to the budget: nothing is not the same as no limit, and calls count") {
  const std::string task = "Plan the migration of our billing system with all its dependencies";
  const auto affordable = [&](const Situation& situation) {
    const Strategy strategy = decided(task, situation);
    return std::ranges::count_if(strategy.options, &Option::affordable);
  };
  Situation none;
  CHECK(affordable(none) == 7);
  Situation nothing;
  nothing.tokens = 0;
  CHECK(affordable(nothing) == 0);
  Situation calls;
  calls.calls = 1;
  CHECK(affordable(calls) < 7);
}

TEST_CASE("a decision names the model that will work, and says something of every pattern") {
  Models models;
  REQUIRE(models.configure(*parse_json(
      R"({"zeta":{"type":"openai","url":"https://z","model":"big"},"alpha":{"type":"openai","url":"https://a","model":"mini"}})")));
  Judgement judgement;
  REQUIRE(judgement.configure(Json::object(), models, {}));
  for (const std::string_view model : {"zeta", "zeta:big", "zeta:other"}) {
    const Json strategy = *parse_json(*judgement.decide(joined({R"({"task":"Say hello","model":")", model, "\"}"})));
    CHECK(text_field(strategy, "model").starts_with("zeta:"));
    for (const Json& option : strategy["options"]) CHECK_FALSE(option["reasons"].empty());
  }
}

TEST_CASE("a rating counts instead of what the run's end said, and what others learned can be added and forgotten") {
  Judgement judgement;
  judgement.learn_from("Write a poem", "pattern:direct", "done");
  const Json rated =
      *parse_json(*judgement.learn(R"({"task":"Write a poem","choices":["pattern:direct"],"reward":0,"instead":800})"));
  CHECK(rated["counts"]["*"]["pattern:direct"] == Json{0, 1000});
  Json request = {{"merge", rated}};
  CHECK((*parse_json(*judgement.learn(dump_json(request))))["counts"]["*"]["pattern:direct"] == Json{0, 2000});
  CHECK((*parse_json(*judgement.learn(R"({"forget":true})")))["counts"].empty());
  CHECK(judgement.learn(R"({"merge":{"version":1,"counts":5}})").error().sentence() ==
        "What was learned has no \"counts\", an object by kind of task.");
}

TEST_CASE("agents are those of this analysis, and not of another one of the same task") {
  const std::string task = "Summarise the report.";
  const ToolSpec search = tool("search", true);
  AgentFactory factory;
  Analysis alone = analyzed(task);
  alone.server = false;
  CHECK(factory.create(task, alone, decided(task), {{&search, 900}})->front().tools.empty());
  Analysis helped = alone;
  helped.server = true;
  CHECK(factory.create(task, helped, decided(task), {{&search, 0}})->front().tools.empty());
  CHECK(factory.create(task, helped, decided(task), {{&search, 900}})->front().tools ==
        std::vector<std::string>{"search"});
}

TEST_CASE("a specialisation of the application goes before those that are built in") {
  AgentFactory factory;
  factory.add({"poet", "You rhyme.", {1}});
  const std::string task = "Write a poem about autumn";
  const auto agents = factory.create(task, analyzed(task), decided(task), {});
  CHECK(agents->front().specialisation == "poet");
  CHECK(agents->front().instruction.starts_with("You rhyme."));
}

TEST_CASE("a pool gives out no more agents than it has, and takes them back") {
  AgentFactory factory;
  factory.set_most(3);
  CHECK(factory.acquire(2) == 2);
  CHECK(factory.acquire(5) == 1);
  CHECK(factory.acquire(1) == 0);
  factory.release(3);
  CHECK(factory.acquire(3) == 3);
}

TEST_CASE("questions that cannot be answered say what is wrong") {
  Judgement judgement;
  CHECK(judgement.decide("{").error().sentence() == "The request is not a JSON object.");
  CHECK(judgement.recommend(R"({"task":"x","limit":0})").error().sentence() ==
        "The \"limit\" must be a whole number from 1 to 100.");
  CHECK(judgement.analyze("").error().sentence() == "The task is empty: say in words what is to be done.");
  CHECK(judgement.learn(R"({"choices":["pattern:direct"],"reward":5000})").error().sentence() ==
        "The \"reward\" must be from 0 to 1000.");
  CHECK(judgement.decide(R"({"analysis":{"type":"dance"}})").error().sentence() ==
        "The analysis is not one that this release gives.");
}

}  // namespace
}  // namespace troupe

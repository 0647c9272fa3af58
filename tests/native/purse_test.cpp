// Agents' own budgets: whatever they do for a pattern, however often they work, and with a pattern in their place.
#include <algorithm>

#include "base/text.hpp"
#include "doctest/doctest.h"
#include "test_host.hpp"

namespace troupe::test {
namespace {

std::string told(const Json& request) {
  for (const Json& message : request["messages"]) {
    if (text_field(message, "role") == "user") return std::string(text_field(message, "content"));
  }
  return {};
}

bool asks_for(const Json& request, std::string_view form) {
  return contains(told(request), joined({"{\"title\":\"", form, "\""}));
}

/// The innermost.
std::string part_in(const Json& request) {
  const std::string text = told(request);
  const std::size_t at = text.rfind("Your part of it:\n");
  return at == std::string::npos ? std::string() : text.substr(at + 17, text.find('\n', at + 17) - at - 17);
}

Json agent(const std::string& name, const std::string& part = {}) {
  Json made{{"name", name}, {"instruction", "You are " + name + "."}};
  if (!part.empty()) made["part"] = part;
  return made;
}

Json outcome_of(const std::function<std::string(const Json&)>& model, const Json& options) {
  World world;
  TestHost host(world);
  host.model = model;
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json("seen"); });
  host.configure();
  host.start("r", "Do all of it.", options);
  host.go();
  INFO(dump_json(host.failure));
  REQUIRE(host.end_kind == "run.ended");
  return host.outcome;
}

}  // namespace

TEST_CASE("an evaluator's own budget holds for all its reviews together, and the best draft is the answer") {
  int drafts = 0, reviews = 0;
  const auto model = [&](const Json& request) -> std::string {
    if (!asks_for(request, "Review")) return says("draft number " + decimal(++drafts));
    ++reviews;
    const Json score{{"criterion", "clear"}, {"score", 10 * reviews}, {"reason", "so so"}};
    return says(dump_json({{"scores", Json::array({score})}}));
  };
  Json evaluator = agent("critic");
  evaluator["role"] = "evaluator";
  evaluator["budget"] = {{"calls", 2}};
  const Json outcome = outcome_of(model, {{"pattern", "evaluator_optimizer"},
                                          {"agents", {agent("author"), evaluator}},
                                          {"settings", {{"rounds", 9}, {"criteria", {"clear"}}}}});
  CHECK(reviews == 2);
  CHECK(text_field(outcome, "answer") == "draft number 2");
  CHECK(text_field(outcome["stop"], "reason") == "budget");
  CHECK(text_field(outcome["stop"], "sentence") == "The budget of the agent \"critic\" is used up.");
}

TEST_CASE("a pattern in an agent's place spends that agent's budget, and the others go on") {
  int of_team = 0;
  const auto model = [&](const Json& request) {
    const std::string part = part_in(request);
    if (part != "alone") ++of_team;
    return says("did " + part);
  };
  Json team = agent("team", "ours");
  team["budget"] = {{"calls", 2}};
  team["pattern"] = {{"pattern", "parallel"},
                     {"agents", {agent("x", "X"), agent("y", "Y"), agent("z", "Z")}},
                     {"settings", {{"join", "list"}}}};
  const Json outcome = outcome_of(
      model, {{"pattern", "parallel"}, {"agents", {team, agent("loner", "alone")}}, {"settings", {{"join", "list"}}}});
  CHECK(of_team == 2);
  CHECK(text_field(outcome["stop"], "reason") == "done");
  const std::string answer(text_field(outcome, "answer"));
  CHECK(contains(answer, "did X"));
  CHECK(contains(answer, "did Y"));
  CHECK(contains(answer, "did alone"));
  CHECK(contains(dump_json(outcome["missing"]), "The budget of the agent \\\"team\\\" is used up."));
}

TEST_CASE("a plan goes on without the agent whose own budget is used up") {
  const auto model = [](const Json& request) -> std::string {
    if (asks_for(request, "Plan"))
      return says(
          R"({"tasks":[{"id":"a","task":"A","agent":"poor","needs":[]},{"id":"b","task":"B","agent":"poor","needs":[]},)"
          R"({"id":"c","task":"C","agent":"rich","needs":[]}]})");
    if (asks_for(request, "Completeness")) return says(R"({"complete":true,"missing":[]})");
    if (part_in(request).empty()) return says("All: " + told(request));
    return says("did " + part_in(request));
  };
  Json poor = agent("poor");
  poor["budget"] = {{"calls", 1}};
  const Json outcome = outcome_of(model, {{"pattern", "orchestrator"},
                                          {"agents", {poor, agent("rich")}},
                                          {"limits", {{"parallel", 1}}},
                                          {"settings", {{"rounds", 1}}}});
  CHECK(text_field(outcome["stop"], "reason") == "done");
  const std::string answer(text_field(outcome, "answer"));
  CHECK(contains(answer, "did A"));
  CHECK(contains(answer, "did C"));
  CHECK(contains(dump_json(outcome["missing"]), "\"part\":\"b\""));
}

TEST_CASE("what was to be JSON and was mended is the answer as it was mended, and words stay words") {
  const Json form = *parse_json(
      R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false})");
  const auto said_at_first = [](std::string first) {
    return [first = std::move(first)](const Json& request) {
      return says(contains(dump_json(request), "You put an answer") || turn_of(request) > 0 ||
                          contains(told(request), "<result")
                      ? "{\"n\":7}"
                      : first);
    };
  };
  const Json options{{"pattern", "direct"}, {"schema", form}};
  CHECK(text_field(outcome_of(said_at_first("{\"n\":\"seven\"}"), options), "answer") == "{\"n\":7}");
  CHECK(text_field(outcome_of(said_at_first("It is seven."), options), "answer") == "It is seven.");
}

TEST_CASE("while a model that failed is tried with one request, the others wait for what comes of it") {
  World world;
  TestHost host(world);
  std::vector<Host::Id> trial;
  int asked = 0;
  const auto reply = [&host](Host::Id id, int status, const std::string& body) {
    host.send(Head("http.reply")
                  .number("id", id)
                  .number("status", status)
                  .json("headers", {{"content-type", "application/json"}}),
              body);
  };
  host.http = [&](Host::Id id, const Json&, std::string_view) {
    if (++asked == 1) return reply(id, 500, "{}");
    if (asked == 2) return trial.push_back(id);
    reply(id, 200, says("done"));
  };
  host.configure({{"limits", {{"breaker", {{"failures", 1}, {"rest_ms", 1000}}}}}});
  host.start("first", "Do it.");
  host.go();
  while (trial.empty()) REQUIRE(host.wait());
  host.start("second", "Do it too.");
  host.go();
  for (int i = 0; i < 20; ++i) host.wait();  // longer than four tries take
  CHECK(asked == 2);
  CHECK(host.end_kind.empty());
  reply(trial.front(), 200, says("back again"));
  host.go();
  for (int i = 0; i < 20 && asked < 3; ++i) host.wait();
  CHECK(asked == 3);
  CHECK(text_field(host.outcome, "answer") == "done");
}

}  // namespace troupe::test

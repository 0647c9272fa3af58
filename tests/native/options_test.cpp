// Options of a run that do not fit: refused with a sentence, and nothing is written.
#include "doctest/doctest.h"
#include "test_host.hpp"

namespace troupe::test {
namespace {

std::string refusal_of(const Json& options) {
  World world;
  TestHost host(world);
  host.configure();
  host.start("r", "do it", options);
  host.go_once();
  CHECK(world.journals.empty());
  return std::string(text_field(host.failure, "sentence"));
}

}  // namespace

TEST_CASE("an option that is misspelt or of another type is refused, because a budget that is ignored is none") {
  CHECK(refusal_of({{"budget", 5}}) == "The option \"budget\" must be an object.");
  CHECK(refusal_of({{"budget", {{"dollars", 5}}}}) ==
        "The option \"budget\" has no \"dollars\". It has: tokens, nano_usd, calls, ms.");
  CHECK(refusal_of({{"approvals", {{"defualt", "ask"}}}}) ==
        "The option \"approvals\" has no \"defualt\". It has: default, tools, rules, rule_of_two.");
  CHECK(refusal_of({{"approvals", {{"tools", {"send"}}}}}) == "The option \"approvals\" needs an object as \"tools\".");
  CHECK(refusal_of({{"approvals", "ask"}}) == "The option \"approvals\" must be an object.");
  CHECK(refusal_of({{"confirm", "always"}}) == "The option \"confirm\" must be true or an object.");
  CHECK(refusal_of({{"priority", "high"}}) == "The option \"priority\" must be a whole number.");
  CHECK(refusal_of({{"limits", {{"turns", "3"}}}}) == "The option \"limits\" needs a whole number as \"turns\".");
  CHECK(refusal_of({{"tools", {1}}}) == "The option \"tools\" must be a list of names.");
  CHECK(refusal_of({{"servers", "files"}}) == "The option \"servers\" must be a list of names.");
  CHECK(refusal_of({{"instruction", 5}}) == "The option \"instruction\" must be a text.");
}

TEST_CASE("changes of a fork that make no sense are refused before anything is written") {
  const std::vector<std::pair<Json, std::string>> cases = {
      {{{"task", "another"}}, "A fork cannot change \"task\"."},
      {{{"model", "nobody:x"}}, "There is no provider \"nobody\""},
      {{{"budget", {{"dollars", 3}}}}, "The option \"budget\" has no \"dollars\"."}};
  World world;
  TestHost first(world);
  first.model = [](const Json&) { return says("fine"); };
  first.configure();
  first.start("r", "t");
  first.go();
  for (const auto& [changes, sentence] : cases) {
    TestHost host(world);
    host.configure();
    host.fork("f", first.journal("r"), "0.1", changes);
    host.go();
    CHECK(text_field(host.failure, "sentence").starts_with(sentence));
    CHECK_FALSE(world.journals.contains("f"));
  }
}

}  // namespace troupe::test

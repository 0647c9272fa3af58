// One leg of a journey on the core itself: reads {scenario, journal, lines, done} from stdin, takes the run up, goes on
// for that many lines, dies, and writes {journal, ended, effects}. leg.mjs is the same on the package.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>

#include "../native/test_host.hpp"
#include "base/text.hpp"
#include "doctest/doctest.h"

namespace troupe::test {
namespace {

const Json& returns_of(const Json& scenario, std::string_view name) {
  for (const Json& tool : scenario.at("tools")) {
    if (text_field(tool, "name") == name) return tool.at("returns");
  }
  throw std::runtime_error("The scenario has no such tool.");
}

/// Whether the call that is in doubt was made is known here; if it was not, it is made by hand.
const Json& result_in_doubt(const Json& leg, World& world, std::string_view tool, const std::string& key) {
  for (const Json& deed : leg.at("done")) {
    if (text_field(deed, "key") == key) return deed.at("result").at("text");
  }
  return world.done.try_emplace(key, returns_of(leg.at("scenario"), tool)).first->second;
}

Json answer_to(const Question& question, const Json& leg, World& world) {
  const Json& scenario = leg.at("scenario");
  if (text_field(question.json, "subject") == "approval") {
    Json answer = scenario.at("approvals").at(std::string(text_field(question.json, "tool")));
    answer["hash"] = question.json.at("hash");
    return answer;
  }
  const std::string key = std::string(text_field(scenario, "run")) + "/" + question.step;
  Json answer;
  answer["choice"] = "result";
  answer["result"]["text"] = result_in_doubt(leg, world, text_field(question.json.at("args"), "tool"), key);
  return answer;
}

void set_up(TestHost& host, const Json& leg, World& world) {
  const Json& scenario = leg.at("scenario");
  host.now_ms = integer_field(scenario, "now_ms");
  for (const Json& tool : scenario.at("tools")) {
    Json declared = tool;
    declared.erase("returns");
    host.declare(std::string(text_field(tool, "name")), declared, [&tool](const Json&) { return tool.at("returns"); });
  }
  host.model = [&scenario](const Json& request) {
    return dump_json(scenario.at("turns").at(static_cast<std::size_t>(turn_of(request))));
  };
  host.person = [&leg, &world](const Question& question) { return answer_to(question, leg, world); };
  host.configure();
}

Json go_on(const Json& leg) {
  const Json& scenario = leg.at("scenario");
  const std::string run(text_field(scenario, "run"));
  const std::string journal(text_field(leg, "journal"));
  World world;
  if (!journal.empty()) world.journals[run] = journal;
  TestHost host(world);
  set_up(host, leg, world);
  host.die_at_lines = static_cast<std::int64_t>(lines_of(journal).size()) + integer_field(leg, "lines");
  if (journal.empty()) {
    Json options = scenario.at("options");
    options["model"] = "script";
    host.start(run, std::string(text_field(scenario, "task")), options);
  } else {
    host.take_up("run.resume", journal);
  }
  host.go();

  Json result;
  result["journal"] = host.journal(run);
  result["ended"] = host.end_kind == "run.ended";
  result["effects"] = Json::array();
  for (const auto& [key, done] : world.done) {
    Json deed;
    deed["key"] = key;
    deed["result"]["text"] = done;
    result["effects"].push_back(std::move(deed));
  }
  return result;
}

}  // namespace
}  // namespace troupe::test

int main(int argc, char** argv) {
  // The test host checks with doctest, and here is no test that it belongs to.
  doctest::Context context(argc, argv);
  context.setAsDefaultForAssertsOutOfTestCases();
  context.setAssertHandler([](const doctest::AssertData& assertion) {
    if (!assertion.m_failed) return;
    std::fprintf(stderr, "%s:%d: %s\n", assertion.m_file, assertion.m_line, assertion.m_expr);
    std::terminate();
  });
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  std::cout << troupe::dump_json(troupe::test::go_on(*troupe::parse_json(input)));
  return 0;
}

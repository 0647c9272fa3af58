// Golden journals: what a release wrote has to replay for ever. tests/goldens/README.md says how one is added.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "doctest/doctest.h"
#include "golden_cases.hpp"
#include "run/journal.hpp"
#include "test_host.hpp"

namespace troupe::test {
namespace {

struct Golden {
  std::string name;
  std::string text;
};

std::vector<Golden> goldens() {
  std::vector<Golden> found;
  for (const auto& file : std::filesystem::directory_iterator(TROUPE_GOLDENS)) {
    if (file.path().extension() != ".jsonl") continue;
    std::ostringstream text;
    text << std::ifstream(file.path(), std::ios::binary).rdbuf();
    found.push_back({file.path().filename().string(), text.str()});
  }
  std::ranges::sort(found, {}, &Golden::name);
  return found;
}

/// The same journal as another release would have begun it, its chain made anew.
std::string begun_by(const std::string& release, const std::string& journal) {
  std::string text;
  std::string last;
  for (const std::string& line : lines_of(journal)) {
    Json json = *parse_json(line, kMaxJsonDepth + 16);
    if (last.empty()) json["core"]["release"] = release;
    else json["prev"] = hex(sha256(last));
    last = dump_json(json);
    text += last + "\n";
  }
  return text;
}

/// How a replay ends: the kind and the outcome. It must ask nothing of the outside.
std::pair<std::string, Json> replayed(const std::string& journal) {
  World world;
  TestHost host(world);
  host.take_up("run.replay", journal);
  host.go();
  if (!host.failure.is_null()) return {dump_json(host.failure), Json()};
  CHECK(host.commands.size() == 1);
  return {host.end_kind, host.outcome};
}

}  // namespace

TEST_CASE("every golden journal replays to its end") {
  const std::vector<Golden> all = goldens();
  CHECK(all.size() >= 18);
  for (const Golden& golden : all) {
    CAPTURE(golden.name);
    const Json verified = verify_journal(golden.text).value();
    CHECK(verified["ended"] == true);
    CHECK(verified["torn"] == false);
    const auto [kind, outcome] = replayed(golden.text);
    CHECK(kind == "run.ended");
    CHECK(outcome["hash"] == verified["hash"]);
    const Json recorded = parse_json(lines_of(golden.text).back(), kMaxJsonDepth + 16)->at("value");
    for (const auto& [name, value] : recorded.items()) CHECK(outcome[name] == value);
  }
}

TEST_CASE("a golden journal that another release began replays all the same") {
  for (const Golden& golden : goldens()) {
    CAPTURE(golden.name);
    const std::string other = begun_by("99.0.0", golden.text);
    CHECK(other != golden.text);
    const auto [kind, outcome] = replayed(other);
    CHECK(kind == "run.ended");
    CHECK(outcome["hash"] == verify_journal(other).value()["hash"]);
  }
}

TEST_CASE("every beginning of a golden journal replays to where it ends") {
  for (const Golden& golden : goldens()) {
    CAPTURE(golden.name);
    std::string prefix;
    for (const std::string& line : lines_of(golden.text)) {
      prefix += line + "\n";
      const auto [kind, outcome] = replayed(prefix);
      CHECK(kind == (prefix == golden.text ? "run.ended" : "run.suspended"));
      CHECK(outcome["lines"] == std::ranges::count(prefix, '\n'));
    }
  }
}

TEST_CASE("the lines of a golden journal are canonical: read and written again they are the same bytes") {
  for (const Golden& golden : goldens()) {
    CAPTURE(golden.name);
    for (const std::string& line : lines_of(golden.text)) {
      CHECK(dump_json(*parse_json(line, kMaxJsonDepth + 16)) == line);
    }
  }
}

TEST_CASE("every golden case has its journal") {
  const std::vector<Golden> all = goldens();
  for (const GoldenCase& each : golden_cases()) {
    CAPTURE(each.name);
    CHECK(std::ranges::any_of(all,
                              [&](const Golden& golden) { return golden.name.ends_with("-" + each.name + ".jsonl"); }));
  }
}

TEST_CASE("new goldens are written" * doctest::skip()) {
  const std::vector<Golden> all = goldens();
  for (const GoldenCase& each : golden_cases()) {
    const std::string ending = "-" + each.name + ".jsonl";
    if (std::ranges::any_of(all, [&](const Golden& golden) { return golden.name.ends_with(ending); })) continue;
    const std::string journal = each.journal();
    std::ofstream(TROUPE_GOLDENS "/" TROUPE_RELEASE + ending, std::ios::binary) << journal;
  }
}

}  // namespace troupe::test

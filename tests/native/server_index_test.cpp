// The search over servers and tools.
#include <string>

#include "base/text.hpp"
#include "doctest/doctest.h"
#include "servers/server_index.hpp"
#include "servers/terms.hpp"
#include "task/task_analyzer.hpp"

namespace troupe {
namespace {

struct Shelf {
  TaskAnalyzer analyzer;
  Thesaurus thesaurus{Thesaurus::shipped()};
  ServerIndex index{analyzer.tables(), thesaurus};

  Shelf() {
    (void)index.add(
        {"weather", "Forecasts and current conditions for any place", {{"get_forecast", "Forecast for a city"}}, 0});
    (void)index.add(
        {"files", "Read and write local files", {{"read_file", "Reads a file"}, {"write_file", "Writes a file"}}, 0});
    (void)index.add({"mailer", "Send and read e-mail", {{"send_mail", "Sends a mail to an address"}}, 0});
    (void)index.add({"tickets", "Issues and sprints of your projects", {{"list_issues", "Lists open issues"}}, 0});
  }

  std::string recommended(std::string_view task, bool cover = true) {
    std::string out;
    for (const Recommendation& each : index.recommend(task, **analyzer.analyze(task), 5, cover))
      out += index.name(each.server) + ' ';
    return out;
  }
};

TEST_CASE("a server is found by its words, and by words that people use for it") {
  Shelf shelf;
  CHECK(shelf.recommended("What is the forecast for Oslo?").starts_with("weather"));
  CHECK(shelf.recommended("Which temperature will it have in Oslo tomorrow?").starts_with("weather"));
  CHECK(shelf.recommended("Read the file notes.txt").starts_with("files"));
}

TEST_CASE("no server is recommended for what a model does alone") {
  Shelf shelf;
  CHECK(shelf.recommended("Hello") == "");
  CHECK(shelf.recommended("What is 2+2?") == "");
  CHECK(shelf.recommended("Write a poem about autumn") == "");
}

TEST_CASE("a doubtful task gets a server that answers to it well, and none that answers to it hardly") {
  TaskAnalyzer analyzer;
  Thesaurus none("");
  ServerIndex index(analyzer.tables(), none);
  for (int i = 0; i < 100; ++i)
    (void)index.add({"shelf" + std::to_string(i), "Keeps books about the sea and the land", {}, 0});
  (void)index.add(
      {"lighthouse", "Lamps, foghorns and keepers", {{"foghorn", "Sounds the foghorn of a lighthouse"}}, 0});
  Analysis doubtful;
  doubtful.probability[kServerNeeded] = 200;
  CHECK(index.recommend("the foghorn of the lighthouse", doubtful, 5, false).size() == 1);
  CHECK(index.recommend("books about the sea", doubtful, 5, false).empty());
  Analysis sure;
  sure.probability[kServerNeeded] = 900;
  CHECK(index.recommend("books about the sea", sure, 5, false).size() == 5);
}

TEST_CASE("a task of two needs gets two servers, and each says what it answers to") {
  Shelf shelf;
  const std::string task = "Look up the forecast for Oslo and send it by e-mail to Ann";
  CHECK(shelf.recommended(task).find("weather") != std::string::npos);
  CHECK(shelf.recommended(task).find("mailer") != std::string::npos);
  const auto found = shelf.index.recommend(task, **shelf.analyzer.analyze(task), 5, true);
  for (const Recommendation& each : found) {
    CHECK_FALSE(each.because.empty());
    for (const Span& span : each.because) CHECK(span.end <= task.size());
  }
}

TEST_CASE("a server is found by what a task needs where its words are not those of the server") {
  const std::vector<KnownServer> servers = {{"filesystem", "Read, write, move and delete files", {}},
                                            {"postgres", "Read data with SQL queries", {}},
                                            {"google-calendar", "Create and delete events", {}},
                                            {"github", "Repositories, pull requests and issues", {}},
                                            {"slack", "Post messages to channels", {}}};
  const auto first = [&](std::string_view task) {
    TaskAnalyzer analyzer;
    const Analysis analysis = **analyzer.analyze(task);
    const Thesaurus thesaurus(Thesaurus::shipped());
    ServerIndex index(analyzer.tables(), thesaurus);
    for (const KnownServer& each : servers) REQUIRE(index.add(each));
    const std::vector<Recommendation> found = index.recommend(task, analysis, 3, true);
    return found.empty() ? std::string("none") : index.name(found.front().server);
  };
  CHECK(first("Read notes.md") == "filesystem");
  CHECK(first("Delete ~/tmp/x.log") == "filesystem");
  CHECK(first("删除文件 a.txt") == "filesystem");
  CHECK(first("Lösche die Datei alt.log") == "filesystem");
}

TEST_CASE("a task of many needs gets a server for each") {
  std::vector<KnownServer> servers;
  std::string task;
  for (const std::string_view each : {"weather forecasts", "train timetables", "piano tuning", "bread recipes",
                                      "drone flights", "chess openings", "tax returns", "garden plants"}) {
    servers.push_back({std::string(each.substr(0, each.find(' '))), joined({"Knows ", each}), {}});
    append(task, {task.empty() ? "Look up " : ". Look up ", each});
  }
  TaskAnalyzer analyzer;
  const Analysis analysis = **analyzer.analyze(task);
  const Thesaurus thesaurus(Thesaurus::shipped());
  ServerIndex index(analyzer.tables(), thesaurus);
  for (const KnownServer& each : servers) REQUIRE(index.add(each));
  CHECK(index.recommend(task, analysis, 20, true).size() == 8);
}

TEST_CASE("an index that grew document by document is the one that was built at once") {
  TextIndex grown, whole;
  const auto add = [](TextIndex& index, std::uint32_t i) {
    index.add({{i % 7, 8}, {i % 11 + 100, 16}, {i % 3 + 200, 8}, {i % 7, 8}}, 40);
  };
  const WeightedTerm question[] = {{3, 256}, {105, 256}, {201, 100}};
  for (std::uint32_t i = 0; i < 500; ++i) {
    add(grown, i);
    if (i % 50 == 0) (void)grown.search(question, 3);
  }
  for (std::uint32_t i = 0; i < 500; ++i) add(whole, i);
  const auto a = grown.search(question, 20), b = whole.search(question, 20);
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].document == b[i].document);
    CHECK(a[i].score == b[i].score);
  }
  CHECK(grown.serialise() == whole.serialise());
}

TEST_CASE("an index that was written is read again, and damage is seen") {
  TextIndex index;
  index.add({{1, 8}, {2, 8}}, 16);
  index.add({{2, 8}, {3, 8}}, 16);
  const std::string bytes = index.serialise();
  Result<TextIndex> again = TextIndex::read(bytes);
  REQUIRE(again.has_value());
  const WeightedTerm question[] = {{3, 256}};
  REQUIRE(again->search(question, 5).size() == 1);
  CHECK(again->search(question, 5)[0].document == 1);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(TextIndex::read(bytes.substr(0, size)).has_value());
}

TEST_CASE("equal servers stand in the order of their priority, and then of their arrival") {
  TaskAnalyzer analyzer;
  Thesaurus none("");
  ServerIndex index(analyzer.tables(), none);
  (void)index.add({"one", "Forecasts of weather", {}, 0});
  (void)index.add({"two", "Forecasts of weather", {}, 0});
  (void)index.add({"six", "Forecasts of weather", {}, 5});
  const std::string task = "Show the weather forecasts for Oslo";
  const auto found = index.recommend(task, **analyzer.analyze(task), 5, false);
  REQUIRE(found.size() == 3);
  CHECK(index.name(found[0].server) == "six");
  CHECK(index.name(found[1].server) == "one");
}

TEST_CASE("the best tools of thousands are found") {
  TaskAnalyzer analyzer;
  Thesaurus none("");
  ServerIndex index(analyzer.tables(), none);
  for (int i = 0; i < 300; ++i) {
    KnownServer server{"server" + std::to_string(i), "Things", {}, 0};
    for (int k = 0; k < 7; ++k)
      server.tools.push_back(
          {"tool_" + std::to_string(i * 7 + k), "Does the thing number " + std::to_string(i * 7 + k)});
    (void)index.add(server);
  }
  (void)index.add({"midi", "Music", {{"create_midi_track", "Creates a MIDI track"}}, 0});
  const auto found = index.search_tools("create a new midi track", 5);
  REQUIRE_FALSE(found.empty());
  CHECK(found[0] == 2100);
}

TEST_CASE("names are indexed in their words, and characters without spaces in pairs") {
  const Tables tables{""};
  std::vector<std::uint32_t> a, b;
  append_terms(a, "readFile", tables);
  append_terms(b, "read_file", tables);
  CHECK(a == b);
  a.clear();
  append_terms(a, "发送邮件", tables);
  CHECK(a.size() == 4);
}

}  // namespace
}  // namespace troupe

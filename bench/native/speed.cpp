// How long the judgement takes natively: medians in nanoseconds, as one line of JSON.
//
//     troupe_speed CATALOG.jsonl < tasks.jsonl
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "agents/agent_factory.hpp"
#include "base/json.hpp"
#include "servers/server_index.hpp"
#include "strategy/decision_engine.hpp"
#include "task/task_analyzer.hpp"

namespace {

using troupe::Json;

std::vector<Json> lines_of(std::istream& in) {
  std::vector<Json> lines;
  for (std::string line; std::getline(in, line);) {
    if (auto json = troupe::parse_json(line)) lines.push_back(std::move(*json));
  }
  return lines;
}

troupe::KnownServer server_from(const Json& json) {
  troupe::KnownServer server;
  server.name = troupe::text_field(json, "name");
  server.description = troupe::text_field(json, "description");
  for (const Json& tool : troupe::field(json, "tools"))
    server.tools.push_back(
        {std::string(troupe::text_field(tool, "name")), std::string(troupe::text_field(tool, "description"))});
  return server;
}

/// The median of what `work` takes for each text, the best of some rounds each: what disturbs is no part of it.
template <class Work>
std::int64_t median_ns(const std::vector<std::string>& texts, int rounds, Work work) {
  std::vector<std::int64_t> best(texts.size(), INT64_MAX);
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      work(texts[i], round);
      const auto end = std::chrono::steady_clock::now();
      best[i] =
          std::min<std::int64_t>(best[i], std::chrono::duration_cast<std::chrono::nanoseconds>(end - begin).count());
    }
  }
  std::ranges::nth_element(best, best.begin() + static_cast<std::ptrdiff_t>(best.size() / 2));
  return best[best.size() / 2];
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  std::vector<std::string> texts;
  for (const Json& task : lines_of(std::cin)) texts.emplace_back(troupe::text_field(task, "text"));
  std::ifstream file(arguments[1]);
  const std::vector<Json> catalog = lines_of(file);

  troupe::TaskAnalyzer analyzer;
  const troupe::Thesaurus thesaurus(troupe::Thesaurus::shipped());
  troupe::ServerIndex few(analyzer.tables(), thesaurus), many(analyzer.tables(), thesaurus);
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    if (i % std::max<std::size_t>(1, catalog.size() / 8) == 0 && few.size() < 8) (void)few.add(server_from(catalog[i]));
    (void)many.add(server_from(catalog[i]));
  }

  Json result = Json::object();
  // A text is new when it was not seen before: more texts are remembered than the analyser remembers.
  result["analyze_new"] = median_ns(texts, 5, [&](const std::string& text, int) { (void)analyzer.analyze(text); });
  std::vector<std::int64_t> seen;
  for (const std::string& text : texts) {
    (void)analyzer.analyze(text);
    const auto begin = std::chrono::steady_clock::now();
    (void)analyzer.analyze(text);
    const auto end = std::chrono::steady_clock::now();
    seen.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(end - begin).count());
  }
  std::ranges::sort(seen);
  result["analyze_seen"] = seen[seen.size() / 2];
  troupe::Situation situation;
  situation.models = {{"offline", 0, 0}};
  const troupe::Experience experience;
  std::vector<troupe::Analysis> analyses;
  for (const std::string& text : texts) analyses.push_back(**analyzer.analyze(text));
  const auto at = [&](const std::string& text) { return static_cast<std::size_t>(&text - texts.data()); };
  result["decide"] = median_ns(texts, 5, [&](const std::string& text, int) {
    (void)troupe::decide(analyses[at(text)], situation, experience, 1, text.size());
  });
  std::vector<troupe::Strategy> strategies;
  for (const std::string& text : texts)
    strategies.push_back(troupe::decide(analyses[at(text)], situation, experience, 1, text.size()));
  troupe::AgentFactory factory;
  result["create_agents"] = median_ns(texts, 1, [&](const std::string& text, int) {
    (void)factory.create(text, analyses[at(text)], strategies[at(text)], {});
  });
  (void)many.recommend("warm up", analyses[0], 5, false);
  result["recommend_8"] = median_ns(
      texts, 5, [&](const std::string& text, int) { (void)few.recommend(text, analyses[at(text)], 5, false); });
  result["recommend_all"] = median_ns(
      texts, 3, [&](const std::string& text, int) { (void)many.recommend(text, analyses[at(text)], 5, false); });
  result["servers"] = many.size();
  result["memory"] = many.memory();
  std::cout << result.dump() << '\n';
  return 0;
}

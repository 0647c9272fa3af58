// Runs over all patterns in worlds where models answer late, wrong, malformed or never, tools fail, persons deny or are
// not there, and hosts die. Each run has to end with an answer or a typed stop, within its budget, and no effect twice.
//
//     troupe_simulate RUNS [SEED]     a line of JSON; exit code 1 and the seeds, if anything was wrong
//     troupe_simulate --seed SEED     that world again
#include <cstdlib>
#include <iostream>
#include <string>

#include "world.hpp"

using troupe::Json;
using troupe::simulate::World;

int main(int count, char** arguments) {
  constexpr int kRunsOfAWorld = 50;
  const bool one = count > 2 && std::string(arguments[1]) == "--seed";
  const std::uint64_t first = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
  const std::int64_t wanted = one || count < 2 ? kRunsOfAWorld : std::atoll(arguments[1]);
  Json patterns = Json::object();
  Json bad = Json::array();
  std::int64_t runs = 0;
  std::int64_t steps = 0;
  std::int64_t kills = 0;
  std::int64_t asked = 0;
  for (std::uint64_t seed = first; runs < wanted; ++seed, runs += kRunsOfAWorld) {
    World world(seed, kRunsOfAWorld);
    world.go();
    steps += world.steps;
    kills += world.kills;
    asked += world.asked;
    for (const auto& [name, ended] : world.ended) {
      Json& times = patterns[ended.pattern][ended.reason];
      times = times.is_null() ? 1 : times.get<int>() + 1;
    }
    if (world.wrong.empty()) continue;
    bad.push_back(seed);
    for (const std::string& sentence : world.wrong) std::cerr << "seed " << seed << ": " << sentence << '\n';
  }
  std::cout << troupe::dump_json({{"runs", runs},
                                  {"lines", steps},
                                  {"hosts_that_died", kills},
                                  {"questions", asked},
                                  {"ends", patterns},
                                  {"bad_seeds", bad}})
            << '\n';
  return bad.empty() ? 0 : 1;
}

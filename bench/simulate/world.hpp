// A world in which everything goes wrong that can: made from a seed, in virtual time. The same seed is the same world.
#pragma once

#include <cstdint>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/random.hpp"
#include "engine/engine.hpp"

namespace troupe::simulate {

/// What a run came to.
struct Ended {
  std::string pattern;
  std::string reason;
};

class World {
 public:
  /// So many runs in one engine, begun one after the other.
  World(std::uint64_t seed, int runs);

  /// Runs them all to their ends. What must never be is in `wrong`, as sentences.
  void go();

  std::map<std::string, Ended> ended;
  std::vector<std::string> wrong;
  std::int64_t steps = 0;  // journal lines
  std::int64_t kills = 0;  // hosts that died in the middle
  std::int64_t asked = 0;  // questions to persons

 private:
  struct Event {
    std::int64_t at;
    std::int64_t order;
    Host::Id of;  // what it answers; -1: nothing
    std::string frame;
    bool operator>(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  struct Run {
    std::string task;
    Json options;
    std::string journal;
    std::int64_t calls = 0;  // of the budget; 0: no limit
    bool garbled = false;    // its models break once a tool has worked
  };

  void begin(const std::string& name);
  void configure();
  void step(const std::string& events);
  void take(const Frame& command);
  void model(const Frame& command);
  void tool(const Frame& command);
  void person(const Frame& command);
  void finish(const std::string& run, const Frame& command);
  void die();
  void answered(Host::Id id);
  void later(std::int64_t ms, const ObjectText& head, std::string_view body = {});
  std::string reply_to(const Json& request);
  bool garbled(std::string_view request) const;
  std::uint64_t below(std::uint64_t bound) { return dice_.below(bound); }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

  Random dice_;
  std::unique_ptr<Engine> engine_;
  std::map<std::string, Run> runs_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::int64_t now_ = 1'700'000'000'000, alarm_ = 0, order_ = 0;
  std::set<std::string> effects_;                               // idempotency keys of tools that changed the world
  std::set<std::string> acted_;                                 // runs whose tools may have changed it
  std::uint64_t bad_ = 0;                                       // percent of what goes wrong here
  bool persons_ = true;                                         // somebody answers
  std::int64_t at_once_ = 0, runs_at_once_ = 0, a_minute_ = 0;  // limits; 0: none
  std::map<Host::Id, std::string> asked_of_;                    // requests under way
  std::map<std::string, std::int64_t> under_way_;               // by provider
};

}  // namespace troupe::simulate

// MetaCoordinator: lets thousands of runs share an engine. Who begins, who waits, whom nobody asks for a while, and how
// each component fares, by what really happened. docs/operation.md has the settings and the answers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "coordinate/fair_queue.hpp"
#include "coordinate/health.hpp"
#include "coordinate/line.hpp"
#include "coordinate/tenants.hpp"
#include "run/host.hpp"
#include "run/traffic.hpp"

namespace troupe {

class MetaCoordinator final : public Traffic {
 public:
  /// The host outlives it, and it outlives every turn.
  explicit MetaCoordinator(Host& host) : host_(host) {}

  /// {"runs","waiting","lines":{"provider openai":{"concurrent","per_minute","tokens_per_minute"}},"breaker":
  /// {"failures","rest_ms"}} and the tenants. Lines that are in use keep their limits until they are idle. Fails with
  /// kInvalidInput, and then changes nothing.
  Result<> configure(const Json& limits, const Json& tenants);

  bool arrive(Turn& turn) override;
  void leave(Turn& turn) override;
  std::size_t choose(const std::vector<Use>& equals) override;
  Standing standing(const Use& use) override;

  // Runs, before they begin.

  /// A run that waits to be let in. `start` begins it.
  struct Arrival {
    Party party;
    std::function<void()> start;
  };
  /// Lets it begin at once, or when its turn has come. Fails with kOverloaded when too many wait already.
  Result<> admit(Arrival arrival);
  bool awaits(std::string_view run) const { return arrivals_.contains(run); }
  /// Lets it begin out of its turn, to be ended there and then; false if it does not wait.
  bool begin_at_once(std::string_view run);
  /// A run that was let in is over.
  void left();

  /// {"state","running","waiting","components","lines","tenants"}; the state is "free", "busy" (runs wait) or "full"
  /// (no more are taken).
  std::string status() const;

 private:
  struct Limits {
    std::int64_t runs = 0;           // at once; 0: no limit
    std::int64_t waiting = 100'000;  // beside them
    std::map<std::string, LineLimits, std::less<>> lines;
    Breaker::Options breaker;
  };

  Line& line(const std::string& name);
  Health& health(const Use& use);
  bool may_begin(Turn& turn);
  void let_in();

  Host& host_;
  Limits limits_;
  Tenants tenants_;
  std::map<std::string, std::unique_ptr<Line>, std::less<>> lines_;
  std::map<std::string, Health, std::less<>> components_;
  std::map<std::string, std::unique_ptr<Arrival>, std::less<>> arrivals_;  // by run
  FairQueue<Arrival*> entrance_;
  std::int64_t running_ = 0;
  bool letting_in_ = false;
  std::size_t last_chosen_ = 0;  // so that equals take turns
};

}  // namespace troupe

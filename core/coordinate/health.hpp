// What became of the uses of one component: a provider's model, a server, a tool.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "coordinate/breaker.hpp"
#include "coordinate/latency.hpp"
#include "run/traffic.hpp"

namespace troupe {

class Health {
 public:
  /// Counts a use that began `ms` ago. `failed` is null when it went well.
  void learn(const Error* failed, std::int64_t ms, std::int64_t now_ms, const Breaker::Options& options);

  /// Counts how long a reply took to begin.
  void began_within(std::int64_t ms) { beginnings_.add(ms); }
  Standing standing(std::int64_t now_ms) const;

  Breaker& breaker() { return breaker_; }
  const Breaker& breaker() const { return breaker_; }
  /// How long a use takes, failures weighed in: what load is balanced by. One that always fails counts nine times.
  std::int64_t expected_ms() const { return (latency_ms_ + kLeastMs) * (kWhole + 8 * failing_) / kWhole; }

  /// "unknown", "healthy", "degraded" or "down".
  std::string_view state() const;
  /// {"component","state","reason","uses","failures","latency_ms"}
  std::string to_json(std::string_view component, std::int64_t now_ms) const;

 private:
  static constexpr std::int64_t kWhole = 1024;
  static constexpr std::int64_t kMemory = 8;    // uses that a mean is of
  static constexpr std::int64_t kLeastMs = 10;  // so that failures count among those that answer at once

  Breaker breaker_;
  Latency beginnings_;
  std::int64_t uses_ = 0, failures_ = 0;
  std::int64_t latency_ms_ = 0;  // a moving mean, the newest an eighth of it
  std::int64_t failing_ = 0;     // a moving share of failures, of kWhole
  bool worked_ = false;          // once at least
  std::string last_error_;
  std::int64_t last_error_ms_ = 0;
};

/// Whether a failure speaks of the component, and not of what was asked of it.
bool is_of_component(Code code);

}  // namespace troupe

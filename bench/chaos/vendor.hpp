// A vendor that keeps books of its own: what it was asked, when, and what it charged for. The engine's word is not
// taken for anything.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace troupe::chaos {

struct Vendor {
  std::string name;
  std::int64_t input = 0, output = 0;                    // nano-dollars a token
  std::int64_t per_minute = 0, tokens_per_minute = 0;    // its limits
  std::int64_t charged = 0, requests = 0, failures = 0;  // nano-dollars, and how often
  std::vector<std::pair<std::int64_t, std::int64_t>>
      log;  // when a request came, and the tokens that it took in the end

  /// Whether what came stayed within a bucket that holds a minute's worth and fills evenly: between any two requests no
  /// more than that and what flowed in meanwhile.
  static bool conforms(const std::vector<std::pair<std::int64_t, std::int64_t>>& log, std::int64_t limit) {
    constexpr std::int64_t kMinute = 60'000;
    std::int64_t sum = 0, lowest = std::numeric_limits<std::int64_t>::max();
    for (const auto& [at, amount] : log) {
      const std::int64_t before = sum * kMinute - limit * (at - log.front().first);
      lowest = std::min(lowest, before);
      sum += amount;
      if (before + amount * kMinute - lowest > limit * kMinute) return false;
    }
    return true;
  }

  bool kept_requests() const {
    auto each = log;
    for (auto& [at, amount] : each) amount = 1;
    return conforms(each, per_minute);
  }
  bool kept_tokens() const { return conforms(log, tokens_per_minute); }
};

}  // namespace troupe::chaos

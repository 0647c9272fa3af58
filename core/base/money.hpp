// Money in whole nano-dollars, so that sums are the same on every machine.
#pragma once

#include <cstdint>
#include <string>

namespace troupe {

/// 1e-9 US dollars. A price of $0.15 for a million tokens is 150 of these a token.
using NanoUsd = std::int64_t;

inline constexpr NanoUsd kNanoPerUsd = 1'000'000'000;

/// Such as "$0.0123": four decimals, rounded up, because a budget is a promise.
std::string dollars(NanoUsd amount);

}  // namespace troupe

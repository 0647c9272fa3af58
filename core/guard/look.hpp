// How closely guards look at a run: by the flags that it began with, so that old journals replay as they ran.
#pragma once

#include <cstdint>

#include "run/journal.hpp"

namespace troupe {

enum class Look : std::uint8_t { kFirst, kTightened, kWary };

inline Look look_of(const Header& header) {
  if (header.has(kWary)) return Look::kWary;
  return header.has(kTightened) ? Look::kTightened : Look::kFirst;
}

}  // namespace troupe

// What is known of a model beside its price: how much it reads, what it can do, how good and how fast it is.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/json.hpp"

namespace troupe {

/// The kinds of work that a model's quality is told apart by.
inline constexpr std::array<std::string_view, 4> kQualities = {"general", "code", "reasoning", "writing"};

/// What nobody said is taken for granted: a model that the catalogue does not know may be able to do anything.
struct Traits {
  std::int64_t context = 0;  // tokens that it takes, read and written; 0: not known
  bool tools = true, vision = true, structured = true;
  std::int64_t speed = 0;                               // from 1 to 5, the fastest; 0: not known
  std::array<std::int64_t, kQualities.size()> quality;  // from 1 to 5, the best; 0: not known
};

/// {"context","tools","vision","structured","speed","quality":{"general","code","reasoning","writing"}}; what is left
/// out of "quality" is as in "general".
Traits traits_from(const Json& json);

}  // namespace troupe

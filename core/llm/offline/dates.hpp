// Dates as people write them.
#pragma once

#include <span>
#include <string>

#include "llm/offline/tokens.hpp"

namespace troupe::offline {

/// The first date that the tokens say, such as "3 May 2025" or "May 3rd, 2025", as 2025-05-03; its tokens are used up
/// (kEnd). Empty if there is none, or no year, or no such day.
std::string take_written_date(std::span<Token> tokens);

}  // namespace troupe::offline

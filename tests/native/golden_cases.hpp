// What the golden journals tell: each case runs once, its journal is kept for ever.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "test_host.hpp"

namespace troupe::test {

struct GoldenCase {
  std::string name;
  /// Runs it and gives the journal of the run that it is about.
  std::function<std::string()> journal;
};

std::vector<GoldenCase> golden_cases();

}  // namespace troupe::test

// The test program. `--record=FOLDER` (or TROUPE_RECORD=FOLDER where programs have an environment, which .wasm has not)
// writes the batches of events and commands of every case to files: what tests/parity compares.
#include <cstdlib>
#include <string_view>

#define DOCTEST_CONFIG_IMPLEMENT
#include "doctest/doctest.h"

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    constexpr std::string_view kRecord = "--record=";
    if (argument.starts_with(kRecord)) setenv("TROUPE_RECORD", arguments[i] + kRecord.size(), 1);
  }
  return doctest::Context(count, arguments).run();
}

// Engine::step on bytes that are no frames, and on what hosts may and may not do. It never throws; its commands are
// always frames; the journals that it has written replay.
#include "host.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  using namespace troupe::fuzz;
  Input input(data, size);
  if (input.below(4) == 0) {
    // Bytes as they are, into an engine that has something to lose.
    const std::string_view text = input.rest();
    Input none(nullptr, 0);
    FuzzHost host(none);
    host.configure();
    host.start();
    host.step();
    host.step_raw(std::string(text));
    host.step();
    must_replay(host.journal);
    return 0;
  }
  FuzzHost host(input);
  host.configure();
  host.start();
  host.step();
  for (int i = 0; i < 120 && !input.empty() && !host.over(); ++i) host.act();
  must_replay(host.journal);
  return 0;
}

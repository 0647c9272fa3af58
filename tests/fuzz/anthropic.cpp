// The reader of Anthropic's messages.
#include "replies.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  troupe::fuzz::check_codec(troupe::anthropic(), troupe::fuzz::Input(data, size));
  return 0;
}

// The reader of chat completions.
#include "replies.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  troupe::fuzz::check_codec(troupe::openai_chat(), troupe::fuzz::Input(data, size));
  return 0;
}

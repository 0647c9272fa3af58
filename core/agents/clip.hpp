// Texts that are cut before a model reads them, and say so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

/// At most `most` bytes of the text, between characters. One that is cut ends with a line that says how much there was:
/// `whole` bytes, or the text's own size.
std::string clipped(std::string_view text, std::int64_t most, std::int64_t whole = 0);

}  // namespace troupe

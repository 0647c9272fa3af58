// How long a server asks to be left alone.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe {

/// Milliseconds that an answer's headers ask for; -1 if they do not. `retry_after` has seconds or an HTTP date (RFC
/// 9110, 10.2.3), which counts from the server's own `date`: clocks differ. `ms` is retry-after-ms, as OpenAI sends it,
/// and goes first.
std::int64_t retry_after_ms(std::string_view retry_after, std::string_view ms, std::string_view date);

}  // namespace troupe

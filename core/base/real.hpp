// Decimal text to doubles, without the C library's 128-bit arithmetic: a tenth of its code, and one for all builds.
#pragma once

#include <string_view>

namespace troupe {

/// The double nearest to a number in JSON's grammar, halves to even (IEEE 754-2019, 4.3.1); infinite beyond the range.
double real_of(std::string_view number);

}  // namespace troupe

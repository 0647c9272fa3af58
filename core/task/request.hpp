// What a text asks for, without the material that it is asked about.
#pragma once

#include <string_view>

namespace troupe {

/// The beginning of a long text up to where a passage begins that it announces: "Summarise the following text: …",
/// "…\n\nBackground: …". All of it where it announces none, or where a list of things to do follows. What is pasted
/// says what it is about, and not what is to be done with it.
std::string_view request_in(std::string_view text);

}  // namespace troupe

// std::string, compiled with our flags: the copy in Emscripten's libc++ is built without inlining, and strings are what
// the engine is made of. A fifth of the time of a turn.
#include <string>

template class std::basic_string<char>;

// The engine as its host sees it: one engine a module, bytes in, bytes out. Only numbers cross, the module needs
// nothing of its host but memory, and nothing calls back: what can start WebAssembly can be a host.
#include <emscripten/em_macros.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "engine/engine.hpp"

// What libc++ and libc++abi say before they abort would bring printf along, and nobody would read it.
extern "C" [[noreturn]] void abort_message(const char*, ...) { __builtin_trap(); }
extern "C" [[noreturn]] void __abort_message(const char*, ...) { __builtin_trap(); }
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

namespace {

/// Beyond this the room for events is given back after use: one large answer must not be paid for ever.
constexpr std::size_t kKeptRoom = 4U << 20U;

struct Room {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
};

troupe::Engine& engine() {
  static troupe::Engine engine;
  return engine;
}

Room& room() {
  static Room room;
  return room;
}

std::string_view given(std::uint32_t size) { return {room().bytes.get(), size}; }

std::string answer;
std::string_view said;

void say(std::string json) {
  answer = std::move(json);
  said = answer;
}

}  // namespace

extern "C" {

/// Where the host writes `size` bytes before step() or verify(); 0 when there is no memory for them. Growing the memory
/// detaches views of it: take a new one after each call.
EMSCRIPTEN_KEEPALIVE char* input(std::uint32_t size) {
  Room& own = room();
  if (size > own.size || own.size > kKeptRoom) {
    own = {};
    own.bytes.reset(new (std::nothrow) char[size]);
    own.size = own.bytes ? size : 0;
  }
  return own.bytes.get();
}

/// Takes the batch of events in the input; its commands are the output.
EMSCRIPTEN_KEEPALIVE void step(std::uint32_t size) {
  engine().step(given(size));
  said = engine().commands();
}

/// Checks the journal in the input; the output is JSON.
EMSCRIPTEN_KEEPALIVE void verify(std::uint32_t size) { say(troupe::Engine::verify(given(size))); }

/// What the engine thinks of the task in the input: 1, and the output is an analysis in numbers of 32 bits, or 0, and
/// the output is JSON.
EMSCRIPTEN_KEEPALIVE std::uint32_t analyze(std::uint32_t size) {
  const bool analyzed = engine().analyze(given(size));
  said = engine().analysis();
  return analyzed ? 1 : 0;
}

/// What the engine says to the request (JSON) in the input; the output is JSON.
EMSCRIPTEN_KEEPALIVE void decide(std::uint32_t size) { say(engine().decide(given(size))); }
EMSCRIPTEN_KEEPALIVE void recommend(std::uint32_t size) { say(engine().recommend(given(size))); }
EMSCRIPTEN_KEEPALIVE void create_agents(std::uint32_t size) { say(engine().create_agents(given(size))); }
EMSCRIPTEN_KEEPALIVE void learn(std::uint32_t size) { say(engine().learn(given(size))); }

/// Who is at work and how everything fares; the output is JSON.
EMSCRIPTEN_KEEPALIVE void status() { say(engine().status()); }
/// What the tools of servers said of themselves at first; the output is JSON.
EMSCRIPTEN_KEEPALIVE void pins() { say(engine().pins()); }

/// Release, protocol and journal format; the output is JSON.
EMSCRIPTEN_KEEPALIVE void describe() { say(troupe::Engine::describe()); }

/// What the last call left, good until the next.
EMSCRIPTEN_KEEPALIVE const char* output() { return said.data(); }
EMSCRIPTEN_KEEPALIVE std::uint32_t output_size() { return static_cast<std::uint32_t>(said.size()); }

}  // extern "C"

// The engine as JavaScript sees it: bytes in, bytes out. Only numbers cross here: text through Embind costs ten times
// as much as bytes in the heap, and nothing calls back into JavaScript.
#include <emscripten/bind.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "engine/engine.hpp"

namespace {

/// Beyond this the room for events is given back after use: one large answer must not be paid for ever.
constexpr std::size_t kKeptRoom = 4U << 20U;

class Binding {
 public:
  /// Where the caller writes `size` bytes before step() or verify(); 0 when there is no memory for them. Growing the
  /// memory detaches views of it: take a new one after each call.
  std::uintptr_t input(std::uint32_t size) {
    if (size > room_ || room_ > kKeptRoom) {
      input_.reset();
      input_.reset(new (std::nothrow) char[size]);
      room_ = input_ ? size : 0;
    }
    return reinterpret_cast<std::uintptr_t>(input_.get());
  }

  void step(std::uint32_t size) {
    engine_.step({input_.get(), size});
    output_ = engine_.commands();
  }

  void verify(std::uint32_t size) { answer(troupe::Engine::verify({input_.get(), size})); }
  void describe() { answer(troupe::Engine::describe()); }

  /// What the last call left, good until the next: commands of step(), JSON of verify() and describe().
  std::uintptr_t output() const { return reinterpret_cast<std::uintptr_t>(output_.data()); }
  std::uint32_t outputSize() const { return static_cast<std::uint32_t>(output_.size()); }

 private:
  void answer(std::string json) {
    answer_ = std::move(json);
    output_ = answer_;
  }

  troupe::Engine engine_;
  std::unique_ptr<char[]> input_;
  std::size_t room_ = 0;
  std::string answer_;
  std::string_view output_;
};

}  // namespace

EMSCRIPTEN_BINDINGS(troupe) {
  emscripten::class_<Binding>("Engine")
      .constructor<>()
      .function("input", &Binding::input)
      .function("step", &Binding::step)
      .function("verify", &Binding::verify)
      .function("describe", &Binding::describe)
      .function("output", &Binding::output)
      .function("outputSize", &Binding::outputSize);
}

// operator new and delete. The engine makes and drops small things all the time: coroutines, strings, values. One that
// is dropped goes on the list of its size, and the next of that size is taken from there; Emscripten's allocator, which
// looks for the best place, is asked for the others. A tenth of the time of a turn. The lists give nothing back: what
// many runs at once needed is there for the next ones, and WebAssembly's memory never shrinks anyway.
#include <malloc.h>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kStep = 8;     // bytes between one size and the next
constexpr std::size_t kMost = 1024;  // bytes; larger things are rare

struct Dropped {
  Dropped* next;
};
Dropped* lists[kMost / kStep + 1];

}  // namespace

void* operator new(std::size_t size) {
  if (size <= kMost) {
    size = (size + kStep - 1) / kStep * kStep;
    if (Dropped*& list = lists[size / kStep]; list != nullptr) {
      Dropped* const taken = list;
      list = taken->next;
      return taken;
    }
  }
  void* const made = std::malloc(size);
  if (made == nullptr) __builtin_trap();
  return made;
}

void operator delete(void* thing) noexcept {
  if (thing == nullptr) return;
  const std::size_t size = malloc_usable_size(thing);
  if (size > kMost) return std::free(thing);
  Dropped*& list = lists[size / kStep];
  list = new (thing) Dropped{list};
}

void operator delete(void* thing, std::size_t) noexcept { operator delete(thing); }

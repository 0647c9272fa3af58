#include "base/sort.hpp"

#include <algorithm>
#include <cstddef>

namespace troupe::detail {

std::vector<std::uint32_t> ordered(std::uint32_t count,
                                   bool (*before)(const void* of, std::uint32_t a, std::uint32_t b), const void* of) {
  std::vector<std::uint32_t> order(count);
  std::vector<std::uint32_t> merged(count);
  for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
  for (std::size_t width = 1; width < count; width *= 2) {
    for (std::size_t first = 0; first < count; first += 2 * width) {
      const std::size_t middle = std::min<std::size_t>(first + width, count);
      const std::size_t end = std::min<std::size_t>(middle + width, count);
      std::size_t left = first;
      std::size_t right = middle;
      for (std::size_t at = first; at < end; ++at) {
        const bool is_right = left == middle || (right < end && before(of, order[right], order[left]));
        merged[at] = order[is_right ? right++ : left++];
      }
    }
    order.swap(merged);
  }
  return order;
}

}  // namespace troupe::detail

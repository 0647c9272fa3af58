// Sorting that costs little code: one merge sort of numbers for all types. The library's sort and stable_sort bring two
// to four kilobytes for each of them; where much is sorted often, that is worth it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace troupe {
namespace detail {

/// The numbers below `count` in the order that `before` asks for; what is equal stays as it was.
std::vector<std::uint32_t> ordered(std::uint32_t count,
                                   bool (*before)(const void* of, std::uint32_t a, std::uint32_t b), const void* of);

}  // namespace detail

/// Puts first what is `before` others: a strict order. What is equal stays as it was.
template <class Things, class Before>
void sort(Things& things, Before before) {
  const auto numbered = [&](std::uint32_t a, std::uint32_t b) { return before(things[a], things[b]); };
  std::vector<std::uint32_t> order = detail::ordered(
      static_cast<std::uint32_t>(things.size()),
      [](const void* of, std::uint32_t a, std::uint32_t b) { return (*static_cast<decltype(&numbered)>(of))(a, b); },
      &numbered);
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    std::uint32_t from = order[i];
    while (from < i) from = order[from];  // that place was filled, and what it held went on
    order[i] = from;
    if (from != i) std::swap(things[i], things[from]);
  }
}

}  // namespace troupe

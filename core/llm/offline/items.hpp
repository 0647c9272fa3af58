// What a result lists: files, pages, records.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llm/offline/clauses.hpp"

namespace troupe::offline {

struct Item {
  std::string name;  // a path as calls take it, a URL, an id
  bool folder = false;
  std::int64_t bytes = -1;  // unless the result says it
};

/// `folder` is what was listed: names in the result are relative to it. At most kMostItems.
inline constexpr std::size_t kMostItems = 5000;
std::vector<Item> items_of(std::string_view result, std::string_view folder);

/// The items that the clause means: files unless it speaks of folders, of the type that it names.
std::vector<Item> meant_by(const Clause& clause, const std::vector<Item>& items);

}  // namespace troupe::offline

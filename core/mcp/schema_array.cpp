// What schemas say of arrays, and of how much there is of anything.
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "base/sort.hpp"
#include "base/text.hpp"
#include "mcp/schema.hpp"
#include "mcp/schema_check.hpp"
#include "mcp/schema_words.hpp"

namespace troupe {

void SchemaCheck::array(const Json& schema, const Json& value, const std::string& path, int depth) {
  const Json* items = &field(schema, "items");
  const Json* first = &field(schema, "prefixItems");
  if (items->is_array()) {  // as drafts before 2020-12 write it
    first = items;
    items = &field(schema, "additionalItems");
  }
  for (std::size_t i = 0; i < value.size() && errors.size() < kMaxSchemaErrors; ++i) {
    const bool fixed = first->is_array() && i < first->size();
    if (!fixed && items->is_null()) break;
    check_part(fixed ? first->at(i) : *items, value.at(i), path + pointer_step(i), depth);
    see(i);
  }
  if (!field(newer(schema), "contains").is_null()) contains(schema, value, path, depth);
  if (flag_field(newer(schema), "uniqueItems")) unique(value.get_ref<const Json::array_t&>(), path);
  length(schema, "Items", static_cast<std::int64_t>(value.size()), "item", path);
}

void SchemaCheck::contains(const Json& schema, const Json& value, const std::string& path, int depth) {
  const Json& wanted = field(schema, "contains");
  std::int64_t has = 0;
  bool known = true;
  std::string* const outer = std::exchange(seen_, nullptr);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const Trial trial = tried(wanted, value.at(i), path, depth);
    if (!trial.may_fit()) continue;
    known = known && trial.sure;
    ++has;
    if (outer != nullptr) (*outer)[i] = kSeen;
  }
  seen_ = outer;
  const std::string which = joined({" like ", shown(wanted)});
  if (has == 0 && field(schema, "minContains").is_null()) wrong(path, joined({"must have an item", which}));
  if (known) length(schema, "Contains", has, "item", path, which);
}

void SchemaCheck::unique(const Json::array_t& items, const std::string& path) {
  work_ -= 16 * static_cast<std::int64_t>(items.size());  // about the comparisons that sorting takes for each
  if (work_ < 0) {
    sure_ = false;
    return;
  }
  std::vector<std::uint32_t> order(items.size());
  std::iota(order.begin(), order.end(), 0U);
  sort(order, [&](std::uint32_t a, std::uint32_t b) { return items[a] < items[b]; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (items[order[i]] != items[order[i - 1]]) continue;
    wrong(path + pointer_step(order[i]), joined({"must differ from ", path, pointer_step(order[i - 1])}));
  }
}

/// `which`: what of it counts, said behind the unit.
void SchemaCheck::length(const Json& schema, std::string_view what, std::int64_t has, std::string_view unit,
                         const std::string& path, std::string_view which) {
  const auto bound = [&](std::string_view side) -> const Json& {
    return field(schema, std::string(side) + std::string(what));
  };
  const auto say = [&](std::string_view limit, const Json& count) {
    const bool one = count == 1;
    wrong(path, joined({"must have at ", limit, " ", shown(count), " ", unit, (one ? "" : "s"), which, ", not ",
                        decimal(has)}));
  };
  if (const Json& least = bound("min"); least.is_number() && has < least) say("least", least);
  if (const Json& most = bound("max"); most.is_number() && has > most) say("most", most);
}

}  // namespace troupe

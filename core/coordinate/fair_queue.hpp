// Who goes next: tenants by their weights, and within a tenant its runs in turn. Nobody starves: each turn that a
// tenant gets moves it behind those who had less of their share.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "run/traffic.hpp"

namespace troupe {

/// Weights of tenants; those that are not named have 1.
using Weights = std::map<std::string, std::int64_t, std::less<>>;

/// Start-time fair queueing (Goyal, Vin and Cheng, 1996) over tenants, round robin over their runs. `Item` is a pointer
/// to something that outlives its stay.
template <class Item>
class FairQueue {
 public:
  bool empty() const { return size_ == 0; }
  std::int64_t size() const { return size_; }

  void push(const Party& party, Item item, const Weights& weights) {
    Tenant& tenant = tenants_[party.tenant];
    if (tenant.ring.empty()) {
      // Who was away has saved up nothing.
      const auto weight = weights.find(party.tenant);
      tenant.cost = kWhole / (weight == weights.end() ? 1 : weight->second);
      tenant.start = tenant.start > now_ ? tenant.start : now_;
      waiting_.emplace(Place{tenant.start, ++last_}, &tenant);
      tenant.place = last_;
    }
    const auto known = tenant.runs.find(party.run);
    const std::int64_t at = known != tenant.runs.end() ? known->second : ++tenant.last;
    Line& line = tenant.ring[at];
    if (known == tenant.runs.end()) {
      tenant.runs.emplace(party.run, at);
      line.run = party.run;
      line.priority = line.left = party.priority;
    }
    line.items.push_back(item);
    ++size_;
  }

  /// REQUIRES !empty().
  Item front() const {
    const Line& line = waiting_.begin()->second->ring.begin()->second;
    return line.items[line.taken];
  }

  /// REQUIRES !empty().
  void pop() {
    const auto first = waiting_.begin();
    Tenant& tenant = *first->second;
    now_ = tenant.start;
    tenant.start += tenant.cost;
    waiting_.erase(first);
    const auto place = tenant.ring.begin();
    Line& line = place->second;
    ++line.taken;
    --line.left;
    --size_;
    if (line.taken == line.items.size()) {
      tenant.runs.erase(line.run);
      tenant.ring.erase(place);
    } else if (line.left <= 0) {
      Line moved = std::move(line);
      moved.left = moved.priority;
      tenant.ring.erase(place);
      tenant.runs[moved.run] = ++tenant.last;
      tenant.ring.emplace(tenant.last, std::move(moved));
    }
    if (!tenant.ring.empty()) {
      waiting_.emplace(Place{tenant.start, ++last_}, &tenant);
      tenant.place = last_;
    }
  }

  void remove(const Party& party, Item item) {
    const auto tenant = tenants_.find(party.tenant);
    if (tenant == tenants_.end()) return;
    const auto run = tenant->second.runs.find(party.run);
    if (run == tenant->second.runs.end()) return;
    Line& line = tenant->second.ring[run->second];
    for (std::size_t i = line.taken; i < line.items.size(); ++i) {
      if (line.items[i] != item) continue;
      line.items.erase(line.items.begin() + static_cast<std::ptrdiff_t>(i));
      --size_;
      break;
    }
    if (line.taken != line.items.size()) return;
    tenant->second.ring.erase(run->second);
    tenant->second.runs.erase(run);
    if (tenant->second.ring.empty()) waiting_.erase(Place{tenant->second.start, tenant->second.place});
  }

 private:
  static constexpr std::int64_t kWhole = 1 << 20;  // what a turn costs a tenant of weight 1

  struct Line {
    std::string run;
    std::int64_t priority = 1, left = 1;
    std::vector<Item> items;
    std::size_t taken = 0;  // of them
  };
  struct Tenant {
    std::int64_t start = 0, cost = kWhole, last = 0, place = 0;
    std::map<std::int64_t, Line> ring;
    std::map<std::string, std::int64_t, std::less<>> runs;  // where in the ring
  };
  using Place = std::pair<std::int64_t, std::int64_t>;

  std::map<std::string, Tenant, std::less<>> tenants_;
  std::map<Place, Tenant*> waiting_;
  std::int64_t now_ = 0, last_ = 0, size_ = 0;
};

}  // namespace troupe

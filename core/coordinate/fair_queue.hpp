// Who goes next: tenants by their weights, and within a tenant its runs by their priorities. Nobody starves: each turn
// moves whoever had it behind those who had less of their share.
#pragma once

#include <algorithm>
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

/// Self-clocked fair queueing (Golestani, 1994), over tenants and over the runs of each: whoever comes, or had a turn,
/// gets the next one as late as that turn's end. So who was away has saved up nothing, whoever is there is overtaken by
/// others that come later no more than its share says, and nobody has to be remembered who does not wait. `Item` is a
/// pointer to something that outlives its stay.
template <class Item>
class FairQueue {
 public:
  bool empty() const { return size_ == 0; }
  std::int64_t size() const { return size_; }

  void push(const Party& party, Item item, const Weights& weights) {
    const auto [own, came] = tenants_.try_emplace(party.tenant);
    Tenant& tenant = own->second;
    if (came) {
      const auto weight = weights.find(party.tenant);
      tenant.cost = cost_of(weight == weights.end() ? 1 : weight->second);
      wait(own);
    }
    const auto known = tenant.runs.find(party.run);
    const Place at = known != tenant.runs.end() ? known->second : tenant.next(cost_of(party.priority));
    Line& line = tenant.ring[at];
    if (known == tenant.runs.end()) {
      tenant.runs.emplace(party.run, at);
      line.run = party.run;
      line.cost = cost_of(party.priority);
    }
    line.items.push_back(item);
    ++size_;
  }

  /// REQUIRES !empty().
  Item front() const {
    const Line& line = waiting_.begin()->second->second.ring.begin()->second;
    return line.items[line.taken];
  }

  /// REQUIRES !empty().
  void pop() {
    const auto [at, first] = *waiting_.begin();
    Tenant& tenant = first->second;
    now_ = at.first;
    waiting_.erase(at);
    const auto place = tenant.ring.begin();
    Line line = std::move(place->second);
    tenant.now = place->first.first;
    tenant.ring.erase(place);
    --size_;
    if (++line.taken == line.items.size()) {
      tenant.runs.erase(line.run);
    } else {
      const Place behind = tenant.next(line.cost);
      tenant.runs[line.run] = behind;
      tenant.ring.emplace(behind, std::move(line));
    }
    if (tenant.ring.empty()) tenants_.erase(first);
    else wait(first);
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
    if (!tenant->second.ring.empty()) return;
    waiting_.erase(tenant->second.place);
    tenants_.erase(tenant);
  }

 private:
  static constexpr std::int64_t kWhole = 1 << 20;  // what a turn costs whose weight or priority is 1

  static std::int64_t cost_of(std::int64_t priority) { return std::max<std::int64_t>(1, kWhole / priority); }

  using Place = std::pair<std::int64_t, std::int64_t>;  // and among equals who came first

  struct Line {
    std::string run;
    std::int64_t cost = kWhole;
    std::vector<Item> items;
    std::size_t taken = 0;  // of them
  };
  struct Tenant {
    std::int64_t cost = kWhole;
    Place place;                                     // among those that wait
    std::int64_t now = 0, last = 0;                  // when the turn ends that a run of it had last
    std::map<Place, Line> ring;                      // by when their next turns end
    std::map<std::string, Place, std::less<>> runs;  // where in the ring

    Place next(std::int64_t cost) { return {now + cost, ++last}; }
  };

  using Tenants = std::map<std::string, Tenant, std::less<>>;

  void wait(typename Tenants::iterator tenant) {
    tenant->second.place = {now_ + tenant->second.cost, ++last_};
    waiting_.emplace(tenant->second.place, tenant);
  }

  Tenants tenants_;  // those that wait
  std::map<Place, typename Tenants::iterator> waiting_;
  std::int64_t now_ = 0, last_ = 0, size_ = 0;
};

}  // namespace troupe

#include "coordinate/meta_coordinator.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

/// Between two looks at a component that is being tried.
constexpr std::int64_t kLeastPauseMs = 250;

const std::string& component_of(const Use& use) { return use.part.empty() ? use.line : use.part; }

std::unexpected<Error> wrong(std::string_view where, std::string_view what) {
  return failure(Code::kInvalidInput, joined({"The limit \"", where, "\" ", what, "."}));
}

/// Reads whole numbers from 0 on, and nothing else.
Result<> read(const Json& json, std::string_view where,
              std::initializer_list<std::pair<std::string_view, std::int64_t*>> numbers) {
  for (const auto& [name, value] : json.items()) {
    bool known = false;
    for (const auto& [each, target] : numbers) {
      if (each != name) continue;
      known = true;
      if (!value.is_number_integer() || integer_field(json, name, -1) < 0)
        return wrong(joined({where, ".", name}), "must be a whole number from 0 on");
      *target = integer_field(json, name);
    }
    if (!known) return wrong(where, joined({"has no \"", name, "\""}));
  }
  return {};
}

}  // namespace

Result<> MetaCoordinator::configure(const Json& limits, const Json& tenants) {
  Result<Tenants> accounts = Tenants::from_json(tenants);
  if (!accounts) return failure(accounts.error());
  Limits next;
  Json plain = limits.is_object() ? limits : Json::object();
  for (const auto& [name, given] : field(limits, "lines").items()) {
    LineLimits& line = next.lines[name];
    Result<> fine = read(given, name,
                         {{"concurrent", &line.concurrent},
                          {"per_minute", &line.per_minute},
                          {"tokens_per_minute", &line.tokens_per_minute}});
    if (!fine) return fine;
  }
  Result<> fine = read(field(limits, "breaker"), "breaker",
                       {{"failures", &next.breaker.failures}, {"rest_ms", &next.breaker.rest_ms}});
  if (!fine) return fine;
  plain.erase("lines");
  plain.erase("breaker");
  if (fine = read(plain, "limits", {{"runs", &next.runs}, {"waiting", &next.waiting}}); !fine) return fine;

  limits_ = std::move(next);
  tenants_ = std::move(*accounts);
  std::erase_if(lines_, [](const auto& each) { return each.second->serving() + each.second->waiting() == 0; });
  let_in();
  return {};
}

Line& MetaCoordinator::line(const std::string& name) {
  std::unique_ptr<Line>& line = lines_[name];
  if (!line) {
    const auto limits = limits_.lines.find(name);
    line = std::make_unique<Line>(host_, name, limits == limits_.lines.end() ? LineLimits() : limits->second,
                                  tenants_.weights(), [this](Turn& turn) { return may_begin(turn); });
  }
  return *line;
}

Health& MetaCoordinator::health(const Use& use) { return components_[component_of(use)]; }

bool MetaCoordinator::may_begin(Turn& turn) {
  Breaker& breaker = health(turn.use()).breaker();
  const std::int64_t now = host_.now_ms();
  if (!breaker.admits(now)) {
    turn.wait_ms = breaker.state() == Breaker::State::kOpen ? breaker.rest_left_ms(now)
                                                            : std::max(kLeastPauseMs, limits_.breaker.rest_ms);
    turn.refuse({Code::kOverloaded, joined({"The ", component_of(turn.use()), " failed ", decimal(breaker.in_a_row()),
                                            " times in a row and is left in peace for now."})});
    return false;
  }
  if (turn.use().party == nullptr) return true;
  if (const Result<> room = tenants_.reserve(turn.use().party->tenant, turn.use().estimate); !room) {
    breaker.given_up();
    turn.refuse(room.error());
    return false;
  }
  return true;
}

bool MetaCoordinator::arrive(Turn& turn) { return line(turn.use().line).arrive(turn); }

void MetaCoordinator::leave(Turn& turn) {
  const Use& use = turn.use();
  if (turn.begun()) {
    const std::int64_t now = host_.now_ms();
    // Who was not waited for took at least so long.
    const std::int64_t answered = turn.answered_ms == 0 && !turn.over() ? now : turn.answered_ms;
    if (answered > 0) health(use).began_within(answered - turn.began_ms);
    if (turn.over())
      health(use).learn(turn.failed() ? &*turn.failed() : nullptr, now - turn.began_ms, now, limits_.breaker);
    else health(use).breaker().given_up();
    if (use.party != nullptr) tenants_.settle(use.party->tenant, use.estimate, turn.spent());
  }
  line(use.line).leave(turn);
}

Standing MetaCoordinator::standing(const Use& use) {
  const auto found = components_.find(component_of(use));
  return found == components_.end() ? Standing() : found->second.standing(host_.now_ms());
}

std::size_t MetaCoordinator::choose(const std::vector<Use>& equals) {
  const std::int64_t now = host_.now_ms();
  std::size_t best = 0;
  std::pair<std::int64_t, std::int64_t> least = {2, 0};
  for (std::size_t i = 0; i < equals.size(); ++i) {
    const std::size_t each = (last_chosen_ + 1 + i) % equals.size();
    Line& queue = line(equals[each].line);
    const Breaker& breaker = health(equals[each]).breaker();
    const bool down = (breaker.state() == Breaker::State::kOpen && breaker.rest_left_ms(now) > 0) ||
                      breaker.state() == Breaker::State::kTrying || queue.held(now);
    const std::int64_t load = product(sum(queue.serving(), queue.waiting()) + 1, health(equals[each]).expected_ms());
    const std::pair<std::int64_t, std::int64_t> rank = {down ? 1 : 0, load};
    if (rank >= least) continue;
    least = rank;
    best = each;
  }
  return last_chosen_ = best;
}

Result<> MetaCoordinator::admit(Arrival arrival) {
  if (limits_.runs == 0 || (running_ < limits_.runs && entrance_.empty())) {
    ++running_;
    arrival.start();
    return {};
  }
  if (entrance_.size() >= limits_.waiting) {
    return failure(Code::kOverloaded,
                   joined({decimal(running_), " runs are under way and ", decimal(entrance_.size()),
                           " wait: no more are taken now. Try again later, or raise limits.runs or limits.waiting."}));
  }
  const std::string run = arrival.party.run;
  std::unique_ptr<Arrival>& kept = arrivals_[run];
  kept = std::make_unique<Arrival>(std::move(arrival));
  entrance_.push(kept->party, kept.get(), tenants_.weights());
  return {};
}

bool MetaCoordinator::begin_at_once(std::string_view run) {
  const auto found = arrivals_.find(run);
  if (found == arrivals_.end()) return false;
  const std::unique_ptr<Arrival> arrival = std::move(found->second);
  arrivals_.erase(found);
  entrance_.remove(arrival->party, arrival.get());
  ++running_;
  arrival->start();
  return true;
}

void MetaCoordinator::left() {
  --running_;
  let_in();
}

void MetaCoordinator::let_in() {
  if (std::exchange(letting_in_, true)) return;  // one that cannot begin leaves at once, from within start()
  while (!entrance_.empty() && (limits_.runs == 0 || running_ < limits_.runs)) {
    Arrival* next = entrance_.front();
    entrance_.pop();
    const std::unique_ptr<Arrival> arrival = std::move(arrivals_[next->party.run]);
    arrivals_.erase(arrival->party.run);
    ++running_;
    arrival->start();
  }
  letting_in_ = false;
}

std::string MetaCoordinator::status() const {
  const std::int64_t now = host_.now_ms();
  std::string components, lines;
  for (const auto& [name, health] : components_)
    append(components, {components.empty() ? "" : ",", health.to_json(name, now)});
  for (const auto& [name, line] : lines_) append(lines, {lines.empty() ? "" : ",", line->to_json(now)});
  const bool full = entrance_.size() >= limits_.waiting && limits_.runs > 0 && running_ >= limits_.runs;
  return ObjectText()
      .raw("components", joined({"[", components, "]"}))
      .raw("lines", joined({"[", lines, "]"}))
      .number("running", running_)
      .text("state", full                ? "full"
                     : entrance_.empty() ? "free"
                                         : "busy")
      .raw("tenants", dump_json(tenants_.spent()))
      .number("waiting", entrance_.size())
      .finish();
}

}  // namespace troupe

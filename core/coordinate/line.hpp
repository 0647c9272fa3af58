// The line before one provider, server or tool: who waits, who is served, and how fast it may go.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "coordinate/fair_queue.hpp"
#include "coordinate/health.hpp"
#include "coordinate/rate.hpp"
#include "run/host.hpp"

namespace troupe {

/// What a line may do; 0: no limit.
struct LineLimits {
  std::int64_t concurrent = 0;
  std::int64_t per_minute = 0;
  std::int64_t tokens_per_minute = 0;
};

class Line : public Listener {
 public:
  using Admit = std::function<bool(Turn&)>;  // the last word before a turn begins: false, and it is refused

  Line(Host& host, std::string name, LineLimits limits, const Weights& weights, Admit admit);
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() override;

  /// As Traffic::arrive().
  bool arrive(Turn& turn);
  void leave(Turn& turn);
  /// Nobody begins before that moment.
  void hold_until(std::int64_t ms);

  const std::string& name() const { return name_; }
  std::int64_t serving() const { return serving_; }
  std::int64_t waiting() const { return queue_.size(); }
  bool held(std::int64_t now_ms) const { return now_ms < held_until_ms_; }
  /// {"line","serving","waiting","held_ms"}
  std::string to_json(std::int64_t now_ms) const;

  void on_event(const Frame&) override {}
  void on_time() override;

 private:
  /// Milliseconds until a turn of this size may begin; -1: when another one ends.
  std::int64_t wait_ms(const Turn& turn);
  void begin(Turn& turn);
  /// Lets begin whoever may.
  void serve();

  Host& host_;
  std::string name_;
  LineLimits limits_;
  Rate requests_, tokens_;
  const Weights& weights_;
  Admit admit_;
  FairQueue<Turn*> queue_;
  std::int64_t serving_ = 0;
  std::int64_t held_until_ms_ = 0;
  std::optional<Host::Alarm> alarm_;
};

}  // namespace troupe

#include "coordinate/health.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"

namespace troupe {

bool is_of_component(Code code) {
  return code == Code::kNetwork || code == Code::kTimeout || code == Code::kOverloaded || code == Code::kRateLimit ||
         code == Code::kProtocol || code == Code::kAuthentication || code == Code::kQuota;
}

void Health::learn(const Error* failed, std::int64_t ms, std::int64_t now_ms, const Breaker::Options& options) {
  ++uses_;
  const bool counts = failed != nullptr && is_of_component(failed->code());
  worked_ = worked_ || failed == nullptr;
  // Whoever never did what it is for may have another address, or be something else. That says nothing of the next
  // use, so the line goes on; but it is not well.
  const bool unfit =
      failed != nullptr && !worked_ && (failed->code() == Code::kNotFound || failed->code() == Code::kMalformed);
  // The first uses weigh more: who failed each of them is not well. Who only refused is there.
  const bool refused = counts && failed->code() == Code::kRateLimit;
  failing_ += ((counts || unfit ? kWhole : 0) - failing_) / (refused ? kMemory : std::min(uses_, kMemory));
  if (counts || unfit) {
    ++failures_;
    last_error_ = failed->whole();
    last_error_ms_ = now_ms;
  }
  if (!counts) {
    breaker_.succeeded();
    latency_ms_ = latency_ms_ == 0 ? ms : latency_ms_ + (ms - latency_ms_) / 8;
    return;
  }
  // Too many requests say that it is there: the line waits as long as it was told to.
  if (refused) breaker_.refused();
  else breaker_.failed(now_ms, options);
}

std::string_view Health::state() const {
  if (breaker_.state() != Breaker::State::kClosed) return "down";
  if (uses_ == 0) return "unknown";
  return failing_ > kWhole / 4 ? "degraded" : "healthy";
}

Standing Health::standing(std::int64_t now_ms) const {
  // Whose rest is over is tried again: who is never asked cannot recover.
  const bool rests = breaker_.state() == Breaker::State::kOpen && breaker_.rest_left_ms(now_ms) > 0;
  return {rests || breaker_.state() == Breaker::State::kTrying, state() == "degraded", latency_ms_,
          beginnings_.slowest_ms()};
}

std::string Health::to_json(std::string_view component, std::int64_t now_ms) const {
  std::string reason;
  if (breaker_.state() == Breaker::State::kOpen) {
    reason = joined({"It failed ", decimal(breaker_.in_a_row()), " times in a row and is tried again in ",
                     decimal((breaker_.rest_left_ms(now_ms) + 999) / 1000), " s. "});
  } else if (breaker_.state() == Breaker::State::kTrying) {
    reason = "It is being tried again. ";
  }
  if (state() != "healthy" && !last_error_.empty()) append(reason, {"Last failure: ", last_error_});
  return ObjectText()
      .text("component", component)
      .number("failures", failures_)
      .number("latency_ms", latency_ms_)
      .text("reason", reason)
      .text("state", state())
      .number("uses", uses_)
      .finish();
}

}  // namespace troupe

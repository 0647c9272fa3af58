#include "coordinate/line.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace troupe {
namespace {

const Party kEngine;

const Party& party_of(const Turn& turn) { return turn.use().party == nullptr ? kEngine : *turn.use().party; }

}  // namespace

Line::Line(Host& host, std::string name, LineLimits limits, const Weights& weights, Admit admit)
    : host_(host),
      name_(std::move(name)),
      limits_(limits),
      requests_(limits.per_minute),
      tokens_(limits.tokens_per_minute),
      weights_(weights),
      admit_(std::move(admit)) {}

Line::~Line() {
  if (alarm_) host_.forget(*alarm_);
}

std::int64_t Line::wait_ms(const Turn& turn) {
  if (limits_.concurrent > 0 && serving_ >= limits_.concurrent) return -1;
  const std::int64_t now = host_.now_ms();
  return std::max({held_until_ms_ - now, requests_.wait_ms(1, now), tokens_.wait_ms(turn.use().estimate.tokens, now),
                   std::int64_t{0}});
}

void Line::begin(Turn& turn) {
  if (!admit_(turn)) return;
  turn.begin();
  turn.began_ms = host_.now_ms();
  ++serving_;
  requests_.take(1);
  tokens_.take(turn.use().estimate.tokens);
}

bool Line::arrive(Turn& turn) {
  if (queue_.empty() && wait_ms(turn) == 0) {
    begin(turn);
    return true;
  }
  queue_.push(party_of(turn), &turn, weights_);
  serve();
  return turn.decided();
}

void Line::leave(Turn& turn) {
  if (!turn.begun()) {
    queue_.remove(party_of(turn), &turn);
    serve();  // who stood behind it may need less
    return;
  }
  --serving_;
  if (turn.over()) tokens_.take(turn.spent().tokens - turn.use().estimate.tokens);
  if (turn.hold_ms > 0) hold_until(host_.now_ms() + turn.hold_ms);
  serve();
}

void Line::hold_until(std::int64_t ms) { held_until_ms_ = std::max(held_until_ms_, ms); }

void Line::serve() {
  while (!queue_.empty()) {
    Turn& next = *queue_.front();
    const std::int64_t wait = wait_ms(next);
    if (wait < 0) return;
    if (wait > 0) {
      const std::int64_t at = host_.now_ms() + wait;
      if (alarm_ && alarm_->first <= at) return;
      if (alarm_) host_.forget(*alarm_);
      alarm_ = host_.wake_at(at, *this);
      return;
    }
    queue_.pop();
    begin(next);
    next.wake();
  }
}

void Line::on_time() {
  alarm_.reset();
  serve();
}

std::string Line::to_json(std::int64_t now_ms) const {
  return ObjectText()
      .number("held_ms", std::max<std::int64_t>(0, held_until_ms_ - now_ms))
      .text("line", name_)
      .number("serving", serving_)
      .number("waiting", queue_.size())
      .finish();
}

}  // namespace troupe

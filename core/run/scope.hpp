// A place in the tree of coroutines. Steps take their ids from it, and so their names do not depend on timing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "run/step.hpp"

namespace troupe {

/// A handle: copies name the same place. Step `2.0.1` is the second thing in the first thing of the third.
class Scope {
 public:
  explicit Scope(Run& run) : place_(std::make_shared<Place>(Place{run, {}, 0})) {}

  Run& run() const { return place_->run; }
  const std::string& path() const { return place_->path; }

  /// Await it: the next step of this place.
  Step step(StepRequest request) const { return {place_->run, next_id(), std::move(request)}; }

  /// A place of its own for a parallel branch or a nested agent, so that branches cannot shift one another's ids.
  Scope branch() const { return Scope(place_->run, next_id()); }

 private:
  struct Place {
    Run& run;
    std::string path;
    std::uint32_t next;
  };

  Scope(Run& run, std::string path) : place_(std::make_shared<Place>(Place{run, std::move(path), 0})) {}
  std::string next_id() const;

  std::shared_ptr<Place> place_;
};

}  // namespace troupe

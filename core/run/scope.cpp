#include "run/scope.hpp"

#include "base/text.hpp"

namespace troupe {

std::string Scope::next_id() const {
  const std::string number = decimal(place_->next++);
  return place_->path.empty() ? number : joined({place_->path, ".", number});
}

}  // namespace troupe

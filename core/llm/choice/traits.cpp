#include "llm/choice/traits.hpp"

namespace troupe {

Traits traits_from(const Json& json) {
  Traits traits;
  traits.context = integer_field(json, "context");
  traits.tools = flag_field(json, "tools", true);
  traits.vision = flag_field(json, "vision", true);
  traits.structured = flag_field(json, "structured", true);
  traits.speed = integer_field(json, "speed");
  const Json& quality = field(json, "quality");
  const std::int64_t general = integer_field(quality, kQualities[0]);
  for (std::size_t i = 0; i < kQualities.size(); ++i)
    traits.quality[i] = integer_field(quality, kQualities[i], general);
  return traits;
}

}  // namespace troupe

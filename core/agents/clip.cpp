#include "agents/clip.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace troupe {

std::string clipped(std::string_view text, std::int64_t most, std::int64_t whole) {
  const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(0, most));
  if (text.size() <= limit) return std::string(text);
  const auto size = whole != 0 ? whole : static_cast<std::int64_t>(text.size());
  return joined({utf8_prefix(text, limit), "\n[troupe: cut here; these are the first ", decimal(most), " of ",
                 decimal(size), " bytes. Ask for a smaller part if you need the rest.]"});
}

}  // namespace troupe

#include "llm/tool_box.hpp"

#include <utility>

#include "base/sha256.hpp"
#include "llm/codec.hpp"

namespace troupe {

ToolBox::ToolBox(std::vector<ToolSpec> all) : tools(std::move(all)) {
  // Journals have digests of this text, whoever the vendor is.
  const std::string_view text = rendered(openai_chat());
  bytes = static_cast<std::int64_t>(text.size());
  digest = hex(sha256(text), 8);
}

std::string_view ToolBox::rendered(const Codec& codec) const {
  if (std::exchange(codec_, &codec) != &codec) text_ = codec.render_tools(tools);
  return text_;
}

}  // namespace troupe

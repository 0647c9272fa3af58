// The tools of a run or an agent, as models are told of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llm/message.hpp"

namespace troupe {

class Codec;

/// Tools as models are told of them, rendered once for all turns. Runs share it.
class ToolBox {
 public:
  ToolBox() = default;
  explicit ToolBox(std::vector<ToolSpec> tools);

  /// As `codec` writes them. Good until it is asked with another one.
  std::string_view rendered(const Codec& codec) const;

  std::vector<ToolSpec> tools;
  std::int64_t bytes = 0;  // of what models are told, for estimates: the same for all vendors
  std::string digest;      // of all names, descriptions and schemas

 private:
  mutable const Codec* codec_ = nullptr;
  mutable std::string text_;
};

}  // namespace troupe

// A server's resources as tools, for models: one lists them, one reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "llm/message.hpp"

namespace troupe {

std::vector<ToolSpec> resource_tools(const std::string& server);

/// What a model reads of the lists of resources and of templates, which are JSON: a line for each.
std::string resource_list(std::string_view resources, std::string_view templates);

}  // namespace troupe

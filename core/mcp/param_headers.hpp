// Arguments of tools that a server wants mirrored into HTTP headers ("x-mcp-header", 2026-07-28).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace troupe {

struct ParamHeader {
  std::string name;               // after "Mcp-Param-"
  std::vector<std::string> path;  // of names of properties, from the root of the arguments
};

/// The annotations of a tool's schema, in the order of their properties. `why` says what is wrong with them, if
/// anything is: then the tool must not be offered.
std::vector<ParamHeader> param_headers(const Json& schema, std::string& why);

/// The argument as a header's value, or nothing when it is not there or is null.
std::optional<std::string> value_of(const ParamHeader& header, const Json& arguments);

/// The text itself where it is safe in a header, `=?base64?…?=` elsewhere.
std::string header_value(std::string_view text);

}  // namespace troupe

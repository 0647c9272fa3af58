// What of a tool's arguments the tool may take for an address.
#pragma once

#include <functional>
#include <string_view>

#include "base/json.hpp"
#include "guard/address.hpp"

namespace troupe {

struct AddressField {
  std::string_view text;
  Place place;
  bool is_named = false;  // its name or its schema says that it is an address
};

/// Calls `look` with each: all that is named or described as one, and of other texts those that begin with an address
/// with a scheme, or are a whole one without: numbers of IP, localhost, and names with dots and a port or a path. Words
/// are no addresses, nor is what stands in the midst of a text.
void each_address(const Json& arguments, const Json& schema, const std::function<void(const AddressField&)>& look);

}  // namespace troupe

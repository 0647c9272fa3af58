// Where references within a schema lead.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.hpp"

namespace troupe {

/// Whether the schema has an address of its own ($id): what refers to "#…" in it means its own parts.
bool is_whole(const Json& schema);

/// A schema that is referred to, and the whole to which it belongs. Null: there is none.
struct Referred {
  const Json* schema = nullptr;
  const Json* whole = nullptr;
};

/// What `reference` names that stands somewhere in `whole`, which is `document` or a part of it: "#", a pointer or an
/// anchor, or an address that a part of the document has for its $id, letter by letter, and behind it the same. Nothing
/// is ever fetched. The search takes off `work` what it looks at, and ends below 0.
Referred referred(const Json& document, const Json& whole, std::string_view reference, std::int64_t& work);

}  // namespace troupe

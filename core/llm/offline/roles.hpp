// What the arguments of a tool stand for, by their names and types.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "llm/message.hpp"

namespace troupe::offline {

enum class Role : unsigned char { kTarget, kDate, kPattern, kId, kContent, kQuery };

Role role_of(std::string_view name, const Json& schema);
std::string_view type_of(const Json& schema);

/// What a path is called; other targets, such as addresses and ids, are known by their own names only.
inline constexpr std::string_view kPathWords =
    "path file filenam filepath directory root cwd sourc src destination dst dest nam";
/// Does it require a path?
bool takes_path(const ToolSpec& tool);

/// Does it require a text, such as what is to be written?
bool takes_text(const ToolSpec& tool);

/// How many paths, URLs or ids it requires.
int targets_of(const ToolSpec& tool);
/// The argument that things of a list fill where it requires no such target: its only text or number. Empty: none.
std::string listed_of(const ToolSpec& tool);

}  // namespace troupe::offline

#include "llm/offline/roles.hpp"

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

/// In the order of Role: the words, in a property's name or format, that give it the role. A query is what remains.
constexpr std::string_view kRoles[] = {
    "path file filenam filepath directory root cwd sourc src destination dst dest url uri link href endpoint email "
    "mail "
    "recipient",
    "dat day since until deadlin tim",
    "pattern glob",
    "id ids key numb sha",
    "content text bod data",
};

/// Looks at the properties that a call has to have.
template <typename Look>
void each_required(const ToolSpec& tool, Look look) {
  for (const Json& name : field(tool.input_schema, "required")) {
    if (!name.is_string()) continue;
    const std::string& text = name.get_ref<const std::string&>();
    const Json& property = field(field(tool.input_schema, "properties"), text);
    if (property.is_object()) look(text, property);
  }
}

}  // namespace

Role role_of(std::string_view name, const Json& schema) {
  const std::string words = canonical_words(joined({name, " ", text_field(schema, "format")}), 6);
  std::size_t role = 0;
  while (role < std::size(kRoles) && !share(kRoles[role], words)) ++role;
  return static_cast<Role>(role);
}

std::string_view type_of(const Json& schema) {
  const Json& types = field(schema, "type");
  const Json& type = types.is_array() && !types.empty() ? types.front() : types;
  return type.is_string() ? std::string_view(type.get_ref<const std::string&>()) : std::string_view();
}

bool takes_path(const ToolSpec& tool) {
  bool takes = false;
  each_required(tool, [&](const std::string& name, const Json& property) {
    takes = takes || (role_of(name, property) == Role::kTarget && share(kPathWords, canonical_words(name, 6)));
  });
  return takes;
}

bool takes_text(const ToolSpec& tool) {
  bool takes = false;
  each_required(tool, [&](const std::string& name, const Json& property) {
    takes = takes || role_of(name, property) == Role::kContent;
  });
  return takes;
}

int targets_of(const ToolSpec& tool) {
  int targets = 0;
  each_required(tool, [&](const std::string& name, const Json& property) {
    const Role role = role_of(name, property);
    if ((role == Role::kTarget || role == Role::kId) && type_of(property) != "array") ++targets;
  });
  return targets;
}

std::string listed_of(const ToolSpec& tool) {
  std::string found;
  int count = targets_of(tool);
  each_required(tool, [&](const std::string& name, const Json& property) {
    const std::string_view type = type_of(property);
    const bool one = type == "string" || type == "number" || type == "integer";
    if (!one || field(property, "enum").is_array() || role_of(name, property) != Role::kQuery) return;
    ++count;
    found = name;
  });
  return count == 1 ? found : std::string();
}

}  // namespace troupe::offline

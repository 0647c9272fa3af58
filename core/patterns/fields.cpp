#include "patterns/fields.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "task/outputs.hpp"

namespace troupe {
namespace {

std::unexpected<Error> wrong(std::string sentence) { return failure(Code::kInvalidInput, std::move(sentence)); }

bool is_text(const Json& json) { return json.is_string() && !trim(json.get_ref<const std::string&>()).empty(); }

bool are_texts(const Json& json) { return json.is_null() || (json.is_array() && std::ranges::all_of(json, is_text)); }

Result<> check_types(const Json& types, std::string_view whose) {
  for (const Json& each : types) {
    const std::string& type = each.get_ref<const std::string&>();
    if (std::ranges::find(kTypes, type) != kTypes.end()) continue;
    std::string known;
    for (const std::string_view one : kTypes) append(known, {known.empty() ? "" : ", ", one});
    return wrong(joined(
        {whose, " has a type of task that there is not: \"", utf8_prefix(type, 60), "\". There are: ", known, "."}));
  }
  return {};
}

Result<> check_checkpoint(const Json& checkpoint, std::string_view whose) {
  if (checkpoint.is_null()) return {};
  for (const auto& [name, value] : members(checkpoint)) {
    if (name != "question" && name != "otherwise")
      return wrong(joined({whose, " has a checkpoint with \"", utf8_prefix(name, 60),
                           "\", which there is not. A checkpoint has: question, otherwise."}));
  }
  const Json& otherwise = field(checkpoint, "otherwise");
  if (!is_text(field(checkpoint, "question")) || !(otherwise.is_null() || otherwise.is_string()))
    return wrong(
        joined({whose, " needs as \"checkpoint\" an object with a \"question\", and \"otherwise\" as a text."}));
  return {};
}

Result<> check_agent(const Json& agent) {
  const std::string whose = joined({"The agent \"", utf8_prefix(text_field(agent, "name"), 60), "\""});
  const Json& turns = field(agent, "turns");
  if (!turns.is_null() && integer_field(agent, "turns", -1) < 0)
    return wrong(joined({whose, " needs a whole number as \"turns\"."}));
  for (const std::string_view name : {"tools", "needs", "types"}) {
    if (!are_texts(field(agent, name))) return wrong(joined({whose, " needs a list of names as \"", name, "\"."}));
  }
  for (const std::string_view name : {"instruction", "part", "role"}) {
    const Json& text = field(agent, name);
    if (!text.is_null() && !text.is_string()) return wrong(joined({whose, " needs a text as \"", name, "\"."}));
  }
  if (Result<> types = check_types(field(agent, "types"), whose); !types) return types;
  if (Result<> checkpoint = check_checkpoint(field(agent, "checkpoint"), whose); !checkpoint) return checkpoint;
  const Json& inner = field(agent, "pattern");
  return check_fields(field(inner, "agents"), field(inner, "settings"));
}

}  // namespace

Result<> check_fields(const Json& agents, const Json& settings) {
  if (!are_texts(field(settings, "criteria"))) return wrong("The setting \"criteria\" needs a list of texts.");
  for (const Json& agent : agents) {
    if (Result<> checked = check_agent(agent); !checked) return checked;
  }
  return {};
}

}  // namespace troupe

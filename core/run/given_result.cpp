#include "run/given_result.hpp"

#include <utility>

namespace troupe {

Result<Json> given_result(std::string_view kind, Json given) {
  const bool of_model = kind == "chat";
  if (!of_model && kind != "tool") return given;
  if (given.is_string()) {
    Json value = object({{"text", given}});
    if (of_model) value.update(object({{"finish", "stop"}, {"model", "given"}}));
    return value;
  }
  if (field(given, "text").is_string() || (of_model && field(given, "calls").is_array())) return given;
  if (!of_model) {
    Json value = object({{"text", dump_json(given)}});
    if (given.is_structured()) value["structured"] = std::move(given);
    return value;
  }
  return failure(Code::kInvalidInput, "The result of a model's step is a text, or has a \"text\" or \"calls\".");
}

}  // namespace troupe

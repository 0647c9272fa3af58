#include "run/given_result.hpp"

#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

bool is_amounts(const Json& raise) {
  if (!raise.is_object()) return false;
  for (const auto& [limit, amount] : raise.get_ref<const Json::object_t&>()) {
    if (!amount.is_number_integer() || (limit != "nano_usd" && limit != "tokens" && limit != "calls" && limit != "ms"))
      return false;
  }
  return true;
}

/// The answer of a person, as the question takes it: whatever else it is would count as a no.
Result<Json> given_answer(std::string_view question, Json given) {
  const Fields asked(question);
  const std::string subject = asked.text("subject");
  std::string_view form;
  if (subject == "budget") {
    const bool raises = given.is_object() && (given.empty() || is_amounts(field(given, "raise")));
    if (!raises) form = R"({"raise": {"nano_usd", "tokens", "calls", "ms"}} in whole numbers, or {} for no)";
  } else if (subject == "elicitation") {
    const std::string_view action = text_field(given, "action");
    if (action != "accept" && action != "decline" && action != "cancel")
      form = R"({"action": "accept", "content"}, or "decline" or "cancel")";
  } else if (subject == "question") {
    if (!field(given, "text").is_string()) form = R"({"text"})";
  } else if (!field(given, "approve").is_boolean()) {
    form = R"({"approve": true} or {"approve": false, "reason"})";
  }
  if (!form.empty()) {
    return failure(Code::kInvalidInput,
                   joined({"The step is a question (", subject, "). Its result is an answer to it: ", form, "."}));
  }
  const std::string hash = asked.text("hash");
  if (!hash.empty() && field(given, "hash").is_null()) given["hash"] = hash;
  return given;
}

}  // namespace

Result<Json> given_result(std::string_view kind, std::string_view args, Json given) {
  if (kind == "ask") return given_answer(args, std::move(given));
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

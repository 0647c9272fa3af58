#include "run/step.hpp"

#include <utility>

#include "run/journal.hpp"
#include "run/run.hpp"

namespace troupe {

Step::Step(Run& run, std::string id, StepRequest request)
    : run_(run),
      id_(std::move(id)),
      key_(step_key(run.header(), request.kind, request.args)),
      request_(std::move(request)) {}

Step::~Step() { run_.leave(*this); }

void Step::await_suspend(Waiter waiter) {
  waiter_ = waiter.task;
  run_.reach(*this);
}

void Step::deliver(std::string value, const std::optional<Error>& error) {
  value_ = std::move(value);
  if (error) waiter_->fail(*error);
  else waiter_->resume();
}

Json error_to_json(const Error& error) {
  Json json = object({{"code", name_of(error.code())}, {"sentence", error.sentence()}});
  for (const Error* cause = error.cause(); cause != nullptr; cause = cause->cause()) {
    json["causes"].push_back(cause->sentence());
  }
  if (!error.spent().empty()) json["spent"] = parsed_part(error.spent());
  return json;
}

Error error_from_json(const Json& json) {
  const Code code = code_named(text_field(json, "code", "internal"));
  const std::string sentence(text_field(json, "sentence", "It failed without saying why."));
  const Json& causes = field(json, "causes");
  const std::string spent = json.contains("spent") ? dump_json(field(json, "spent")) : std::string();
  if (!causes.is_array() || causes.empty()) return Error(code, sentence).with_spent(spent);
  std::optional<Error> cause;
  for (auto at = causes.rbegin(); at != causes.rend(); ++at) {
    const std::string text = at->is_string() ? at->get<std::string>() : std::string();
    cause = cause ? Error(code, text, *cause) : Error(code, text);
  }
  return Error(code, sentence, *cause).with_spent(spent);
}

}  // namespace troupe

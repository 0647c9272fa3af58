// A reply in a form: what patterns ask of a model when they need a plan, a rating or a choice and not a text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agents/agent.hpp"

namespace troupe {

/// A form: a JSON Schema (2020-12) of an object. Its "title" tells a model that works by rules what it is.
struct Form {
  std::string_view schema;  // lives for ever
  /// Says what is wrong beyond the schema, all of it; empty: nothing. Optional.
  std::function<std::vector<std::string>(const Json&)> check = nullptr;
};

/// The first JSON object of a text that may have words or a fence of code around it, if there is one.
std::optional<Json> object_in(std::string_view text);

/// The first JSON object of a text, if it has the form; `whole`: as schema_errors() has it.
std::optional<Json> in_form(std::string_view text, const Form& form, bool whole);

struct Typed {
  Json value;
  std::optional<Stop> stop = std::nullopt;  // the budget did not allow an answer
};

/// Asks, reads the first JSON object of the reply, and gives all that is wrong with it back, twice at most. The agent
/// has no tools here. Fails with kMalformed when it does not succeed.
Task<Typed> typed_reply(Context context, Agent agent, std::string request, Form form);

}  // namespace troupe

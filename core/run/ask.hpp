// Asking a person. The live half: the question goes to the host, and the answer, whenever it comes, comes back.
#pragma once

#include "run/run.hpp"

namespace troupe {

/// `question` has "subject" ("approval", "budget", "in_doubt", "question"), a "sentence", and what the subject needs.
/// Waits as long as it takes. The answer is the host's JSON; {} if it was not a JSON object.
Task<Json> ask_person(Run& run, StepName name, Json question);

}  // namespace troupe

#include "run/ask.hpp"

#include <utility>

#include "run/exchange.hpp"

namespace troupe {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): a run outlives its tasks
Task<Json> ask_person(Run& run, StepName name, Json question) {
  const std::string text = dump_json(question);
  Head head("ask");
  head.text("run", name.run).text("step", name.step);
  Exchange exchange(run.host(), std::move(head), {text}, "ask.withdraw");
  for (;;) {
    const Reply reply = co_await exchange.next(0);
    if (reply.kind == "ask.unanswered") {
      run.unanswered(name.step, question);
      continue;
    }
    if (reply.kind != "ask.answered") continue;
    exchange.close();
    run.answered(name.step);
    std::optional<Json> answer = parse_json(reply.body);
    co_return answer && answer->is_object() ? std::move(*answer) : Json::object();
  }
}

}  // namespace troupe

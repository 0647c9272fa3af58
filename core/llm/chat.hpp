// The operation behind a chat step: request, stream, retries. Live only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "llm/conversation.hpp"
#include "llm/models.hpp"
#include "llm/tool_box.hpp"
#include "run/host.hpp"
#include "run/step.hpp"
#include "run/task.hpp"
#include "run/traffic.hpp"

namespace troupe {

struct ChatRequest {
  std::shared_ptr<const Conversation> conversation;
  std::shared_ptr<const ToolBox> tools;
  bool watched = false;  // tell the host the text as it comes
  Traffic* traffic = nullptr;
  const Party* party = nullptr;  // outlives the chat
  Spent estimate = {};
  bool hurried = false;          // there are others to ask: nobody waits for one that is left in peace
  std::string model = {};        // the name under which it is asked; a reply of another says whose it is
  bool hedge = false;            // who does not begin to answer in time is not waited for alone
  std::vector<Model> next = {};  // whom to ask beside it then, where it has no equals
  std::string_view schema = {};  // that the reply has to fit; empty: any text. Outlives the chat
};

/// The reply as journals hold it, the cost filled in. Tries up to 4 times where trying again can help: rate
/// limits (waiting as long as Retry-After says, at most a minute), overload, broken connections and streams, silence.
/// Of several models, equal ones, each try takes the one that promises the shortest wait. With a hedge, when a reply
/// has not begun in the time in which 19 of 20 of that model begin, another model is asked as well, and who begins
/// first answers. Fails as `models` did, if they were not found.
Task<std::string> chat(Host* host, StepName name, Result<std::vector<Model>> models, ChatRequest request);

/// The wait before try `attempt` (1 is the second try): half a second doubled each time, half of it random.
std::int64_t backoff_ms(int attempt, Random& jitter);

}  // namespace troupe

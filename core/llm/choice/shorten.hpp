// Room for long conversations: what is oldest and can be had again goes first. The instruction, the task and the newest
// turn stay; a call and its result stay together; a note stands where something was.
#pragma once

#include <cstdint>

#include "llm/conversation.hpp"

namespace troupe {

/// What was left out of a conversation.
struct Shortened {
  std::int64_t results = 0;  // of tools, each replaced by a note
  std::int64_t turns = 0;    // replies with the results of their calls
  std::int64_t bytes = 0;    // fewer than before

  bool any() const { return bytes > 0; }
};

/// Leaves out as much as is needed to come down to `most` bytes: first the texts of old results, then old turns, in the
/// end parts of the newest results. It may come out longer where nothing more can be left out.
Shortened shorten(Conversation& conversation, std::int64_t most);

}  // namespace troupe

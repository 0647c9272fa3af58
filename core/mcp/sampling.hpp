// MCP's sampling, as the neutral form of conversations and back.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "llm/message.hpp"

namespace troupe {

/// What a server wants a reply to.
struct Sampling {
  std::string system;
  std::vector<Message> messages;
  std::vector<ToolSpec> tools;
};

/// From the params of sampling/createMessage. Fails with kInvalidInput when there is nothing to reply to.
Result<Sampling> sampling_from(const Json& params);

/// The reply as a CreateMessageResult.
Json sampled_message(const ChatReply& reply);

}  // namespace troupe

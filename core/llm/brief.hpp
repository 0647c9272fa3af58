// How a message to an agent is laid out: the patterns write it, and the offline model reads it.
#pragma once

#include <string_view>

namespace troupe::brief {

inline constexpr std::string_view kTask = "The task:\n";
inline constexpr std::string_view kWholeTask = "The whole task, which several agents share:\n";
inline constexpr std::string_view kPart = "\n\nYour part of it:\n";
inline constexpr std::string_view kAgents = "\n\nThe agents:";
inline constexpr std::string_view kSoFar = "\n\nWhat happened so far:";
inline constexpr std::string_view kCriteria = "\n\nThe criteria:";
/// Before the name of who gave the result, and behind it.
inline constexpr std::string_view kResult = "\n\n<result of=\"", kResultText = "\">\n", kResultEnd = "\n</result>";
inline constexpr std::string_view kForm =
    "\n\nReply with one JSON object and nothing else. It has to fit this JSON Schema:\n";
/// The tools by which an agent of a swarm hands the work over begin so.
inline constexpr std::string_view kHandOver = "hand_over_to_";

/// The tool by which an agent with very many tools finds those that it is not shown.
inline constexpr std::string_view kSearchTools = "search_tools";

/// The tool by which an agent reads on in a result that was cut.
inline constexpr std::string_view kReadResult = "read_result";

}  // namespace troupe::brief

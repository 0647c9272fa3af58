// The neutral form of a conversation: what every provider's codec reads and writes, and what journals hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/money.hpp"
#include "base/numbers.hpp"

namespace troupe {

struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments;       // an object as canonical JSON; empty when the model wrote something else
  std::string malformed = {};  // what it wrote instead of an object

  const std::string& written() const { return malformed.empty() ? arguments : malformed; }
};

struct Usage {
  std::int64_t input_tokens = 0;   // cached ones included
  std::int64_t output_tokens = 0;  // reasoning included
  std::int64_t cached_tokens = 0;
  std::int64_t written_tokens = 0;  // of the input ones: kept by the vendor for later, where that has a price
  std::int64_t reasoning_tokens = 0;
  NanoUsd cost = 0;

  Usage& operator+=(const Usage& other);
  bool operator==(const Usage&) const = default;
  std::int64_t tokens() const { return sum(input_tokens, output_tokens); }
};

/// What a vendor's model thought, in that vendor's own words: it wants them back in later turns, and no other can read
/// them.
struct Thoughts {
  std::string codec = {};   // Codec::name() of who wrote them
  std::string blocks = {};  // canonical JSON, as that codec wants it back; empty: none

  bool operator==(const Thoughts&) const = default;
};

/// A picture for a model that sees: base64, or an address that the vendor fetches.
struct Image {
  std::string media_type = {};  // such as "image/png"
  std::string base64 = {};
  std::string url = {};
};

/// One reply of a model.
struct ChatReply {
  std::string text;
  std::vector<ToolCall> calls;
  Usage usage;
  std::string finish;  // "stop", "tool_calls", "length", "window" (no more room to read), "blocked", "refused"
  std::string model;   // which model answered, in the vendor's words
  Thoughts thoughts = {};
  std::string by = {};    // "provider:model", if it was another than the step asked
  std::string lost = {};  // a usage as journals hold it, of tries before it that broke off; empty: none that is known
};

struct Message {
  enum class Role : unsigned char { kSystem, kUser, kAssistant, kTool };

  Role role = Role::kUser;
  std::string text;
  std::vector<ToolCall> calls;     // of an assistant
  std::string call_id;             // of a tool's result
  bool failed = false;             // of a tool's result
  std::string tool = {};           // of a tool's result: its name
  Thoughts thoughts = {};          // of an assistant
  std::vector<Image> images = {};  // of a user, or a tool's result
};

/// What a model may know of a tool.
struct ToolSpec {
  std::string name;  // unique in the run; what models call
  std::string description;
  Json input_schema;                     // JSON Schema of an object
  std::string server;                    // which server has it; empty: a tool of the application
  std::string server_name;               // its name there
  std::vector<std::string> equals = {};  // other servers that have the same tool, as good as the first
  bool read_only = false, destructive = true, idempotent = false, open_world = true;
  bool says_effect = false;  // its server says itself whether it only reads, or what it may destroy
  bool says_world = false;   // and whether it reaches beyond its own walls
  bool shared_name = false;  // another server of the run has a tool that models would call the same; not journalled
};

/// The names by which a server is asked for its resources; no tool of MCP may have a slash in its name.
inline constexpr std::string_view kListResources = "resources/list";
inline constexpr std::string_view kReadResource = "resources/read";

/// A tool's name as models accept it: letters, digits, _ and -, at most 64.
std::string callable_name(std::string_view name);

/// As journals hold it: canonical JSON. What is zero and rare is left out.
std::string written(const Usage& usage);
Usage usage_from(std::string_view written);
/// A reply as journals hold it: canonical JSON.
std::string written(const ChatReply& reply);
ChatReply reply_from(std::string_view written);
Json to_json(const ToolSpec& tool);
ToolSpec tool_from_json(const Json& json);

}  // namespace troupe

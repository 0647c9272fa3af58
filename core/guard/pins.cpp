#include "guard/pins.hpp"

#include <utility>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostShown = 400;  // bytes of a description

std::string digest_of(const ToolSpec& tool) { return hex(sha256(tool.description, dump_json(tool.input_schema)), 8); }

/// What a tool says that it does, on which approvals are built.
std::string hints_of(const ToolSpec& tool) {
  if (tool.read_only) return tool.open_world ? "only reads, also outside" : "only reads";
  return joined({tool.destructive ? "may destroy" : "writes", tool.idempotent ? ", the same when repeated" : "",
                 tool.open_world ? ", also outside" : ""});
}

}  // namespace

Result<Pins> Pins::from_json(const Json& json) {
  const auto wrong = [] {
    return failure(Code::kInvalidInput,
                   "The \"pins\" are not what an engine of troupe gave. Leave them out to begin anew.");
  };
  Pins pins;
  if (!json.is_null() && !json.is_object()) return wrong();
  for (const auto& [server, tools] : members(json)) {
    if (!tools.is_object()) return wrong();
    for (const auto& [tool, pin] : members(tools)) {
      const std::string_view digest = text_field(pin, "digest");
      if (digest.empty()) return wrong();
      pins.pins_[server][tool] = {std::string(digest), std::string(text_field(pin, "description")),
                                  std::string(text_field(pin, "hints"))};
    }
  }
  return pins;
}

Json Pins::look_at(const ToolSpec& tool) {
  Pin& pin = pins_[tool.server][tool.server_name];
  if (pin.digest.empty()) accept(tool);
  const std::string hints = hints_of(tool);
  if (pin.hints.empty()) pin.hints = hints;  // kept before there were any
  if (pin.digest == digest_of(tool) && pin.hints == hints) return {};
  std::string now(utf8_prefix(tool.description, kMostShown)), was = pin.description;
  if (pin.hints != hints) {
    now += joined({" (It says that it ", hints, ".)"});
    was += joined({" (It said that it ", pin.hints, ".)"});
  } else if (now == was) {
    now += joined({" (What is new stands behind this, or in its arguments: ",
                   utf8_prefix(std::string_view(tool.description).substr(now.size()), kMostShown), ")"});
  }
  return object({{"now", now}, {"server", tool.server}, {"tool", tool.name}, {"was", was}});
}

void Pins::accept(const ToolSpec& tool) {
  pins_[tool.server][tool.server_name] = {digest_of(tool), std::string(utf8_prefix(tool.description, kMostShown)),
                                          hints_of(tool)};
}

Json Pins::to_json() const {
  Json json = Json::object();
  for (const auto& [server, tools] : pins_) {
    for (const auto& [tool, pin] : tools)
      json[server][tool] = object({{"description", pin.description}, {"digest", pin.digest}, {"hints", pin.hints}});
  }
  return json;
}

}  // namespace troupe

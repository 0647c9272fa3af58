#include "guard/pins.hpp"

#include <utility>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostShown = 400;  // bytes of a description

std::string digest_of(const ToolSpec& tool) { return hex(sha256(tool.description, dump_json(tool.input_schema)), 8); }

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
      pins.pins_[server][tool] = {std::string(digest), std::string(text_field(pin, "description"))};
    }
  }
  return pins;
}

Json Pins::look_at(const ToolSpec& tool) {
  Pin& pin = pins_[tool.server][tool.server_name];
  if (pin.digest.empty()) accept(tool);
  if (pin.digest == digest_of(tool)) return {};
  return object({{"now", utf8_prefix(tool.description, kMostShown)},
                 {"server", tool.server},
                 {"tool", tool.name},
                 {"was", pin.description}});
}

void Pins::accept(const ToolSpec& tool) {
  pins_[tool.server][tool.server_name] = {digest_of(tool), std::string(utf8_prefix(tool.description, kMostShown))};
}

Json Pins::to_json() const {
  Json json = Json::object();
  for (const auto& [server, tools] : pins_) {
    for (const auto& [tool, pin] : tools)
      json[server][tool] = object({{"description", pin.description}, {"digest", pin.digest}});
  }
  return json;
}

}  // namespace troupe

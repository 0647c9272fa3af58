#include "guard/pins.hpp"

#include <algorithm>
#include <utility>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostKept = 16'384;   // bytes of a description, and of what arguments there are
constexpr std::size_t kMostKeptOnce = 400;  // before arguments were kept, too
constexpr std::size_t kBefore = 200;        // of what is the same, shown before what is not

std::string digest_of(const ToolSpec& tool) { return hex(sha256(tool.description, dump_json(tool.input_schema)), 8); }

/// What a tool says that it does, on which approvals are built.
std::string hints_of(const ToolSpec& tool) {
  if (tool.read_only) return tool.open_world ? "only reads, also outside" : "only reads";
  return joined({tool.destructive ? "may destroy" : "writes", tool.idempotent ? ", the same when repeated" : "",
                 tool.open_world ? ", also outside" : ""});
}

/// Two texts are the same if this is: what is cut off is there by its hash.
std::string kept(std::string_view text) {
  const std::string_view beginning = utf8_prefix(text, kMostKept);
  if (beginning.size() == text.size()) return std::string(text);
  return joined({beginning, " [Cut here: ", decimal(static_cast<std::int64_t>(text.size() - beginning.size())),
                 " more bytes, with the SHA-256 ", hex(sha256(text), 8), "]"});
}

/// What is new in a text that has changed: all of it, or as much as fits from the first difference on.
std::string shown(std::string_view text, std::string_view was) {
  if (text.size() <= kMostKept) return std::string(text);
  const auto [here, there] = std::ranges::mismatch(text, was);
  const auto same = static_cast<std::size_t>(here - text.begin());
  const std::size_t from = utf8_prefix(text, same < kBefore ? 0 : same - kBefore).size();
  return joined({from == 0 ? "" : "[As before up to here] ", kept(text.substr(from))});
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
      pins.keep(server, tool,
                {std::string(digest), std::string(text_field(pin, "description")),
                 std::string(text_field(pin, "arguments")), std::string(text_field(pin, "hints"))});
    }
  }
  return pins;
}

void Pins::keep(const std::string& server, const std::string& tool, Pin pin) {
  if (std::string called = callable_name(tool); called != tool) renamed_[server][std::move(called)] = tool;
  pins_[server][tool] = std::move(pin);
}

Pins::Pin* Pins::find(const ToolSpec& tool) {
  std::map<std::string, Pin, std::less<>>& pins = pins_[tool.server];
  const auto own = pins.find(tool.server_name);
  if (own != pins.end()) return &own->second;
  const std::string called = callable_name(tool.server_name);
  if (const auto other = pins.find(called); other != pins.end()) return &other->second;
  const auto& renamed = renamed_[tool.server];
  const auto other = renamed.find(called);
  return other == renamed.end() ? nullptr : &pins[other->second];
}

Json Pins::look_at(const ToolSpec& tool) {
  Pin* pin = find(tool);
  if (pin == nullptr) {
    accept(tool);
    return {};
  }
  const std::string hints = hints_of(tool);
  if (pin->hints.empty()) pin->hints = hints;  // kept before there were any
  const bool same_words = pin->digest == digest_of(tool);
  if (same_words && pin->hints == hints) return {};
  std::string now = shown(tool.description, pin->description), was = pin->description;
  const bool before_arguments = pin->arguments.empty();
  if (before_arguments && was.size() + 4 > kMostKeptOnce) was += " [Perhaps cut here]";
  if (pin->hints != hints) {
    now += joined({"\n(It says that it ", hints, ".)"});
    was += joined({"\n(It said that it ", pin->hints, ".)"});
  }
  const std::string arguments = dump_json(tool.input_schema);
  if (before_arguments && !same_words) {
    was += "\n(Its arguments were not kept.)";
    now += joined({"\n(Its arguments: ", shown(arguments, {}), ")"});
  } else if (!same_words && pin->arguments != kept(arguments)) {
    was += joined({"\n(Its arguments: ", pin->arguments, ")"});
    now += joined({"\n(Its arguments: ", shown(arguments, pin->arguments), ")"});
  }
  return object({{"now", now}, {"server", tool.server}, {"tool", tool.name}, {"was", was}});
}

void Pins::accept(const ToolSpec& tool) {
  keep(tool.server, tool.server_name,
       {digest_of(tool), kept(tool.description), kept(dump_json(tool.input_schema)), hints_of(tool)});
}

Json Pins::to_json() const {
  Json json = Json::object();
  for (const auto& [server, tools] : pins_) {
    for (const auto& [tool, pin] : tools) {
      Json& one = json[server][tool] =
          object({{"description", pin.description}, {"digest", pin.digest}, {"hints", pin.hints}});
      if (!pin.arguments.empty()) one["arguments"] = pin.arguments;
    }
  }
  return json;
}

}  // namespace troupe

#include "guard/egress.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/address.hpp"
#include "guard/address_fields.hpp"
#include "guard/wildcard.hpp"
#include "guard/written_host.hpp"

namespace troupe {
namespace {

/// Arguments of these names were hosts, even without a scheme, before flag 13.
constexpr std::array<std::string_view, 4> kHostNames = {"host", "hostname", "domain", "ip"};

bool names(std::string_view task, const std::string& host) {
  const std::vector<std::string> hosts = hosts_named_in(task);
  return std::ranges::find(hosts, host) != hosts.end();
}

std::string lacks_clearness(std::string_view text) {
  return joined({"\"", repaired_utf8(utf8_prefix(text, 100)),
                 "\" cannot be read as the address of one host, which this run has to know. Give one whole address "
                 "in plain letters, such as https://example.com/page."});
}

/// Calls `look` with each text and the name of the argument it belongs to.
template <class Look>
void each_text(const Json& arguments, std::string_view name, const Look& look) {
  if (arguments.is_string()) {
    look(name, std::string_view(arguments.get_ref<const std::string&>()));
  } else if (arguments.is_object()) {
    for (const auto& [key, value] : members(arguments)) each_text(value, key, look);
  } else if (arguments.is_array()) {
    for (const Json& value : arguments) each_text(value, name, look);
  }
}

}  // namespace

Result<Egress> Egress::from_json(const Json& json) {
  const auto wrong = [](std::string_view what) { return failure(Code::kInvalidInput, std::string(what)); };
  Egress egress;
  egress.off_ = json.is_boolean() && !json.get<bool>();
  if (egress.off_ || json.is_null()) return egress;
  if (!json.is_object()) return wrong("The option \"egress\" is false, or an object with \"hosts\" and \"private\".");
  for (const auto& [name, value] : members(json)) {
    if (name == "private" && value.is_boolean()) {
      egress.private_ = value.get<bool>();
    } else if (name == "hosts" && value.is_array()) {
      egress.hosts_.emplace();
      for (const Json& each : value) {
        if (!each.is_string()) return wrong("The \"hosts\" of \"egress\" are names such as *.example.com.");
        egress.hosts_->push_back(lower(each.get_ref<const std::string&>()));
      }
    } else {
      return wrong("The option \"egress\" has a list of \"hosts\" and \"private\": true or false.");
    }
  }
  return egress;
}

bool Egress::is_listed(std::string_view host) const {
  return std::ranges::any_of(*hosts_, [&](const std::string& each) { return fits_wildcard(each, host); });
}

std::optional<std::string> Egress::objection_to(std::string_view host, bool is_private, bool is_named) const {
  if (hosts_) {
    if (is_listed(host)) return std::nullopt;
    return joined({"The host \"", utf8_prefix(host, 100), "\" is not among those that this run may reach."});
  }
  if (private_ || !is_private || is_named) return std::nullopt;
  return joined(
      {"\"", utf8_prefix(host, 100),
       "\" is a private address, which this run may not reach unless its task or its option \"egress\" names it."});
}

std::optional<std::string> Egress::objection(const ToolSpec& tool, const Json& arguments, std::string_view task,
                                             Reading reading) const {
  if (off_ || tool.server.empty() || !tool.open_world) return std::nullopt;
  if (reading != Reading::kStrict) return objection_as_before(arguments, task, reading == Reading::kAsFetched);
  if (private_ && !hosts_) return std::nullopt;
  std::optional<std::string> objection;
  each_address(arguments, tool.input_schema, [&](const AddressField& field) {
    if (objection || (field.place.kind == Place::Kind::kNowhere && !(hosts_ && field.is_named))) return;
    const Place& place = field.place;
    if (place.kind != Place::Kind::kHost) {
      objection = lacks_clearness(field.text);
    } else {
      objection = objection_to(place.host, place.is_private, place.is_private && names(task, place.host));
    }
  });
  return objection;
}

std::optional<std::string> Egress::objection_as_before(const Json& arguments, std::string_view task,
                                                       bool as_fetched) const {
  std::optional<std::string> objection;
  each_text(arguments, {}, [&](std::string_view name, std::string_view text) {
    if (objection) return;
    std::string host = as_fetched ? host_of(text) : host_as_written(text);
    const bool bare = std::ranges::find(kHostNames, name) != kHostNames.end() && text.size() < 256 &&
                      text.find_first_of(" \t\n,/") == std::string_view::npos;
    if (host.empty() && bare) host = lower(text);
    if (!host.empty()) objection = objection_to(host, is_private(host), contains(lower(task), host));
  });
  return objection;
}

}  // namespace troupe

// Asking servers for their tools: one step of the run, so that replay and other hosts see the same tools.
#include <algorithm>
#include <iterator>
#include <map>

#include "agents/agent.hpp"
#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "run/all.hpp"
#include "run/traffic.hpp"

namespace troupe {
namespace {

/// Names that are taken get the server's name in front, and then a number.
void make_unique(std::vector<ToolSpec>& tools) {
  Json taken = Json::object();  // name -> the last number that it got: all tools of a server may have one name
  for (ToolSpec& tool : tools) {
    std::string name = callable_name(tool.name);
    if (taken.contains(name) && !tool.server.empty()) name = callable_name(joined({tool.server, "__", tool.name}));
    const std::string base = name.substr(0, 60);
    if (taken.contains(name)) {
      std::int64_t last = std::max<std::int64_t>(1, integer_field(taken, base));
      do name = joined({base, "_", decimal(++last)});
      while (taken.contains(name));
      taken[base] = last;
    }
    if (!taken.contains(name)) taken[name] = 1;
    tool.name = name;
  }
}

Task<std::vector<ToolSpec>> list_of(RunState* state, std::string server) {
  Turn turn(state->services.traffic, {joined({"server ", server}), {}, &state->party});
  Result<> may = co_await turn;
  co_await std::move(may);
  const Result<std::vector<ToolSpec>> list = co_await settled(state->services.servers.list_tools(std::move(server)));
  turn.ended(list ? nullptr : &list.error());
  std::vector<ToolSpec> tools = co_await Result<std::vector<ToolSpec>>(list);
  co_return tools;
}

/// The tools of a server, or of one that is the same. They are the first one's.
Task<std::vector<ToolSpec>> list_of_any(RunState* state, std::string server) {
  std::vector<std::string> equals = state->services.servers.equals(server);
  Result<std::vector<ToolSpec>> list = co_await settled(list_of(state, server));
  for (std::size_t i = 0; !list && i < equals.size(); ++i) {
    Result<std::vector<ToolSpec>> other = co_await settled(list_of(state, equals[i]));
    if (other) list = std::move(other);
  }
  std::vector<ToolSpec> tools = co_await std::move(list);
  for (ToolSpec& tool : tools) {
    tool.server = server;
    tool.equals = equals;
  }
  co_return tools;
}

Task<std::string> ask_servers(RunState* state, std::vector<std::string> names) {
  const Services& services = state->services;
  std::string& own = services.latest_tools.own;
  if (names.empty() && !own.empty()) co_return own;
  state->tools_as_of = services.servers.changes(names);
  std::vector<Task<std::vector<ToolSpec>>> lists;
  for (const std::string& name : names) lists.push_back(list_of_any(state, name));
  std::vector<Task<std::vector<ToolSpec>>> listed = co_await all(std::move(lists));
  std::vector<ToolSpec> tools = services.tools;
  Json value = object({{"failed", Json::array()}});
  for (std::size_t i = 0; i < listed.size(); ++i) {
    Result<std::vector<ToolSpec>> list = listed[i].take();
    if (!list) {
      value["failed"].push_back(object({{"server", names[i]}, {"sentence", list.error().whole()}}));
      continue;
    }
    std::ranges::move(*list, std::back_inserter(tools));
  }
  make_unique(tools);
  value["tools"] = Json::array();
  for (const ToolSpec& tool : tools) {
    value["tools"].push_back(to_json(tool));
    if (tool.server.empty()) continue;
    if (Json changed = services.pins.look_at(tool); !changed.is_null()) value["changed"].push_back(std::move(changed));
  }
  std::string known = dump_json(value);
  if (names.empty()) own = known;
  co_return known;
}

/// By what models would call them if there were no others: the server of the first, and an empty text once a second
/// server has one.
std::map<std::string, std::string> owners_of_names(const Json& tools) {
  std::map<std::string, std::string> owners;
  for (const Json& item : tools) {
    const std::string_view server = text_field(item, "server");
    const auto [at, first] = owners.try_emplace(callable_name(text_field(item, "server_name")), server);
    if (!first && at->second != server) at->second.clear();
  }
  return owners;
}

std::shared_ptr<const ToolBox> make_box(const std::vector<std::string>& wanted, const Json& value) {
  std::vector<ToolSpec> tools;
  const std::map<std::string, std::string> owners = owners_of_names(field(value, "tools"));
  for (const Json& item : field(value, "tools")) {
    ToolSpec tool = tool_from_json(item);
    tool.shared_name = !tool.server.empty() && owners.at(callable_name(tool.server_name)).empty();
    if (wanted.empty() || std::ranges::find(wanted, tool.name) != wanted.end()) tools.push_back(std::move(tool));
  }
  return std::make_shared<const ToolBox>(std::move(tools));
}

std::shared_ptr<const ToolBox> box_of(const RunState& state, std::string known) {
  LatestTools& latest = state.services.latest_tools;
  std::shared_ptr<const ToolBox> box = latest.box.lock();
  if (box && latest.wanted == state.config.tools && latest.known == known) return box;
  box = make_box(state.config.tools, parse_json(known).value_or(Json()));
  latest.known = std::move(known);
  latest.wanted = state.config.tools;
  latest.box = box;
  return box;
}

/// What the value says of servers that gave no tools, in a sentence for the model.
std::string unreachable_in(std::string_view known) {
  std::string sentences;
  for (const std::string_view item : items_within(Fields::within(known).raw("failed"))) {
    const Fields failed = Fields::within(item);
    sentences += joined({"The server \"", failed.text("server"), "\" cannot be used: ", failed.text("sentence"), "\n"});
  }
  return sentences;
}

/// Asks whether tools whose words have changed may be used. Gives what is left of the step's value.
Task<std::string> without_held(Context context, std::string value) {
  if (Fields::within(value).raw("changed").empty() || !context.run().header().has(kSupervised)) co_return value;
  Json known = parsed_part(value);
  const Json& changed = field(known, "changed");
  std::string names;
  for (const Json& each : changed) append(names, {names.empty() ? "" : ", ", text_field(each, "tool")});
  const std::string sentence =
      joined({"What these tools say of themselves is not what it was when they were first seen: ", names,
              ". May this run use them?"});
  const Json answer =
      co_await ask(context, object({{"subject", "changed_tools"}, {"sentence", sentence}, {"changed", changed}}));
  const bool approved = flag_field(answer, "approve");
  Json kept = Json::array();
  for (const Json& item : field(known, "tools")) {
    const ToolSpec tool = tool_from_json(item);
    const bool is_changed =
        std::ranges::any_of(changed, [&](const Json& each) { return text_field(each, "tool") == tool.name; });
    if (is_changed && approved && context.run().live()) context.state().services.pins.accept(tool);
    if (!is_changed || approved) kept.push_back(item);
  }
  known["tools"] = std::move(kept);
  co_return dump_json(known);
}

std::shared_ptr<const ToolBox> part_of(RunState& state, const std::optional<std::vector<std::string>>& names,
                                       const std::vector<ToolSpec>& exits) {
  if (!names && exits.empty()) return state.tools;
  std::string key = names ? "" : "*";
  for (const std::string& each : names.value_or(std::vector<std::string>())) append(key, {each, "\n"});
  for (const ToolSpec& each : exits) append(key, {"\t", each.name, "\n", each.description});
  std::shared_ptr<const ToolBox>& box = state.boxes[key];
  if (box) return box;
  std::vector<ToolSpec> tools;
  for (const ToolSpec& each : state.tools->tools) {
    if (!names || std::ranges::find(*names, each.name) != names->end()) tools.push_back(each);
  }
  tools.insert(tools.end(), exits.begin(), exits.end());
  return box = std::make_shared<const ToolBox>(std::move(tools));
}

void warn_of_missing(const Context& context) {
  const RunState& state = context.state();
  for (const std::string_view line : split(state.unreachable, '\n')) {
    if (!line.empty()) warn(context, line);
  }
  for (const std::string& wanted : state.config.tools) {
    if (std::ranges::find(state.tools->tools, wanted, &ToolSpec::name) == state.tools->tools.end())
      warn(context, joined({"No server has the tool \"", wanted, "\" that this run may use."}));
  }
}

}  // namespace

Task<> learn_tools(Context context) {
  RunState& state = context.state();
  StepRequest request;
  request.kind = "tools";
  request.args = dump_json(object({{"servers", Json(state.config.servers)}}));
  request.operation = [&state](StepName) { return ask_servers(&state, state.config.servers); };
  const std::string listed = co_await context.step(std::move(request));
  std::string value = co_await without_held(context, listed);
  state.unreachable = unreachable_in(value);
  state.tools = box_of(state, std::move(value));
  state.boxes.clear();
  warn_of_missing(context);
}

Task<std::shared_ptr<const ToolBox>> known_tools(Context context) {
  if (!context.state().tools) co_await learn_tools(context);
  co_return context.state().tools;
}

std::shared_ptr<const ToolBox> tools_of(const Agent& agent, RunState& state) {
  return part_of(state, agent.tools, agent.exits);
}

std::shared_ptr<const ToolBox> shown_to(const Agent& agent, RunState& state) {
  return part_of(state, agent.shown ? agent.shown : agent.tools, agent.exits);
}

}  // namespace troupe

#include "agents/tool_search.hpp"

#include <algorithm>
#include <utility>

#include "agents/judgement.hpp"
#include "base/text.hpp"
#include "llm/brief.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kMostFound = 8;
constexpr std::size_t kMostOfQuery = 2000;  // bytes
constexpr std::size_t kMostOfDescription = 160;

std::string described(const ToolBox& box, const std::vector<std::string>& names) {
  std::string text = names.empty() ? "No tool fits that. Say it in other words." : "You can call these tools now:";
  for (const std::string& name : names) {
    const auto tool = std::ranges::find(box.tools, name, &ToolSpec::name);
    if (tool != box.tools.end()) append(text, {"\n- ", name, ": ", utf8_prefix(tool->description, kMostOfDescription)});
  }
  return text;
}

}  // namespace

ToolSpec search_tools_spec() {
  ToolSpec tool;
  tool.name = brief::kSearchTools;
  tool.description = "Finds more tools than those you see, by what they do. What it finds can be called afterwards.";
  tool.input_schema = parsed_part(
      R"({"type":"object","properties":{"query":{"type":"string","description":"What the tool has to do, in a few words"}},)"
      R"("required":["query"]})");
  tool.read_only = true;
  return tool;
}

Task<std::vector<std::string>> fitting_tools(Context context, const Agent* agent, std::string text, std::int64_t most) {
  RunState* state = &context.state();
  text = utf8_prefix(text, kMostOfQuery);
  const std::vector<std::string>* own = agent->tools && context.run().header().has(kMended) ? &*agent->tools : nullptr;
  StepRequest request;
  request.kind = "search";
  request.args = ObjectText().number("most", most).text("query", text).finish();
  request.operation = [state, text, most, own](StepName) {
    return at_once(state->services.judgement.tools_entry(text, *state->tools, own, static_cast<std::size_t>(most)));
  };
  const std::string value = co_await context.step(std::move(request));
  std::vector<std::string> names;
  for (const std::string_view name : items_of(value)) names.push_back(unquoted(name));
  co_return names;
}

Task<ToolResult> search_tools(Context context, Agent* agent, ToolCall call) {
  const Json arguments = parsed_part(call.arguments);
  const std::vector<std::string> names =
      co_await fitting_tools(context, agent, std::string(text_field(arguments, "query")), kMostFound);
  for (const std::string& name : names) {
    if (std::ranges::find(*agent->shown, name) == agent->shown->end()) agent->shown->push_back(name);
  }
  ToolResult result;
  result.text = described(*context.state().tools, names);
  co_return result;
}

}  // namespace troupe

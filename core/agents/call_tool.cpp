// One tool call, from what the model wrote to what it reads.
#include "agents/agent.hpp"
#include "agents/tool_step.hpp"
#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "guard/address.hpp"
#include "guard/look.hpp"
#include "guard/written_host.hpp"
#include "mcp/resource_tools.hpp"
#include "mcp/schema.hpp"

namespace troupe {
namespace {

const ToolSpec* find(const ToolBox& box, std::string_view name) {
  for (const ToolSpec& tool : box.tools) {
    if (tool.name == name) return &tool;
  }
  return nullptr;
}

std::string no_such_tool(const ToolBox& box, std::string_view name) {
  const ToolSpec* nearest = nullptr;
  std::size_t distance = name.size() / 2 + 1;
  for (const ToolSpec& tool : box.tools) {
    const std::size_t edits = edit_distance(utf8_prefix(name, 64), tool.name);
    if (edits < distance) {
      distance = edits;
      nearest = &tool;
    }
  }
  std::string sentence = joined({"There is no tool \"", utf8_prefix(name, 64), "\"."});
  if (nearest != nullptr) return joined({sentence, " Did you mean \"", nearest->name, "\"?"});
  for (std::size_t i = 0; i < box.tools.size() && i < 20; ++i) {
    sentence += (i == 0 ? " There are: " : ", ") + box.tools[i].name;
  }
  return sentence;
}

/// What is wrong with the call before anybody is asked: malformed arguments never reach a person.
std::optional<ToolResult> objection(const ToolBox& box, const ToolCall& call, const Json& arguments, bool whole) {
  const ToolSpec* tool = find(box, call.name);
  if (tool == nullptr) return refused(no_such_tool(box, call.name));
  if (!call.malformed.empty()) {
    return refused(
        joined({"The arguments of \"", call.name, "\" are not a JSON object: ", utf8_prefix(call.malformed, 200)}));
  }
  const std::vector<std::string> errors = schema_errors(tool->input_schema, arguments, whole);
  if (errors.empty()) return std::nullopt;
  std::string sentence = joined({"The arguments do not fit the schema of \"", call.name, "\":"});
  for (const std::string& error : errors) sentence += joined({"\n- ", error});
  return refused(joined({sentence, "\nCorrect them and call again."}));
}

std::optional<std::string> egress_objection(const Context& context, const ToolSpec& tool, const Json& arguments) {
  using enum Egress::Reading;
  const Header& header = context.run().header();
  const Egress::Reading reading = header.has(kWary) ? kStrict : header.has(kTightened) ? kAsFetched : kAsWritten;
  // What a server calls its resources, such as note://today, leads nowhere but to it.
  const std::string_view uri = text_field(arguments, "uri");
  const bool at_home = header.has(kMended) && tool.server_name == kReadResource &&
                       !(reading == kStrict ? may_be_fetched(uri) : is_web_address(uri));
  if (at_home) return std::nullopt;
  return context.state().config.egress.objection(tool, arguments, header.task, reading);
}

/// Asks about exactly this call. Whatever is not a clear yes to it is a no.
Task<std::optional<std::string>> denial(Context context, const ToolSpec* tool, Json arguments,
                                        std::optional<Json> path) {
  const std::string hash = approval_hash(tool->name, dump_json(arguments));
  Json question = object({{"subject", "approval"},
                          {"sentence", joined({"May \"", tool->name, "\" be called with these arguments?"})},
                          {"tool", tool->name}});
  if (!tool->server.empty()) question["server"] = tool->server;
  if (path) {
    question["sentence"] =
        joined({"May \"", tool->name,
                "\" be called with these arguments? What was read in this run may have made the model ask for it."});
    question["path"] = std::move(*path);
  }
  question["arguments"] = std::move(arguments);
  question["hash"] = hash;
  const Json answer = co_await ask(context, std::move(question));
  if (flag_field(answer, "approve") && text_field(answer, "hash") == hash) co_return std::nullopt;
  std::string reason(trim(text_field(answer, "reason")));
  if (!context.run().header().has(kWary)) reason = text_field(answer, "reason");
  else if (!reason.empty() && std::string_view(".!?").find(reason.back()) == std::string_view::npos) reason += '.';
  co_return joined({"This call was denied by a person", (reason.empty() ? "." : joined({": ", reason})),
                    " Do not try it again; find another way or say that it could not be done."});
}

/// Whether the call may be made, by the rules of approvals and the rule of two; why not, if not.
Task<std::optional<std::string>> forbidden(Context context, const ToolSpec* tool, Json arguments) {
  const Header& header = context.run().header();
  const Look look = look_of(header);
  RuleOfTwo& rule = context.state().rule_of_two;
  const Verdict verdict = context.state().config.approvals.judge(*tool, arguments, look);
  if (verdict == Verdict::kDeny) co_return joined({"The tool \"", tool->name, "\" is not allowed in this run."});
  const bool guarded = header.has(kRuleOfTwo);
  std::optional<Json> path;
  if (guarded) path = rule.objection(*tool, arguments, header.task, look);
  if (verdict == Verdict::kAsk || path) {
    const bool told = path.has_value();
    std::optional<std::string> no = co_await denial(context, tool, arguments, std::move(path));
    if (no) co_return no;
    // While the person thought about it other calls may have read what they were not told of.
    path = guarded && !told && look == Look::kWary ? rule.objection(*tool, arguments, header.task, look) : std::nullopt;
    if (path) {
      no = co_await denial(context, tool, arguments, std::move(path));
      if (no) co_return no;
    }
  }
  // Nothing is waited for between the rule's word and this: calls of one turn see each other, in their order.
  if (guarded && look == Look::kWary) rule.did(*tool, arguments, look);
  co_return std::nullopt;
}

}  // namespace

bool fits(const ToolBox& tools, const ToolCall& call) {
  const Json arguments = parse_json(call.arguments).value_or(Json());
  return !objection(tools, call, arguments, true);
}

Task<ToolResult> call_tool(Context context, std::shared_ptr<const ToolBox> tools, const ToolCall* call) {
  Json arguments = parse_json(call->arguments).value_or(Json());
  const bool whole = context.run().header().has(kWholeSchemas);
  if (std::optional<ToolResult> wrong = objection(*tools, *call, arguments, whole)) co_return *wrong;
  const ToolSpec* tool = find(*tools, call->name);
  if (tool->server == kExit) {
    co_return refused(
        joined({"\"", call->name,
                "\" was not called: it has to be the only call of its turn. Look at the other results first."}));
  }

  if (context.run().header().has(kSupervised)) {
    const std::optional<std::string> no = egress_objection(context, *tool, arguments);
    if (no) co_return refused(*no);
  }

  const std::optional<std::string> no = co_await forbidden(context, tool, arguments);
  if (no) co_return refused(*no);

  const std::optional<Stop> stop = co_await admit(context, {});
  if (stop) co_return refused(joined({"Not called: ", stop->sentence}));
  const Look look = look_of(context.run().header());
  if (context.run().header().has(kRuleOfTwo) && look != Look::kWary)
    context.state().rule_of_two.did(*tool, arguments, look);
  const Result<std::string> value = co_await settled(carried_out(context, tool, &call->arguments));
  context.state().ledger.settle({});
  if (!value) co_return refused(joined({"The tool \"", call->name, "\" failed: ", value.error().whole()}));
  co_return result_from(*value);
}

}  // namespace troupe

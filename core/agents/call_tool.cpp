// One tool call, from what the model wrote to what it reads.
#include "agents/agent.hpp"
#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "mcp/schema.hpp"
#include "run/exchange.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kToolPatienceMs = 10 * 60'000;

ToolResult refused(std::string sentence) {
  ToolResult result;
  result.text = std::move(sentence);
  result.failed = true;
  return result;
}

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
std::optional<ToolResult> objection(const ToolBox& box, const ToolCall& call, const Json& arguments) {
  const ToolSpec* tool = find(box, call.name);
  if (tool == nullptr) return refused(no_such_tool(box, call.name));
  if (!call.malformed.empty()) {
    return refused(
        joined({"The arguments of \"", call.name, "\" are not a JSON object: ", utf8_prefix(call.malformed, 200)}));
  }
  const std::vector<std::string> errors = schema_errors(tool->input_schema, arguments);
  if (errors.empty()) return std::nullopt;
  std::string sentence = joined({"The arguments do not fit the schema of \"", call.name, "\":"});
  for (const std::string& error : errors) sentence += joined({"\n- ", error});
  return refused(joined({sentence, "\nCorrect them and call again."}));
}

Task<std::string> call_application(Host* host, StepName name, std::string tool, std::string arguments,
                                   std::string key) {
  Head head("tool.call");
  head.text("run", name.run).text("step", name.step).text("tool", tool).text("key", key);
  Exchange exchange(*host, std::move(head), {arguments}, "tool.cancel");
  for (;;) {
    const Reply reply = co_await exchange.next(kToolPatienceMs);
    if (reply.kind == "tool.failed") {
      exchange.close();
      co_return written(refused(Fields(reply.head).text("sentence", "The tool failed.")));
    }
    if (reply.kind != "tool.done") continue;
    exchange.close();
    const std::optional<Json> value = parse_json(reply.body);
    co_return written(value ? result_of_mcp(*value) : refused("The tool returned something that is no JSON."));
  }
}

Task<std::string> call_server(Servers* servers, std::string server, std::string tool, Json arguments) {
  const ToolResult result = co_await servers->call_tool(std::move(server), std::move(tool), std::move(arguments));
  co_return written(result);
}

Effect effect_of(const ToolSpec& tool) {
  if (tool.read_only) return Effect::kNone;
  return tool.idempotent ? Effect::kIdempotent : Effect::kOnce;
}

StepRequest tool_step(Services services, const ToolSpec& tool, const ToolCall& call, Json arguments) {
  StepRequest request;
  request.kind = "tool";
  ObjectText args;
  args.raw("arguments", call.arguments);
  if (!tool.server.empty()) args.text("server", tool.server);
  request.args = args.text("tool", tool.name).finish();
  request.effect = effect_of(tool);
  request.skipped = written(refused("It is not known whether this call was carried out. Go on without its result."));
  if (tool.server.empty()) {
    request.operation = [services, tool = tool.name, arguments = call.arguments](StepName name) {
      const std::string key = joined({name.run, "/", name.step});
      return call_application(&services.host, name, tool, arguments, key);
    };
  } else {
    request.operation = [services, server = tool.server, tool = tool.server_name, arguments = std::move(arguments)](
                            StepName) { return call_server(&services.servers, server, tool, arguments); };
  }
  return request;
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
  const std::string_view reason = text_field(answer, "reason");
  co_return joined({"This call was denied by a person", (reason.empty() ? "." : joined({": ", reason})),
                    " Do not try it again; find another way or say that it could not be done."});
}

}  // namespace

bool fits(const ToolBox& tools, const ToolCall& call) {
  const Json arguments = parse_json(call.arguments).value_or(Json());
  return !objection(tools, call, arguments);
}

Task<ToolResult> call_tool(Context context, std::shared_ptr<const ToolBox> tools, ToolCall call) {
  Json arguments = parse_json(call.arguments).value_or(Json());
  if (std::optional<ToolResult> wrong = objection(*tools, call, arguments)) co_return *wrong;
  const ToolSpec* tool = find(*tools, call.name);
  if (tool->server == kExit) {
    co_return refused(
        joined({"\"", call.name,
                "\" was not called: it has to be the only call of its turn. Look at the other results first."}));
  }

  const Verdict verdict = context.state().config.approvals.judge(*tool, arguments);
  if (verdict == Verdict::kDeny)
    co_return refused(joined({"The tool \"", call.name, "\" is not allowed in this run."}));
  const bool guarded = context.run().header().has(kRuleOfTwo);
  std::optional<Json> path;
  if (guarded) path = context.state().rule_of_two.objection(*tool, arguments, context.run().header().task);
  if (verdict == Verdict::kAsk || path) {
    const std::optional<std::string> no = co_await denial(context, tool, arguments, std::move(path));
    if (no) co_return refused(*no);
  }

  const std::optional<Stop> stop = co_await admit(context, {});
  if (stop) co_return refused(joined({"Not called: ", stop->sentence}));
  if (guarded) context.state().rule_of_two.did(*tool, arguments);
  StepRequest request = tool_step(context.state().services, *tool, call, std::move(arguments));
  const Result<std::string> value = co_await settled(context.step(std::move(request)));
  context.state().ledger.settle({});
  if (!value) co_return refused(joined({"The tool \"", call.name, "\" failed: ", value.error().whole()}));
  co_return result_from(*value);
}

}  // namespace troupe

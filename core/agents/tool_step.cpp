#include "agents/tool_step.hpp"

#include <utility>

#include "agents/server_questions.hpp"
#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "run/exchange.hpp"

namespace troupe {
namespace {

constexpr std::int64_t kToolPatienceMs = 10 * 60'000;
constexpr int kMaxRounds = 16;  // in which a server asks before a call ends

Task<std::string> ask_application(Host* host, StepName name, std::string tool, std::string arguments) {
  Head head("tool.call");
  const std::string key = joined({name.run, "/", name.step});
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

Task<std::string> call_application(RunState* state, StepName name, std::string tool, std::string arguments) {
  Turn turn(state->services.traffic, {joined({"tool ", tool}), {}, &state->party});
  Result<> may = co_await turn;
  co_await std::move(may);
  const Result<std::string> value =
      co_await settled(ask_application(&state->services.host, std::move(name), std::move(tool), std::move(arguments)));
  turn.ended(value ? nullptr : &value.error());
  std::string result = co_await Result<std::string>(value);
  co_return result;
}

/// Of these servers the one that promises the shortest wait; `asked` says which it was.
Task<std::string> call_server(RunState* state, std::vector<std::string> servers, std::string tool,
                              std::string arguments, Answered answered, std::string* asked) {
  Traffic* traffic = state->services.traffic;
  std::vector<Use> uses;
  for (const std::string& each : servers) uses.push_back({joined({"server ", each}), {}, &state->party});
  const std::size_t at = traffic == nullptr || uses.size() == 1 ? 0 : traffic->choose(uses);
  *asked = servers[at];
  std::int64_t& as_of = state->tools_as_of;
  if (as_of < 0) as_of = state->services.servers.changes(state->config.servers);
  Turn turn(traffic, std::move(uses[at]));
  Result<> may = co_await turn;
  co_await std::move(may);
  const Result<ToolResult> result = co_await settled(
      state->services.servers.call_tool(*asked, std::move(tool), std::move(arguments), std::move(answered)));
  turn.ended(result ? nullptr : &result.error());
  ToolResult given = co_await Result<ToolResult>(result);
  if (given.input.is_null()) {
    const std::int64_t changes = state->services.servers.changes(state->config.servers);
    given.tools_changed = std::exchange(as_of, changes) != changes;
  } else {
    given.input["server"] = *asked;
  }
  co_return written(given);
}

Effect effect_of(const ToolSpec& tool) {
  if (tool.read_only) return Effect::kNone;
  return tool.idempotent ? Effect::kIdempotent : Effect::kOnce;
}

std::string unknown_result() {
  return written(refused("It is not known whether this call was carried out. Go on without its result."));
}

/// `tool`, `arguments` and `asked` outlive the step.
StepRequest tool_step(const Context& context, const ToolSpec& tool, const std::string& arguments,
                      const std::string& server, std::vector<std::string> servers, std::string* asked,
                      Answered answered = {}) {
  RunState* const state = &context.state();
  StepRequest request;
  request.kind = "tool";
  request.until_ms = context.ends_ms();
  ObjectText args;
  if (!answered.input.is_null()) args.json("answers", answered.responses);
  args.raw("arguments", arguments);
  if (!server.empty()) args.text("server", server);
  request.args = args.text("tool", tool.name).finish();
  // Asking for a task does nothing to it.
  const bool only_asks = answered.input.contains("task") && answered.responses.empty();
  request.effect = only_asks ? Effect::kNone : effect_of(tool);
  request.skipped = unknown_result;
  if (server.empty()) {
    request.operation = [state, &tool, &arguments](StepName name) {
      return call_application(state, std::move(name), tool.name, arguments);
    };
  } else {
    answered.run = state->party.run;
    request.operation = [state, &tool, &arguments, servers = std::move(servers), answered = std::move(answered),
                         asked](StepName) {
      return call_server(state, servers, tool.server_name, arguments, answered, asked);
    };
  }
  return request;
}

/// Whether another server may do better.
bool is_of_server(Code code) {
  return code == Code::kNetwork || code == Code::kTimeout || code == Code::kOverloaded || code == Code::kRateLimit ||
         code == Code::kProtocol || code == Code::kAuthentication || code == Code::kNotFound;
}

Task<std::string> text_of(std::string json) { co_return json; }

StepRequest recovery_step(const ToolSpec& tool, std::vector<std::string> left, const Error& error) {
  StepRequest request;
  request.kind = "recovery";
  request.args = ObjectText().text("tool", tool.name).text("why", error.whole()).finish();
  std::string list = "[";
  for (const std::string& each : left) {
    if (list.size() > 1) list += ',';
    append_quoted(list, each);
  }
  request.operation = [value = ObjectText().raw("servers", list + "]").finish()](StepName) { return text_of(value); };
  return request;
}

/// A server's question that nobody has answered yet. It is told when nobody will.
class Unanswered {
 public:
  /// One that a journal tells of was asked of another host.
  Unanswered(const Context& context, const Json& input)
      : state_(context.state()),
        server_(text_field(input, "server")),
        open_(context.run().live() ? integer_field(input, "open") : 0) {}
  Unanswered(const Unanswered&) = delete;
  Unanswered& operator=(const Unanswered&) = delete;
  ~Unanswered() {
    if (open_ != 0) state_.services.servers.give_up(server_, open_, state_.party.run);
  }
  void answered() { open_ = 0; }

 private:
  const RunState& state_;
  std::string server_;
  std::int64_t open_;
};

std::string refusal_in(const Json& answers) {
  for (const auto& [key, answer] : members(answers)) {
    if (answer.contains("error")) return std::string(text_field(field(answer, "error"), "message"));
  }
  return {};
}

/// From a result that asks to the one that does not.
Task<std::string> gone_on(Context context, const ToolSpec* tool, const std::string* arguments, std::string value) {
  for (int round = 0; round < kMaxRounds; ++round) {
    const Json input = parse_json(Fields::within(value).raw("input")).value_or(Json());
    if (input.is_null()) co_return value;
    Unanswered unanswered(context, input);
    const Json answers = co_await answers_to(context, tool->name, input);
    const std::string refusal = refusal_in(answers);
    if (!refusal.empty() && integer_field(input, "open") == 0) {  // without a line to say it on
      co_return written(refused(joined({"What the server asked before it would go on was not answered: ", refusal})));
    }
    unanswered.answered();
    const std::string server(text_field(input, "server"));
    std::string asked = server;
    value = co_await context.step(
        tool_step(context, *tool, *arguments, server, {server}, &asked, Answered{input, answers}));
  }
  co_return written(refused("The server asked again and again, and never came to a result."));
}

}  // namespace

ToolResult refused(std::string sentence) {
  ToolResult result;
  result.text = std::move(sentence);
  result.failed = true;
  return result;
}

Task<std::string> carried_out(Context context, const ToolSpec* tool, const std::string* arguments) {
  if (effect_of(*tool) != Effect::kNone) context.state().acted = true;
  std::string server = tool->server, asked;
  std::vector<std::string> servers = {server};
  servers.insert(servers.end(), tool->equals.begin(), tool->equals.end());
  for (;;) {
    asked = server;
    Result<std::string> value =
        co_await settled(context.step(tool_step(context, *tool, *arguments, server, servers, &asked)));
    if (value || servers.size() == 1 || effect_of(*tool) == Effect::kOnce || !is_of_server(value.error().code())) {
      std::string result = co_await std::move(value);
      if (Fields::within(result).raw("input").empty()) co_return result;
      std::string last = co_await gone_on(context, tool, arguments, std::move(result));
      co_return last;
    }
    std::erase(servers, asked);
    const std::string left = co_await context.step(recovery_step(*tool, servers, value.error()));
    servers.clear();
    for (const std::string_view each : items_within(Fields::within(left).raw("servers")))
      servers.push_back(unquoted(each));
    if (servers.empty()) co_await failure(value.error());
    server = servers.front();
  }
}

}  // namespace troupe

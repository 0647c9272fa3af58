// A host that does what the bytes of an input say: answers late, wrongly, twice or never, dies and comes back.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/engine.hpp"
#include "input.hpp"

namespace troupe::fuzz {

class FuzzHost {
 public:
  explicit FuzzHost(Input& input) : input_(input), engine_(std::make_unique<Engine>()), durable_(input.flag()) {}

  void configure() {
    send(frame(Head("configure").number("protocol", kProtocolVersion).number("seed", 1), kConfiguration));
  }

  void start() {
    static constexpr std::string_view kOptions[] = {
        R"("servers":[])",
        R"("servers":[],"budget":{"calls":3})",
        R"("servers":[],"budget":{"tokens":700,"nano_usd":900000})",
        R"("servers":[],"limits":{"turns":3,"parallel":1,"result_chars":20,"repeats":2})",
        R"("servers":[],"approvals":{"default":"ask"})",
        R"("servers":[],"approvals":{"tools":{"send":"deny","drop":"allow"}})",
        R"("servers":["local"],"tools":["look","fetch"])",
        R"("approvals":{"default":"allow"})",
        R"("model":"offline","servers":["far"])"};
    const std::string body = R"({"task":"Look, then send it.","options":{)" +
                             std::string(kOptions[input_.below(std::size(kOptions))]) + "}}";
    send(frame(Head("run.start")
                   .text("run", "r")
                   .text("seed", "00000000000000aa")
                   .flag("durable", durable_)
                   .flag("watch", input_.flag()),
               body));
  }

  void take_up(std::string_view kind, std::string_view text) {
    send(frame(Head(kind).flag("durable", durable_).flag("watch", input_.flag()), text));
  }

  /// Another host, which has only the journal.
  void die_and_resume() {
    engine_ = std::make_unique<Engine>();
    open_.clear();
    pending_.clear();
    if (journal.empty()) return;
    configure();
    const std::string text = journal;
    take_up("run.resume", text);
  }

  void send(std::string event) { pending_ += event; }

  /// Hands over what was sent, at this moment, and looks at what the engine asks for.
  void step() {
    const std::string batch = frame(Head("now").number("ms", now_ms_)) + std::exchange(pending_, {});
    step_raw(batch);
  }

  void step_raw(const std::string& batch) {
    engine_->step(batch);
    const std::string commands(engine_->commands());
    FrameReader reader(commands);
    while (const std::optional<Frame> command = reader.next().value()) take(*command);
  }

  /// The run is over, or what was given is no run.
  bool over() const { return end_kind == "run.ended" || end_kind == "run.diverged" || (refused && journal.empty()); }

  /// One thing that a host may do.
  void act() {
    if (std::exchange(suspended_, false)) die_and_resume();
    static constexpr std::int64_t kTimes[] = {1, 900, 61'000, 601'000};
    switch (input_.below(80)) {
      case 0: now_ms_ += kTimes[input_.below(4)]; break;
      case 1: send(frame(Head("run.cancel").text("run", "r"))); break;
      case 2: send(frame(Head("run.suspend").text("run", "r"))); break;
      case 3: die_and_resume(); break;
      case 4: send(frame(Head("run.watch").text("run", "r").flag("watch", input_.flag()))); break;
      case 5: configure(); break;
      case 6: send(frame(Head("journal.failed").text("run", "r").text("sentence", "The disk is full."))); break;
      case 7: send(frame(Head("close"))); break;
      case 8: send(frame(Head("http.chunk").number("id", input_.number()), input_.text())); break;
      case 9:
      case 10: now_ms_ += kTimes[input_.below(4)]; break;
      default: answer_one();
    }
    step();
  }

  std::string journal;
  std::string end_kind, end_body;
  bool refused = false;  // run.failed or error

 private:
  struct Open {
    std::string kind;
    std::string head;
    std::string body;
  };

  static constexpr std::string_view kConfiguration = R"({
    "providers":{"script":{"type":"openai","url":"call:script","model":"m","timeout_ms":60000,
      "prices":{"m":{"input":100,"output":1000}}}},
    "servers":{"local":{"type":"stdio","timeout_ms":30000},"far":{"type":"http","url":"https://far.example/mcp","timeout_ms":30000}},
    "tools":[{"name":"look","read_only":true},{"name":"send"},{"name":"put","idempotent":true},{"name":"drop","destructive":true},
      {"name":"typed","input":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}}]})";

  void take(const Frame& command) {
    const std::string_view kind = command.kind;
    const std::int64_t id = command.head.integer("id");
    if (kind == "journal.append") {
      const std::int64_t at = command.head.integer("at");
      must(at >= 0 && at <= static_cast<std::int64_t>(journal.size()), "a journal has no holes");
      journal.resize(static_cast<std::size_t>(at));
      journal += command.body;
      if (!command.head.flag("acknowledge")) return;
      send(frame(Head("journal.appended")
                     .text("run", command.head.text("run"))
                     .number("to", static_cast<std::int64_t>(journal.size()))));
    } else if (kind == "http.abort" || kind == "tool.cancel" || kind == "ask.withdraw" || kind == "process.stop") {
      open_.erase(id);
    } else if (kind == "http.send" || kind == "tool.call" || kind == "ask" || kind == "process.start" ||
               kind == "process.write") {
      open_[id] = {std::string(kind), std::string(command.json), std::string(command.body)};
    } else if (kind == "run.ended" || kind == "run.suspended" || kind == "run.diverged") {
      end_kind = kind;
      end_body = command.body;
      suspended_ = kind == "run.suspended";
    } else if (kind == "run.failed" || kind == "error") {
      refused = true;
    }
  }

  void answer_one() {
    if (open_.empty()) return;
    auto chosen = open_.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(input_.below(std::min<std::size_t>(open_.size(), 8))));
    const auto& [id, open] = *chosen;
    if (open.kind == "http.send") {
      const bool model = Fields(open.head).text("url").starts_with("call:");
      if (model) answer_chat(id);
      else answer_server(id, open.body, false);
    } else if (open.kind == "tool.call") {
      answer_tool(id);
    } else if (open.kind == "ask") {
      answer_question(id, open.body);
    } else {
      answer_server(id, open.body, true);
    }
  }

  void answer_tool(std::int64_t id) {
    static constexpr std::string_view kResults[] = {R"("seen")",
                                                    R"({"content":[{"type":"text","text":"é"}],"isError":true})",
                                                    "null", R"({"content":[],"structuredContent":{"a":[1.5]}})"};
    switch (input_.below(4)) {
      case 0: send(frame(Head("tool.failed").number("id", id).text("sentence", "It broke."))); break;
      case 1: send(frame(Head("tool.done").number("id", id), input_.text())); break;
      default: send(frame(Head("tool.done").number("id", id), kResults[input_.below(4)]));
    }
    open_.erase(id);
  }

  void answer_question(std::int64_t id, const std::string& question) {
    const Json json = parse_json(question).value_or(Json());
    Json answer;
    switch (input_.below(8)) {
      case 0: send(frame(Head("ask.unanswered").number("id", id))); return;
      case 1: send(frame(Head("ask.answered").number("id", id), input_.text())); break;
      case 2: answer = {{"approve", false}, {"choice", "skip"}}; break;
      case 3:
        answer = {{"choice", "retry"}, {"raise", {{"tokens", 500}, {"calls", 2}, {"nano_usd", 1'000'000}}}};
        break;
      case 4: answer = {{"choice", "result"}, {"result", {{"text", "given"}}}}; break;
      default:
        answer = {{"approve", true},
                  {"hash", field(json, "hash")},
                  {"choice", "retry"},
                  {"raise", {{"tokens", 5000}, {"calls", 9}}}};
    }
    if (!answer.is_null()) send(frame(Head("ask.answered").number("id", id), dump_json(answer)));
    open_.erase(id);
  }

  void answer_chat(std::int64_t id) {
    static constexpr std::string_view kCalls[] = {R"({"function":{"name":"look","arguments":"{\"n\":1}"}})",
                                                  R"({"function":{"name":"send","arguments":"{}"}})",
                                                  R"({"function":{"name":"put","arguments":"{\"a\":[0.5]}"}})",
                                                  R"({"function":{"name":"drop","arguments":"{\"x\":"}})",
                                                  R"({"function":{"name":"typed","arguments":"{\"n\":\"one\"}"}})",
                                                  R"({"function":{"name":"fetch","arguments":"{}"}})",
                                                  R"({"function":{"name":"drop","arguments":"{\"table\":\"t\"}"}})",
                                                  R"({"function":{"name":"lok","arguments":""}})"};
    const auto reply = [&](std::int64_t status, std::string_view body, std::string_view headers) {
      send(frame(Head("http.reply").number("id", id).number("status", status).raw("headers", headers), body));
    };
    switch (input_.below(12)) {
      case 0: send(frame(Head("http.failed").number("id", id).text("sentence", "reset"))); break;
      case 1: reply(200, input_.text(), "{}"); break;
      case 2: reply(429, "slow", R"({"retry-after":"2"})"); break;
      case 3: reply(500, input_.text(), R"([["x"]])"); break;
      case 4:
        send(frame(Head("http.head")
                       .number("id", id)
                       .number("status", 200)
                       .raw("headers", R"({"Content-Type":"text/event-stream"})")));
        send(frame(Head("http.chunk").number("id", id), "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"));
        if (input_.flag()) send(frame(Head("http.chunk").number("id", id), input_.text()));
        if (input_.flag()) send(frame(Head("http.chunk").number("id", id), "data: [DONE]\n\n"));
        send(frame(Head("http.end").number("id", id)));
        break;
      case 5:
        reply(200,
              R"({"choices":[{"message":{"content":"Done."}}],"usage":{"prompt_tokens":90,"completion_tokens":9}})",
              "{}");
        break;
      default: {
        std::string list;
        for (std::size_t i = 0; i <= input_.below(4); ++i)
          list += (i == 0 ? "" : ",") + std::string(kCalls[input_.below(8)]);
        reply(200,
              R"({"choices":[{"message":{"tool_calls":[)" + list +
                  R"(]}}],"usage":{"prompt_tokens":90,"completion_tokens":9}})",
              "{}");
      }
    }
    open_.erase(id);
  }

  /// A server of MCP, over HTTP or a process.
  void answer_server(std::int64_t id, const std::string& request, bool process) {
    static constexpr std::string_view kResults[] = {
        R"({"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}})",
        R"({"tools":[{"name":"fetch","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}},{"name":"look","inputSchema":{"type":"object"}}]})",
        R"({"content":[{"type":"text","text":"fetched"}]})", R"({"supportedVersions":["2026-07-28"]})"};
    const Json asked = parse_json(request).value_or(Json());
    const std::string_view method = text_field(asked, "method");
    const std::size_t fitting = method == "initialize"        ? 0
                                : method == "tools/list"      ? 1
                                : method == "server/discover" ? 3
                                                              : 2;
    std::string body(kResults[input_.below(6) == 0 ? input_.below(4) : fitting]);
    body = R"({"jsonrpc":"2.0","id":)" + dump_json(field(asked, "id")) + R"(,"result":)" + body + "}";
    const std::size_t how = input_.below(8);
    if (how == 0) body = input_.text();
    if (how == 1)
      body =
          R"({"jsonrpc":"2.0","id":)" + dump_json(field(asked, "id")) + R"(,"error":{"code":-32601,"message":"no"}})";
    // A line of a process is said to the process, whose id is that of its start; this host knows only the newest id.
    if (process && how == 2) send(frame(Head("process.exit").number("id", id).text("sentence", "It was killed.")));
    else if (process) send(frame(Head("process.line").number("id", id), body));
    else if (how == 2) send(frame(Head("http.failed").number("id", id).text("sentence", "refused")));
    else if (how == 3) stream(id, "id: 1\ndata: " + body + "\n\n");
    else
      send(frame(Head("http.reply")
                     .number("id", id)
                     .number("status", how == 4 ? 404 : 200)
                     .raw("headers", R"({"Mcp-Session-Id":"s"})"),
                 body));
    if (!process) open_.erase(id);
  }

  void stream(std::int64_t id, const std::string& text) {
    send(frame(Head("http.head")
                   .number("id", id)
                   .number("status", 200)
                   .raw("headers", R"({"content-type":"text/event-stream"})")));
    send(frame(Head("http.chunk").number("id", id), text));
    if (input_.flag()) send(frame(Head("http.end").number("id", id)));
  }

  Input& input_;
  std::unique_ptr<Engine> engine_;
  bool durable_;
  bool suspended_ = false;
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::string pending_;
  std::map<std::int64_t, Open> open_;  // what the engine waits for
};

/// A journal that the core wrote is whole, and replays to where it ends, whatever its host did.
inline void must_replay(const std::string& journal) {
  if (journal.empty()) return;
  const std::string verdict = Engine::verify(journal);
  must(parse_json(verdict)->at("ok") == true, "a journal that was written verifies", verdict + "\n" + journal);
  Input none(nullptr, 0);
  FuzzHost host(none);
  host.take_up("run.replay", journal);
  host.step();
  must(!host.refused, "a journal that was written is taken", journal);
  must(host.end_kind == "run.ended" || host.end_kind == "run.suspended", "a journal that was written replays",
       host.end_kind + "\n" + host.end_body + "\n" + journal);
}

}  // namespace troupe::fuzz

#include "test_host.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "doctest/doctest.h"

namespace troupe::test {

TestHost::TestHost(World& world) : world_(world) {
  if (const char* folder = std::getenv("TROUPE_RECORD")) {
    static int number = 0;
    recording_ = std::string(folder) + "/case-" + decimal(1000 + number++) + ".frames";
  }
}

void TestHost::declare(std::string name, Json hints, std::function<Json(const Json&)> work) {
  hints["name"] = name;
  if (!hints.contains("description")) hints["description"] = "The tool " + name + ".";
  if (!hints.contains("input")) hints["input"] = {{"type", "object"}};
  declared_.push_back(std::move(hints));
  tools[name] = std::move(work);
}

void TestHost::configure(Json extra) {
  Json body = std::move(extra);
  if (!body.contains("providers")) {
    body["providers"] = {{"script",
                          {{"type", "openai"},
                           {"url", "call:script"},
                           {"model", "m"},
                           {"prices", {{"m", {{"input", 100}, {"output", 1000}}}}}}}};
  }
  body["tools"] = declared_;
  send(Head("configure").number("protocol", kProtocolVersion).number("seed", 7), dump_json(body));
}

void TestHost::start(const std::string& run, const std::string& task, const Json& options) {
  Json body;
  body["task"] = task;
  body["options"] = options;
  // What a test is about is not which pattern the engine would choose.
  if (!body["options"].contains("pattern")) body["options"]["pattern"] = "direct";
  send(
      Head("run.start").text("run", run).text("seed", "0123456789abcdef").flag("durable", durable).flag("watch", watch),
      dump_json(body));
}

void TestHost::take_up(std::string_view kind, const std::string& journal) {
  Head head(kind);
  if (kind != "run.replay") head.flag("durable", durable);
  send(head.flag("watch", watch), journal);
}

void TestHost::fork(const std::string& run, const std::string& journal, const std::string& at, const Json& changes) {
  send(Head("run.fork")
           .text("run", run)
           .text("at", at)
           .flag("durable", durable)
           .flag("watch", watch)
           .json("changes", changes),
       journal);
}

void TestHost::send(const ObjectText& head, std::string_view body) {
  FrameWriter frame;
  frame.write(head, {body});
  pending_.emplace_back(frame.bytes());
}

void TestHost::answer(const Question& question, const Json& answer) {
  send(Head("ask.answered").number("id", question.id), dump_json(answer));
}

bool TestHost::go_once() {
  if (dead) return false;
  if (alarm_ms_ <= now_ms) alarm_ms_ = 0;
  FrameWriter now;
  now.write(Head("now").number("ms", now_ms));
  std::string batch(now.bytes());
  for (const std::string& frame : pending_) batch += frame;
  pending_.clear();
  engine_.step(batch);
  const std::string out(engine_.commands());
  record(batch, out);
  FrameReader reader(out);
  while (const std::optional<Frame> command = reader.next().value()) carry_out(*command);
  if (backwards) std::ranges::reverse(pending_);
  return !pending_.empty() && !dead;
}

void TestHost::go() {
  for (int i = 0; go_once(); ++i) REQUIRE(i < 10'000);
}

bool TestHost::wait() {
  if (alarm_ms_ == 0 || dead) return false;
  now_ms = std::max(now_ms, alarm_ms_);
  go();
  return true;
}

void TestHost::record(std::string_view events, std::string_view commands) {
  if (recording_.empty()) return;
  std::FILE* file = std::fopen(recording_.c_str(), "ab");
  REQUIRE(file != nullptr);
  for (const std::string_view part : {events, commands}) {
    const auto size = static_cast<std::uint32_t>(part.size());
    const unsigned char length[4] = {static_cast<unsigned char>(size), static_cast<unsigned char>(size >> 8),
                                     static_cast<unsigned char>(size >> 16), static_cast<unsigned char>(size >> 24)};
    std::fwrite(length, 1, 4, file);
    std::fwrite(part.data(), 1, part.size(), file);
  }
  std::fclose(file);
}

void TestHost::carry_out(const Frame& command) {
  if (dead && !finish_commands_when_dying) return;
  commands.emplace_back(command.kind, *parse_json(command.json));
  const std::string_view kind = command.kind;
  const Host::Id id = command.head.integer("id");
  if (kind == "journal.append") append(command);
  else if (kind == "wake") alarm_ms_ = command.head.integer("at");
  else if (kind == "http.send" && http) http(id, *parse_json(command.json), command.body);
  else if (kind == "http.send") call_model(command);
  else if (kind == "tool.call") call_tool(command);
  else if (kind.starts_with("process.") && process) process(command);
  else if (kind == "probed") probed[command.head.text("probe")] = *parse_json(command.body);
  else if (kind == "server.answered") answered[command.head.text("request")] = *parse_json(command.body);
  else if (kind == "notify.entry") entries.emplace_back(command.body);
  else if (kind == "notify.text") {
    for (const std::string_view each : items_of(command.body)) text += texts.emplace_back(unquoted(each));
  } else if (kind == "notify.reset") text.clear();
  else if (kind == "notify.log") logs.emplace_back(command.body);
  else if (kind == "run.failed" || kind == "error") failure = *parse_json(command.json);
  else if (kind == "ask") {
    const Question question{id, command.head.text("step"), *parse_json(command.body)};
    questions.push_back(question);
    if (!person) send(Head("ask.unanswered").number("id", id));
    else if (const Json said = person(question); !said.is_null()) answer(question, said);
  } else if (kind.starts_with("run.")) {
    end_kind = kind;
    outcome = *parse_json(command.body);
  }
}

void TestHost::append(const Frame& command) {
  if (dead) return;
  const std::string run = command.head.text("run");
  std::string& journal = world_.journals[run];
  const auto at = static_cast<std::size_t>(command.head.integer("at"));
  REQUIRE(at <= journal.size());
  journal.resize(at);
  for (const char c : command.body) {
    journal += c;
    if (c == '\n' && std::ranges::count(journal, '\n') == die_at_lines) {
      dead = true;
      return;
    }
  }
  if (command.head.flag("acknowledge")) {
    send(Head("journal.appended").text("run", run).number("to", static_cast<std::int64_t>(journal.size())));
  }
}

void TestHost::call_model(const Frame& command) {
  const Host::Id id = command.head.integer("id");
  try {
    const std::string body = model(*parse_json(command.body));
    send(Head("http.reply")
             .number("id", id)
             .number("status", 200)
             .json("headers", {{"content-type", "application/json"}}),
         body);
  } catch (const std::string& sentence) {
    send(Head("http.failed").number("id", id).text("sentence", sentence));
  }
}

void TestHost::call_tool(const Frame& command) {
  const std::string name = command.head.text("tool");
  const std::string key = command.head.text("key");
  const Host::Id id = command.head.integer("id");
  const auto found = tools.find(name);
  if (found == tools.end()) {
    send(Head("tool.failed").number("id", id).text("sentence", "This host has no tool \"" + name + "\"."));
    return;
  }
  world_.effects.push_back(name + " " + std::string(command.body));
  const Json result = found->second(*parse_json(command.body));
  if (result.is_discarded()) return;
  world_.done[key] = result;
  send(Head("tool.done").number("id", id), dump_json(result));
}

std::string says(const std::string& text) {
  Json body;
  body["model"] = "m-1";
  body["choices"] = {{{"finish_reason", "stop"}, {"message", {{"role", "assistant"}, {"content", text}}}}};
  body["usage"] = {{"prompt_tokens", 100}, {"completion_tokens", 20}};
  return dump_json(body);
}

std::string cut_off(const std::string& finish, const std::string& text) {
  Json body = *parse_json(says(text));
  body["choices"][0]["finish_reason"] = finish;
  return dump_json(body);
}

std::string calls(const std::vector<std::pair<std::string, Json>>& calls) {
  Json list = Json::array();
  for (const auto& [name, arguments] : calls) {
    Json function;
    function["name"] = name;
    function["arguments"] = arguments.is_string() ? arguments.get<std::string>() : dump_json(arguments);
    list.push_back({{"id", "id" + decimal(static_cast<std::int64_t>(list.size()))}, {"function", function}});
  }
  Json body;
  body["model"] = "m-1";
  body["choices"] = {{{"finish_reason", "tool_calls"}, {"message", {{"content", nullptr}, {"tool_calls", list}}}}};
  body["usage"] = {{"prompt_tokens", 100}, {"completion_tokens", 20}};
  return dump_json(body);
}

int turn_of(const Json& request) {
  int turn = 0;
  for (const Json& message : request["messages"]) turn += text_field(message, "role") == "assistant" ? 1 : 0;
  return turn;
}

std::vector<std::string> lines_of(const std::string& journal) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(journal, '\n')) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

}  // namespace troupe::test

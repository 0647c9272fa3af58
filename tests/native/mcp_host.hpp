// A host for MCP tests: a clock that only tests move, and servers that are functions.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "mcp/servers.hpp"
#include "run/host.hpp"
#include "wire/frames.hpp"

namespace troupe::testing {

struct Command {
  std::string kind;
  Json head;
  std::string body;

  std::int64_t id() const { return integer_field(head, "id"); }
  std::string header(std::string_view name) const { return std::string(text_field(field(head, "headers"), name)); }
};

class McpHost {
 public:
  Host host;
  /// Carries commands out, by calling event().
  std::function<void(const Command&)> serve;
  std::vector<Command> log;  // all commands so far

  McpHost() { host.set_now(1'000'000); }

  void event(std::string_view kind, std::int64_t id, const Json& fields = Json::object(), std::string_view body = {}) {
    FrameWriter frames;
    Head head(kind);
    head.number("id", id);
    for (const auto& [name, value] : fields.items()) head.json(name, value);
    frames.write(std::move(head), {body});
    FrameReader reader(frames.bytes());
    std::optional<Frame> frame = reader.next().value();
    host.deliver(id, *frame);
  }

  void reply(std::int64_t id, int status, std::string_view type, std::string_view body, Json headers = Json::object()) {
    headers["Content-Type"] = type;
    event("http.reply", id, {{"status", status}, {"headers", headers}}, body);
  }

  /// A stream in pieces of `cut` bytes. `ends`: otherwise it stays open.
  void stream(std::int64_t id, std::string_view body, std::size_t cut = 1'000'000, bool ends = true,
              Json headers = Json::object()) {
    headers["content-type"] = "text/event-stream; charset=utf-8";
    event("http.head", id, {{"status", 200}, {"headers", headers}});
    for (; !body.empty(); body.remove_prefix(std::min(cut, body.size()))) {
      event("http.chunk", id, Json::object(), body.substr(0, cut));
    }
    if (ends) event("http.end", id);
  }

  /// Resumes what is ready and carries commands out, until nothing moves.
  void settle() {
    for (int turn = 0; turn < 100'000; ++turn) {
      host.queue().drain();
      if (host.commands().empty()) return;
      const std::string batch(host.commands().bytes());
      host.commands().clear();
      FrameReader reader(batch);
      while (std::optional<Frame> frame = reader.next().value()) {
        log.push_back({std::string(frame->kind), *parse_json(frame->json), std::string(frame->body)});
        const Command command = log.back();
        if (serve) serve(command);
      }
    }
    FAIL("The host and the core never come to rest.");
  }

  void pass(std::int64_t ms) {
    host.set_now(host.now_ms() + ms);
    settle();
  }

  /// Lets time go from alarm to alarm for at most `most_ms`, or until `done`.
  void live(std::int64_t most_ms, const std::function<bool()>& done) {
    const std::int64_t end = host.now_ms() + most_ms;
    settle();
    while (!done() && host.now_ms() < end) pass(50);
  }

  template <class T>
  Result<T> outcome(Task<T> task, std::int64_t most_ms = 400'000) {
    task.start(host.queue());
    live(most_ms, [&] { return task.ended(); });
    REQUIRE(task.ended());
    return task.take();
  }

  template <class T>
  T finish(Task<T> task, std::int64_t most_ms = 400'000) {
    return outcome(std::move(task), most_ms).value();
  }

  /// The failure with which a task ends.
  template <class T>
  Error failure(Task<T> task, std::int64_t most_ms = 400'000) {
    const Result<T> ended = outcome(std::move(task), most_ms);
    REQUIRE_FALSE(ended);
    return ended.error();
  }

  std::vector<Command> sent(std::string_view kind) const {
    std::vector<Command> found;
    for (const Command& command : log) {
      if (command.kind == kind) found.push_back(command);
    }
    return found;
  }

  std::string logged() const {
    std::string text;
    for (const Command& command : sent("notify.log")) text += command.body + "\n";
    return text;
  }
};

inline Json parsed(std::string_view text) {
  std::optional<Json> json = parse_json(text);
  REQUIRE(json);
  return *json;
}

inline std::string result(const Json& id, const Json& value) {
  return dump_json({{"jsonrpc", "2.0"}, {"id", id}, {"result", value}});
}

inline std::string error(const Json& id, int code, std::string_view message, const Json& data = nullptr) {
  Json json = {{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}};
  if (!data.is_null()) json["error"]["data"] = data;
  return dump_json(json);
}

inline std::string sse(std::string_view data, std::string_view id = {}) {
  std::string event = id.empty() ? std::string() : "id: " + std::string(id) + "\n";
  return event + "event: message\ndata: " + std::string(data) + "\n\n";
}

inline Json text_result(std::string_view text) {
  return {{"content", Json::array({{{"type", "text"}, {"text", text}}})}};
}

inline Json numbered_tools(int from, int to) {
  Json tools = Json::array();
  for (int i = from; i < to; ++i) {
    tools.push_back({{"name", "tool_" + std::to_string(i)}, {"inputSchema", {{"type", "object"}}}});
  }
  return tools;
}

}  // namespace troupe::testing

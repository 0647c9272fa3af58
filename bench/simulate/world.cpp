#include "world.hpp"

#include <algorithm>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "task/outputs.hpp"

namespace troupe::simulate {
namespace {

constexpr std::int64_t kHour = 3'600'000;
/// Longer than any patience of the engine: a run that is not over by then never will be.
constexpr std::int64_t kHorizon = 1000 * kHour;

const char* const kReasons[] = {
    "done",     "budget",   "turn_limit", "repeated_call", "checkpoint",     "ping_pong",   "handoff_limit", "failed",
    "approval", "in_doubt", "plan",       "declined",      "repeated_reply", "no_progress", "cut_off",       "blocked"};
const char* const kProviders[] = {"p", "q", "r"};
const char* const kTenants[] = {"", "small", "big"};
/// For which the engine chooses different patterns.
const char* const kTasks[] = {
    ": gather, weigh and write it up.", ": first collect the numbers, then compare them, then send the result to Ann.",
    ": migrate the whole shop: inventory first, then plan what depends on what, move data, test, and go live.",
    ": send the report to Bob. Independently, send the invoice to Ann.",
    ": write a slogan and polish it until it is perfect."};

/// Whether a line says that another pattern takes over; models and servers take over as well.
bool is_of_patterns(std::string_view line) {
  const Json entry = parse_json(line).value_or(Json());
  return text_field(entry, "kind") == "recovery" &&
         std::ranges::find(kPatterns, text_field(field(entry, "args"), "to")) != kPatterns.end();
}

/// The names after "The agents:" of a request.
std::vector<std::string> agents_in(std::string_view text) {
  std::vector<std::string> names;
  const std::size_t at = text.find("\n\nThe agents:");
  if (at == std::string_view::npos) return names;
  for (const std::string_view line : split(text.substr(at + 14), '\n')) {
    if (!line.starts_with("- ")) break;
    names.emplace_back(line.substr(2, line.find(": ") - 2));
  }
  return names;
}

std::string title_in(std::string_view text) {
  const std::size_t at = text.find("{\"title\":\"");
  return at == std::string_view::npos ? std::string()
                                      : std::string(text.substr(at + 10, text.find('"', at + 10) - at - 10));
}

}  // namespace

World::World(std::uint64_t seed, int runs) : dice_(seed), bad_(below(40)), persons_(chance(80)) {
  if (chance(50)) at_once_ = static_cast<std::int64_t>(1 + below(5));
  if (chance(30)) runs_at_once_ = static_cast<std::int64_t>(1 + below(20));
  if (chance(30)) a_minute_ = static_cast<std::int64_t>(30 + below(300));
  for (int i = 0; i < runs; ++i) {
    Run run;
    run.task = joined({"Task ", decimal(i), kTasks[below(std::size(kTasks))]});
    Json agents = Json::array();
    for (std::uint64_t k = 0, count = 2 + below(4); k < count; ++k) {
      Json agent{{"name", joined({"a", decimal(static_cast<std::int64_t>(k))})}, {"instruction", "You work."}};
      if (chance(70)) agent["part"] = joined({"part ", decimal(static_cast<std::int64_t>(k))});
      if (chance(20)) agent["checkpoint"] = {{"question", "Is it good?"}, {"otherwise", chance(50) ? "repeat" : "end"}};
      agents.push_back(std::move(agent));
    }
    run.options = {{"pattern", kPatterns[below(kPatterns.size())]}, {"agents", std::move(agents)}};
    if (chance(10)) run.options = {{"pattern", "auto"}};
    run.garbled = chance(10);
    if (chance(50)) {
      run.calls = static_cast<std::int64_t>(1 + below(30));
      run.options["budget"]["calls"] = run.calls;
    }
    run.options["limits"] = {{"turns", 6}, {"parallel", 1 + below(8)}};
    if (chance(20)) run.options["approvals"] = {{"default", "ask"}};
    if (chance(20)) run.options["model"] = "any";
    if (chance(40)) run.options["fallback"] = {"q", "r"};
    if (chance(10)) run.options["confirm"] = true;
    run.options["tenant"] = kTenants[below(3)];
    run.options["priority"] = 1 + below(3);
    runs_.emplace(joined({"run-", decimal(i)}), std::move(run));
  }
}

void World::later(std::int64_t ms, const ObjectText& head, std::string_view body) {
  FrameWriter frame;
  frame.write(head, {body});
  const Host::Id of = Fields(joined({head.open(), "}"})).integer("id", -1);
  events_.push({now_ + ms, order_++, of, std::string(frame.bytes())});
}

void World::configure() {
  Json body;
  for (const std::string name : kProviders) {
    body["providers"][name] = {{"type", "openai"}, {"url", "call:" + name}, {"model", "m"}, {"timeout_ms", 60'000}};
    body["limits"]["lines"]["provider " + name] = {{"concurrent", at_once_}, {"per_minute", a_minute_}};
  }
  body["providers"]["any"] = {{"type", "equals"}, {"of", {"q", "r"}}};
  body["limits"]["runs"] = runs_at_once_;
  body["tenants"]["big"] = {{"weight", 5}};
  body["tools"] = Json::array();
  body["tools"].push_back({{"name", "look"}, {"read_only", true}});
  body["tools"].push_back({{"name", "put"}, {"idempotent", true}});
  body["tools"].push_back({{"name", "send"}, {"destructive", false}});
  body["tools"].push_back({{"name", "drop"}, {"destructive", true}});
  FrameWriter frame;
  frame.write(Head("configure").number("protocol", kProtocolVersion).number("seed", 7), {dump_json(body)});
  engine_ = std::make_unique<Engine>();
  alarm_ = 0;
  step(std::string(frame.bytes()));
}

void World::begin(const std::string& name) {
  const Run& run = runs_.at(name);
  FrameWriter frame;
  if (run.journal.empty()) {
    frame.write(
        Head("run.start").text("run", name).text("seed", "0123456789abcdef").flag("durable", true).flag("watch", false),
        {dump_json({{"task", run.task}, {"options", run.options}})});
  } else {
    frame.write(Head("run.resume").text("run", name).flag("durable", true).flag("watch", false), {run.journal});
  }
  step(std::string(frame.bytes()));
}

void World::step(const std::string& events) {
  FrameWriter now;
  now.write(Head("now").number("ms", now_));
  engine_->step(std::string(now.bytes()) + events);
  const std::string out(engine_->commands());
  FrameReader reader(out);
  for (;;) {
    const Result<std::optional<Frame>> command = reader.next();
    if (!command || !*command) break;
    take(**command);
  }
}

void World::take(const Frame& command) {
  const std::string run = command.head.text("run");
  if (command.kind == "wake") alarm_ = command.head.integer("at");
  else if (command.kind == "http.abort") answered(command.head.integer("id"));
  else if (command.kind == "http.send") model(command);
  else if (command.kind == "tool.call") tool(command);
  else if (command.kind == "ask") person(command);
  else if (command.kind == "run.ended" || command.kind == "run.suspended") finish(run, command);
  else if (command.kind == "run.failed" || command.kind == "error" || command.kind == "run.diverged")
    wrong.push_back(joined({run, ": ", command.kind, " ", command.json}));
  else if (command.kind == "journal.append") {
    std::string& journal = runs_.at(run).journal;
    journal.resize(static_cast<std::size_t>(command.head.integer("at")));
    journal += command.body;
    steps += std::ranges::count(command.body, '\n');
    for (const std::string_view line : split(command.body, '\n')) {
      if (is_of_patterns(line) && acted_.contains(run))
        wrong.push_back(joined({run, " began another pattern after tools had changed something."}));
    }
    if (command.head.flag("acknowledge"))
      later(static_cast<std::int64_t>(below(20)),
            Head("journal.appended").text("run", run).number("to", static_cast<std::int64_t>(journal.size())));
  }
}

/// What a model says that understood: the form that is asked for, a call, or an answer.
std::string World::reply_to(const Json& request) {
  const Json& messages = request["messages"];
  std::string told;
  for (const Json& message : messages) {
    if (text_field(message, "role") == "user") told += text_field(message, "content");
  }
  const std::string title = title_in(told);
  const std::vector<std::string> agents = agents_in(told);
  const auto any_agent = [&] {
    return chance(bad_) || agents.empty() ? std::string("nobody") : agents[below(agents.size())];
  };
  Json form;
  if (title == "Parts") {
    for (std::uint64_t i = 0, count = 1 + below(4); i < count; ++i)
      form["parts"].push_back({{"name", joined({"p", decimal(static_cast<std::int64_t>(i))})}, {"task", "do it"}});
  } else if (title == "Plan") {
    for (std::uint64_t i = 0, count = 1 + below(6); i < count; ++i) {
      Json task{{"id", joined({"t", decimal(static_cast<std::int64_t>(i)), "-",
                               decimal(static_cast<std::int64_t>(below(1000)))})},
                {"agent", any_agent()},
                {"task", "do it"}};
      if (i > 0 && chance(50)) task["needs"] = Json::array({form["tasks"][below(i)]["id"]});
      form["tasks"].push_back(std::move(task));
    }
  } else if (title == "Choices") {
    form["choices"] = Json::array({{{"agent", any_agent()}, {"sure", below(101)}}});
  } else if (title == "Best") {
    form = {{"best", chance(70) ? "a0-1" : "x"}, {"reason", "."}};
  } else if (title == "Verdict") {
    form = {{"yes", chance(60)}, {"reason", "."}};
  } else if (title == "Completeness") {
    form = {{"complete", chance(70)}, {"missing", {"more"}}};
  } else if (title == "Criteria") {
    form["criteria"] = Json::array({{{"name", "c"}, {"question", "?"}, {"weight", 1}}});
  } else if (title == "Review") {
    const std::size_t at = told.find("The criteria:\n- ");
    const std::string rest = told.substr(at + 16);
    form["scores"] = Json::array(
        {{{"criterion", rest.substr(0, rest.find_first_of(":\n<"))}, {"score", below(101)}, {"reason", "."}}});
  }
  Json message{{"role", "assistant"}};
  const Json& tools = field(request, "tools");
  if (!form.is_null()) {
    message["content"] = dump_json(form);
  } else if (!tools.empty() && chance(60)) {
    message["content"] = nullptr;
    for (std::uint64_t i = 0, count = 1 + below(3); i < count; ++i) {
      const std::string name(text_field(tools[below(tools.size())]["function"], "name"));
      const Json arguments{{"n", below(5)}, {"context", "go on"}};
      message["tool_calls"].push_back({{"id", joined({"c", decimal(static_cast<std::int64_t>(below(1'000'000)))})},
                                       {"type", "function"},
                                       {"function",
                                        {{"name", chance(bad_ / 4) ? "no_such_tool" : name},
                                         {"arguments", chance(bad_ / 4) ? "{\"cut" : dump_json(arguments)}}}});
    }
  } else {
    message["content"] = "This is what I found.";
  }
  return dump_json({{"model", "m"},
                    {"choices", {{{"finish_reason", "stop"}, {"message", message}}}},
                    {"usage", {{"prompt_tokens", 50}, {"completion_tokens", 20}}}});
}

/// Whether it is one of the runs whose models say nothing that can be read once a tool has worked.
bool World::garbled(std::string_view request) const {
  if (!contains(request, R"("role":"tool")")) return false;
  return std::ranges::any_of(runs_, [&](const auto& each) {
    return each.second.garbled && contains(request, each.second.task.substr(0, each.second.task.find(':') + 1));
  });
}

/// Nothing is under way for this id any more.
void World::answered(Host::Id id) {
  const auto found = asked_of_.find(id);
  if (found == asked_of_.end()) return;
  --under_way_[found->second];
  asked_of_.erase(found);
}

void World::model(const Frame& command) {
  const Host::Id id = command.head.integer("id");
  const std::string provider = command.head.text("url");
  asked_of_[id] = provider;
  if (++under_way_[provider] > at_once_ && at_once_ > 0)
    wrong.push_back(joined({provider, " was asked ", decimal(under_way_[provider]), " times at once."}));
  const auto delay = static_cast<std::int64_t>(below(chance(10) ? 90'000 : 3000));
  const auto reply = [&](int status, const std::string& body) {
    later(delay,
          Head("http.reply")
              .number("id", id)
              .number("status", status)
              .json("headers", {{"content-type", "application/json"}}),
          body);
  };
  // Each provider is down now and then, for half an hour.
  const bool down = bad_ > 20 && (now_ / 1'800'000 + provider.back()) % 4 == 0;
  if (down) return reply(503, "down");
  if (garbled(command.body)) return reply(200, "this is no JSON");
  if (!chance(bad_)) return reply(200, reply_to(*parse_json(command.body)));
  switch (below(7)) {
    case 0: return;  // never
    case 1: return reply(429, "{}");
    case 2: return reply(503, "overloaded");
    case 3: return reply(200, "this is no JSON");
    case 4: return reply(401, "{}");
    case 5:
      return reply(
          200,
          R"({"choices":[{"message":{"role":"assistant","content":"prose, not a form"},"finish_reason":"stop"}]})");
    default: later(delay, Head("http.failed").number("id", id).text("sentence", "connection refused"));
  }
}

void World::tool(const Frame& command) {
  const Host::Id id = command.head.integer("id");
  const std::string name = command.head.text("tool");
  const std::string key = command.head.text("key");
  const auto delay = static_cast<std::int64_t>(below(5000));
  if (chance(bad_) && below(2) == 0) {
    if (below(3) != 0) later(delay, Head("tool.failed").number("id", id).text("sentence", "It is broken."));
    return;  // or never
  }
  if (name != "look") acted_.insert(command.head.text("run"));
  if (name == "send" || name == "drop") {
    if (!effects_.insert(key).second) wrong.push_back(joined({"The effect ", key, " happened twice."}));
  }
  later(delay, Head("tool.done").number("id", id), "\"done\"");
}

void World::person(const Frame& command) {
  const Host::Id id = command.head.integer("id");
  ++asked;
  if (!persons_) return later(0, Head("ask.unanswered").number("id", id));
  const Json question = *parse_json(command.body);
  const std::string_view subject = text_field(question, "subject");
  Json answer = Json::object();
  if (subject == "plan") answer["approve"] = chance(80);
  if (subject == "approval") answer = {{"approve", chance(60)}, {"hash", question["hash"]}};
  if (subject == "budget" && chance(30)) answer["raise"]["calls"] = 5;
  if (subject == "in_doubt") {
    // Who is asked looks: what was done is not done again.
    const std::string key = joined({command.head.text("run"), "/", command.head.text("step")});
    if (effects_.contains(key)) answer = {{"choice", "result"}, {"result", {{"text", "It was done."}}}};
    else answer = {{"choice", "retry"}};
  }
  if (subject == "budget" && answer.contains("raise")) runs_.at(command.head.text("run")).calls += 5;
  later(static_cast<std::int64_t>(below(60'000)), Head("ask.answered").number("id", id), dump_json(answer));
}

void World::finish(const std::string& run, const Frame& command) {
  const Json outcome = *parse_json(command.body);
  const std::string reason(text_field(outcome["stop"], "reason"));
  if (ended.contains(run)) wrong.push_back(joined({run, " ended twice."}));
  ended[run] = {std::string(text_field(outcome, "pattern")), reason};
  if (std::ranges::find(kReasons, reason) == std::end(kReasons))
    wrong.push_back(joined({run, " ended with \"", reason, "\"."}));
  if (text_field(outcome["stop"], "reason") != "done" && text_field(outcome["stop"], "sentence").empty())
    wrong.push_back(joined({run, " stopped with \"", reason, "\" and no sentence."}));
  const std::int64_t calls = integer_field(outcome["usage"], "calls");
  const std::int64_t allowed = runs_.at(run).calls;
  if (runs_.at(run).options.contains("budget") && calls > allowed)
    wrong.push_back(joined({run, " made ", decimal(calls), " calls of ", decimal(allowed), "."}));
}

/// The host dies: what is under way is lost, and another one takes the journals up.
void World::die() {
  ++kills;
  events_ = {};
  under_way_.clear();
  asked_of_.clear();
  configure();
  for (const auto& [name, run] : runs_) {
    if (!ended.contains(name)) begin(name);
  }
}

void World::go() {
  configure();
  for (const auto& [name, run] : runs_) {
    begin(name);
    now_ += static_cast<std::int64_t>(below(500));
  }
  const std::int64_t until = now_ + kHorizon;
  std::int64_t next_death = now_ + static_cast<std::int64_t>(below(600'000));
  while (ended.size() < runs_.size() && now_ < until) {
    const std::int64_t event_at = events_.empty() ? until : events_.top().at;
    const std::int64_t alarm_at = alarm_ == 0 ? until : alarm_;
    now_ = std::max(now_, std::min(event_at, alarm_at));
    if (now_ >= until) break;
    if (now_ > next_death && kills < 3) {
      next_death = now_ + static_cast<std::int64_t>(below(1'200'000));
      die();
      continue;
    }
    std::string batch;
    while (!events_.empty() && events_.top().at <= now_) {
      batch += events_.top().frame;
      answered(events_.top().of);
      events_.pop();
    }
    if (alarm_ <= now_) alarm_ = 0;
    step(batch);
  }
  for (const auto& [name, run] : runs_) {
    if (!ended.contains(name))
      wrong.push_back(joined({name, " (", text_field(run.options, "pattern"), ") never ended."}));
  }
}

}  // namespace troupe::simulate

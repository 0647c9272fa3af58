#include "engine/engine.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/execute.hpp"
#include "engine/fork.hpp"
#include "engine/probe.hpp"

namespace troupe {

/// A run and what its coroutines share. The run goes first, and its coroutines with it.
struct Engine::Active {
  Active(Services services, Header header, Host& host, bool durable, std::vector<Run*>& touched)
      : state(services, config_from_json(header.config)), run(host, std::move(header), durable, touched) {}

  RunState state;
  Run run;
};

Engine::Engine() : servers_(host_), services_{host_, models_, servers_, tools_} { models_.configure(Json::object()); }

Engine::~Engine() {
  probes_.clear();
  runs_.clear();
}

void Engine::step(std::string_view events) {
  host_.commands().clear();
  FrameReader reader(events);
  try {
    while (std::optional<Frame> event = reader.next()) {
      try {
        handle(*event);
      } catch (const Error& error) {
        refuse(*event, error);
      } catch (const std::exception& error) {
        refuse(*event, Error(Code::kInternal, std::string("The engine failed: ") + error.what()));
      }
      work();
      reap();
    }
  } catch (const Error& error) {
    host_.send(Head("error").text("code", name_of(error.code())).text("sentence", error.sentence()));
  }
  host_.send_wake();
}

void Engine::refuse(const Frame& event, const Error& error) {
  const std::string_view run = text_field(event.head, "run");
  if (event.kind.starts_with("run.") && !run.empty()) {
    fail(std::string(run), error);
    return;
  }
  host_.send(
      Head("error").text("code", name_of(error.code())).text("sentence", error.whole()).text("event", event.kind));
}

void Engine::fail(const std::string& run, const Error& error) {
  host_.send(Head("run.failed").text("run", run).text("code", name_of(error.code())).text("sentence", error.whole()));
}

void Engine::handle(Frame& event) {
  const Host::Id id = integer_field(event.head, "id", -1);
  if (id >= 0) {
    host_.deliver(id, event);
  } else if (event.kind == "now") {
    host_.set_now(integer_field(event.head, "ms"));
  } else if (event.kind == "configure") {
    configure(event);
  } else if (event.kind == "probe") {
    probe(event);
  } else if (event.kind == "close") {
    servers_.stop_all();
  } else if (!handle_run(event)) {
    throw Error(Code::kProtocol, joined({"There is no event \"", event.kind, "\" without an \"id\"."}));
  }
}

bool Engine::handle_run(const Frame& event) {
  if (event.kind == "run.start") {
    start(event);
  } else if (event.kind == "run.resume") {
    take_up(event, Run::Mode::kLive);
  } else if (event.kind == "run.replay") {
    take_up(event, Run::Mode::kReplay);
  } else if (event.kind == "run.fork") {
    fork(event);
  } else if (Active* active = find(event)) {
    if (event.kind == "run.cancel") active->run.cancel();
    else if (event.kind == "run.suspend") active->run.suspend("suspended", "The run was suspended by its host.");
    else if (event.kind == "run.watch") active->run.watched = flag_field(event.head, "watch");
    else if (event.kind == "journal.appended") active->run.appended(integer_field(event.head, "to"));
    else if (event.kind == "journal.failed") active->run.append_failed(text_field(event.head, "sentence"));
    else return false;
  } else {
    // A run that is over has nothing to hear any more.
    return event.kind == "run.cancel" || event.kind == "run.suspend" || event.kind == "run.watch" ||
           event.kind == "journal.appended" || event.kind == "journal.failed";
  }
  return true;
}

Engine::Active* Engine::find(const Frame& event) {
  const auto found = runs_.find(text_field(event.head, "run"));
  return found == runs_.end() ? nullptr : found->second.get();
}

void Engine::configure(const Frame& event) {
  const std::int64_t protocol = integer_field(event.head, "protocol");
  if (protocol != kProtocolVersion) {
    throw Error(Code::kProtocol, joined({"The host speaks protocol ", decimal(protocol), ", the engine ",
                                         decimal(kProtocolVersion), ". Take both from one release."}));
  }
  const std::optional<Json> body = parse_json(event.body);
  if (!body || !body->is_object()) throw Error(Code::kInvalidInput, "The configuration is not a JSON object.");
  std::vector<ToolSpec> tools;
  for (const Json& item : field(*body, "tools")) {
    ToolSpec tool = tool_from_json(item);
    tool.destructive = flag_field(item, "destructive");
    if (tool.name.empty()) throw Error(Code::kInvalidInput, "A tool of the application has no name.");
    if (!tool.input_schema.is_object()) tool.input_schema = {{"type", "object"}};
    tools.push_back(std::move(tool));
  }
  Models models;
  models.configure(field(*body, "providers"));
  servers_.configure(field(*body, "servers"));
  models_ = std::move(models);
  tools_ = std::move(tools);
  host_.jitter() = Random(static_cast<std::uint64_t>(integer_field(event.head, "seed")));
}

Engine::Active& Engine::add(Header header, bool durable, bool watch) {
  const std::string run = header.run;
  if (run.empty()) throw Error(Code::kInvalidInput, "The event names no \"run\".");
  if (runs_.contains(run)) throw Error(Code::kInvalidInput, joined({"The run \"", run, "\" is under way already."}));
  auto active = std::make_unique<Active>(services_, std::move(header), host_, durable, touched_);
  active->run.watched = watch;
  active->run.conclude = [each = active.get()](const Json& stop) {
    return outcome_of(each->run, each->state, partial_answer(each->state), stop);
  };
  active->run.on_fork = [each = active.get()](const Json& changes) {
    apply_changes(each->state.config, changes);
    if (changes.contains("budget")) each->state.ledger.replace(each->state.config.budget);
  };
  return *runs_.emplace(run, std::move(active)).first->second;
}

Run::Main Engine::main_of(Active& active) {
  return [&active](Scope scope) { return execute(Context(std::move(scope), &active.state), active.run.header().task); };
}

void Engine::start(const Frame& event) {
  const std::optional<Json> body = parse_json(event.body);
  if (!body || !body->is_object()) throw Error(Code::kInvalidInput, "The run's body is not a JSON object.");
  Header header;
  header.run = text_field(event.head, "run");
  header.seed = text_field(event.head, "seed");
  header.task = text_field(*body, "task");
  if (trim(header.task).empty())
    throw Error(Code::kInvalidInput, "The task is empty: say in words what is to be done.");
  header.config = complete_options(field(*body, "options"), models_, servers_.names());
  header.at_ms = host_.now_ms();
  header.release = TROUPE_RELEASE;
  header.flags.assign(std::begin(kBehaviourFlags), std::end(kBehaviourFlags));
  Active& active = add(std::move(header), flag_field(event.head, "durable"), flag_field(event.head, "watch"));
  active.run.start(main_of(active));
}

void Engine::take_up(const Frame& event, Run::Mode mode) {
  JournalReader reader(event.body);
  const std::string_view named = text_field(event.head, "run");
  if (!named.empty() && named != reader.header().run) {
    throw Error(Code::kJournal,
                joined({"This is the journal of run \"", reader.header().run, "\", not of \"", named, "\"."}));
  }
  if (mode == Run::Mode::kLive) models_.find(text_field(reader.header().config, "model"));
  Active& active = add(reader.header(), flag_field(event.head, "durable"), flag_field(event.head, "watch"));
  active.run.take_up(main_of(active), std::string(event.body), mode);
}

void Engine::fork(const Frame& event) {
  const Json changes = complete_changes(field(event.head, "changes"), models_);
  std::string text = fork_journal(event.body, std::string(text_field(event.head, "run")), text_field(event.head, "at"),
                                  changes, host_.now_ms());
  Active& active =
      add(JournalReader(text).header(), flag_field(event.head, "durable"), flag_field(event.head, "watch"));
  active.run.take_up(main_of(active), std::move(text), Run::Mode::kLive, false);
}

void Engine::probe(const Frame& event) {
  probes_.push_back(probe_task(services_, std::string(text_field(event.head, "probe")),
                               std::string(text_field(event.head, "server")),
                               std::string(text_field(event.head, "provider"))));
  probes_.back().start(host_.queue());
}

void Engine::work() {
  for (host_.queue().drain(); !touched_.empty(); host_.queue().drain()) {
    for (Run* run : std::exchange(touched_, {})) progress(*run);
  }
}

void Engine::progress(Run& run) {
  try {
    while (run.advance()) host_.queue().drain();
    run.settle();
    if (run.over()) over_.push_back(run.header().run);
  } catch (const Error& error) {
    give_up(run, error);
  } catch (const std::exception& error) {
    give_up(run, Error(Code::kInternal, std::string("The engine failed: ") + error.what()));
  }
}

void Engine::give_up(Run& run, const Error& error) {
  const std::string name = run.header().run;
  fail(name, error);
  std::erase(touched_, &run);
  runs_.erase(name);
}

void Engine::reap() {
  for (const std::string& run : std::exchange(over_, {})) runs_.erase(run);
  std::erase_if(probes_, [](const Task<>& task) { return task.ended(); });
}

std::string Engine::verify(std::string_view journal) {
  Json result;
  try {
    result = verify_journal(journal);
    result["ok"] = true;
  } catch (const Error& error) {
    result["ok"] = false;
    result["sentence"] = error.whole();
  }
  return dump_json(result);
}

std::string Engine::describe() {
  Json flags = Json::array();
  for (const int flag : kBehaviourFlags) flags.push_back(flag);
  Json json;
  json["release"] = TROUPE_RELEASE;
  json["protocol"] = kProtocolVersion;
  json["journal_format"] = kJournalFormat;
  json["flags"] = std::move(flags);
  return dump_json(json);
}

}  // namespace troupe

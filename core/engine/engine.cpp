#include "engine/engine.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/execute.hpp"
#include "engine/fork.hpp"
#include "engine/probe.hpp"
#include "engine/server_request.hpp"

namespace troupe {

/// A run and what its coroutines share. The run goes first, and its coroutines with it.
struct Engine::Active {
  Active(Services services, std::shared_ptr<const RunConfig> config, Header header, Host& host, bool durable,
         std::vector<Run*>& touched)
      : state(services, std::move(config)), run(host, std::move(header), durable, touched) {}

  RunState state;
  Run run;
};

Engine::Engine()
    : servers_(host_), services_{host_, models_, servers_, tools_, latest_tools_, judgement_, &coordinator_, pins_} {}

Engine::~Engine() {
  probes_.clear();
  requests_.clear();
  runs_.clear();
}

void Engine::step(std::string_view events) {
  host_.commands().clear();
  FrameReader reader(events);
  for (;;) {
    Result<std::optional<Frame>> event = reader.next();
    if (!event) {
      const Error& error = event.error();
      host_.send(Head("error").text("code", name_of(error.code())).text("sentence", error.sentence()));
      break;
    }
    if (!*event) break;
    if (Result<> handled = handle(**event); !handled) refuse(**event, handled.error());
    do work();
    while (reap());
  }
  host_.send_wake();
}

void Engine::refuse(const Frame& event, const Error& error) {
  const std::string run = event.head.text("run");
  if (event.kind.starts_with("run.") && !run.empty()) {
    fail(run, error);
    return;
  }
  host_.send(
      Head("error").text("code", name_of(error.code())).text("sentence", error.whole()).text("event", event.kind));
}

void Engine::fail(const std::string& run, const Error& error) {
  host_.send(Head("run.failed").text("run", run).text("code", name_of(error.code())).text("sentence", error.whole()));
}

// What rarely happens is kept out of here by [[gnu::noinline]]: a runtime compiles a function of WebAssembly when it is
// first called, and every start calls this one.
Result<> Engine::handle(const Frame& event) {
  const Host::Id id = event.head.integer("id", -1);
  if (id >= 0) {
    host_.deliver(id, event);
  } else if (event.kind == "now") {
    host_.set_now(event.head.integer("ms"));
  } else if (event.kind == "configure") {
    return configure(event);
  } else if (event.kind == "models") {
    if (Result<> learned = models_.learn(parse_json(event.body).value_or(Json())); !learned) return learned;
    judgement_.take(models_);
    terms_.reset();  // prices and windows stand there
  } else if (event.kind == "probe") {
    probe(event);
  } else if (event.kind == "server.request") {
    request(event);
  } else if (event.kind == "server.forget") {
    requests_.erase(event.head.text("request"));
    servers_.give_up(event.head.text("server"), event.head.integer("open"));
  } else if (event.kind == "close") {
    servers_.stop_all();
  } else if (event.kind == "run.start") {
    return start(event);
  } else if (event.kind == "run.resume") {
    return take_up(event, Run::Mode::kLive);
  } else if (event.kind == "run.replay") {
    return take_up(event, Run::Mode::kReplay);
  } else if (event.kind == "run.fork") {
    return fork(event);
  } else if (!handle_run(event)) {
    return failure(Code::kProtocol, joined({"There is no event \"", event.kind, "\" without an \"id\"."}));
  }
  return {};
}

bool Engine::handle_run(const Frame& event) {
  if (Active* active = find(event)) {
    if (event.kind == "run.cancel") active->run.cancel();
    else if (event.kind == "run.suspend") active->run.suspend("suspended", "The run was suspended by its host.");
    else if (event.kind == "run.watch") active->run.watched = event.head.flag("watch");
    else if (event.kind == "journal.appended") active->run.appended(event.head.integer("to"));
    else if (event.kind == "journal.failed") active->run.append_failed(event.head.text("sentence"));
    else return false;
  } else {
    // It waits for its turn: it begins, so that there is a journal of it, and does no more.
    if ((event.kind == "run.cancel" || event.kind == "run.suspend") &&
        coordinator_.begin_at_once(event.head.text("run")))
      return handle_run(event);
    // A run that is over has nothing to hear any more.
    return event.kind == "run.cancel" || event.kind == "run.suspend" || event.kind == "run.watch" ||
           event.kind == "journal.appended" || event.kind == "journal.failed";
  }
  return true;
}

Engine::Active* Engine::find(const Frame& event) {
  const auto found = runs_.find(event.head.text("run"));
  return found == runs_.end() ? nullptr : found->second.get();
}

Result<> Engine::configure(const Frame& event) {
  const std::int64_t protocol = event.head.integer("protocol");
  if (protocol != kProtocolVersion) {
    return failure(Code::kProtocol, joined({"The host speaks protocol ", decimal(protocol), ", the engine ",
                                            decimal(kProtocolVersion), ". Take both from one release."}));
  }
  const std::optional<Json> body = parse_json(event.body);
  if (!body || !body->is_object()) return failure(Code::kInvalidInput, "The configuration is not a JSON object.");
  std::vector<ToolSpec> tools;
  for (const Json& item : field(*body, "tools")) {
    ToolSpec tool = tool_from_json(item);
    tool.destructive = flag_field(item, "destructive");
    if (tool.name.empty()) return failure(Code::kInvalidInput, "A tool of the application has no name.");
    if (!tool.input_schema.is_object()) tool.input_schema = object({{"type", "object"}});
    tools.push_back(std::move(tool));
  }
  Result<Pins> pins = Pins::from_json(field(*body, "pins"));
  if (!pins) return failure(pins.error());
  Models models;
  if (Result<> read = models.configure(field(*body, "providers")); !read) return read;
  if (Result<> read = coordinator_.configure(field(*body, "limits"), field(*body, "tenants")); !read) return read;
  if (Result<> read = servers_.configure(field(*body, "servers")); !read) return read;
  if (Result<> read = judgement_.configure(*body, models, tools); !read) return read;
  if (body->contains("pins")) pins_ = std::move(*pins);
  models_ = std::move(models);
  tools_ = std::move(tools);
  latest_tools_ = {};
  terms_.reset();
  host_.jitter() = Random(static_cast<std::uint64_t>(event.head.integer("seed")));
  return {};
}

Engine::Brought Engine::brought_by(const Frame& event) {
  return {event.head.flag("durable"), event.head.flag("watch"), event.head.flag("cancelled")};
}

Engine::Active* Engine::add(Header header, std::shared_ptr<const RunConfig> config, Brought brought) {
  const std::string run = header.run;
  auto active =
      std::make_unique<Active>(services_, std::move(config), std::move(header), host_, brought.durable, touched_);
  active->run.watched = brought.watch;
  active->state.party = {run, active->state.config.tenant, active->state.config.priority};
  active->run.conclude = [each = active.get()](const Json& stop) {
    return outcome_of(each->run, each->state, Answer{partial_answer(each->state), std::nullopt, each->state.not_yet},
                      stop);
  };
  return runs_.emplace(run, std::move(active)).first->second.get();
}

Run::Main Engine::main_of(Active& active) {
  return [&active](Scope scope) { return execute(Context(std::move(scope), &active.state), active.run.header().task); };
}

Result<const Engine::Terms*> Engine::terms_of(std::string_view options) {
  if (terms_ && terms_->given == options) return &*terms_;
  Result<Json> complete = complete_options(parsed_part(options), models_, servers_.names());
  if (!complete) return failure(complete.error());
  Result<RunConfig> config = config_from_json(*complete);
  if (!config) return failure(config.error());
  if (Result<> checked = check_work(*config, true); !checked) return failure(checked.error());
  terms_ = Terms{std::string(options), dump_json(*complete), std::make_shared<const RunConfig>(std::move(*config))};
  return &*terms_;
}

Result<> Engine::start(const Frame& event) {
  Fields body;
  if (!body.read(event.body)) return failure(Code::kInvalidInput, "The run's body is not a JSON object.");
  Header header;
  header.run = event.head.text("run");
  header.seed = event.head.text("seed");
  header.task = body.text("task");
  if (trim(header.task).empty())
    return failure(Code::kInvalidInput, "The task is empty: say in words what is to be done.");
  const Result<const Terms*> terms = terms_of(body.raw("options"));
  if (!terms) return failure(terms.error());
  header.config = (*terms)->written;
  header.release = TROUPE_RELEASE;
  header.flags.assign(std::begin(kBehaviourFlags), std::end(kBehaviourFlags));
  const std::string run = header.run;
  const std::shared_ptr<const RunConfig> config = (*terms)->config;
  return admit(run, *config,
               [this, header = std::move(header), config, brought = brought_by(event)]() mutable -> Result<> {
                 header.at_ms = host_.now_ms();
                 Active* active = add(std::move(header), config, brought);
                 active->run.start(main_of(*active));
                 if (brought.cancelled) active->run.cancel();
                 return {};
               });
}

Result<> Engine::admit(const std::string& run, const RunConfig& config, std::function<Result<>()> begin) {
  if (run.empty()) return failure(Code::kInvalidInput, "The event names no \"run\".");
  if (runs_.contains(run) || coordinator_.awaits(run))
    return failure(Code::kInvalidInput, joined({"The run \"", run, "\" is under way already."}));
  return coordinator_.admit({{run, config.tenant, config.priority}, [this, run, begin = std::move(begin)] {
                               if (const Result<> begun = begin(); !begun) {
                                 fail(run, begun.error());
                                 coordinator_.left();
                               }
                             }});
}

void Engine::forget(const std::string& run) {
  if (runs_.erase(run) > 0) coordinator_.left();
}

[[gnu::noinline]] Result<> Engine::take_up(const Frame& event, Run::Mode mode) {
  Result<std::unique_ptr<Recording>> recording = Recording::open(std::string(event.body));
  if (!recording) return failure(recording.error());
  const Header& header = (*recording)->header();
  const std::string named = event.head.text("run");
  if (!named.empty() && named != header.run) {
    return failure(Code::kJournal,
                   joined({"This is the journal of run \"", header.run, "\", not of \"", named, "\"."}));
  }
  if (mode == Run::Mode::kLive) {
    const Result<Model> model = models_.find(Fields::within(header.config).text("model"));
    if (!model) return failure(model.error());
  }
  return take_up(event, std::move(*recording), mode, true);
}

[[gnu::noinline]] Result<> Engine::fork(const Frame& event) {
  const Result<Json> changes = complete_changes(parsed_part(event.head.raw("changes")), models_);
  if (!changes) return failure(changes.error());
  Result<std::string> text =
      fork_journal(event.body, event.head.text("run"), event.head.text("at"), *changes, host_.now_ms());
  if (!text) return failure(text.error());
  Result<std::unique_ptr<Recording>> recording = Recording::open(std::move(*text));
  if (!recording) return failure(recording.error());
  return take_up(event, std::move(*recording), Run::Mode::kLive, false);
}

Result<> Engine::take_up(const Frame& event, std::unique_ptr<Recording> recording, Run::Mode mode, bool known) {
  Result<RunConfig> read = config_from_json(parsed_part(recording->header().config));
  if (!read) return failure(read.error());
  if (Result<> checked = check_work(*read, false); !checked) return checked;
  // Its own: where it is a fork, it changes.
  const auto config = std::make_shared<RunConfig>(std::move(*read));
  if (mode == Run::Mode::kLive) {
    // It would go on without their tools, and be over.
    const std::vector<std::string> here = servers_.names();
    for (const std::string& server : config->servers) {
      if (std::ranges::find(here, server) != here.end()) continue;
      return failure(Code::kNotFound, joined({"This run uses the server \"", server,
                                              "\", which is not configured here. Configure it, and try again."}));
    }
  }
  const std::string run = recording->header().run;
  const auto shared = std::make_shared<std::unique_ptr<Recording>>(std::move(recording));
  return admit(run, *config, [this, run, shared, config, brought = brought_by(event), mode, known]() -> Result<> {
    Active* active = add((*shared)->header(), config, brought);
    active->run.on_fork = [active, config](const Json& changes) {
      const bool tightened = active->run.header().has(kTightened);
      const Budget before = config->budget;
      Result<> applied = apply_changes(*config, changes);
      if (!applied) return applied;
      if (changes.contains("budget")) {
        if (tightened) config->budget = with_changes(before, config->budget);
        active->state.ledger.replace(config->budget);
        active->state.refused.clear();
      }
      if (tightened) {
        active->state.rule_of_two.change(config->rule_of_two);
        active->state.forked_ms = active->run.now_ms();
      }
      return applied;
    };
    Result<> taken_up = active->run.take_up(main_of(*active), std::move(*shared), mode, known);
    if (!taken_up) runs_.erase(run);
    else if (brought.cancelled) active->run.cancel();
    return taken_up;
  });
}

[[gnu::noinline]] void Engine::probe(const Frame& event) {
  probes_.push_back(
      probe_task(services_, event.head.text("probe"), event.head.text("server"), event.head.text("provider")));
  probes_.back().start(host_.queue());
}

[[gnu::noinline]] void Engine::request(const Frame& event) {
  const std::string request = event.head.text("request");
  Task<> task =
      server_request(services_, request, event.head.text("server"), event.head.text("method"), std::string(event.body));
  task.start(host_.queue());
  requests_.insert_or_assign(request, std::move(task));
}

void Engine::work() {
  for (host_.queue().drain(); !touched_.empty(); host_.queue().drain()) {
    for (Run* run : std::exchange(touched_, {})) progress(*run);
  }
}

void Engine::progress(Run& run) {
  for (;;) {
    const Result<bool> advanced = run.advance();
    if (!advanced) return give_up(run, advanced.error());
    if (!*advanced) break;
    host_.queue().drain();
  }
  run.settle();
  if (run.over()) over_.push_back(run.header().run);
}

void Engine::give_up(Run& run, const Error& error) {
  const std::string name = run.header().run;
  fail(name, error);
  std::erase(touched_, &run);
  forget(name);
}

bool Engine::reap() {
  const bool any = !over_.empty();
  for (const std::string& run : std::exchange(over_, {})) forget(run);
  std::erase_if(probes_, [](const Task<>& task) { return task.ended(); });
  std::erase_if(requests_, [](const auto& each) { return each.second.ended(); });
  return any;
}

namespace {

std::string refused(const Error& error) {
  return dump_json(object({{"error", object({{"code", name_of(error.code())}, {"sentence", error.sentence()}})}}));
}

std::string said(Result<std::string> answer) { return answer ? std::move(*answer) : refused(answer.error()); }

}  // namespace

bool Engine::analyze(std::string_view task) {
  Result<std::vector<std::int32_t>> numbers = judgement_.analyze(task);
  if (!numbers) {
    refusal_ = refused(numbers.error());
    analysis_ = refusal_;
    return false;
  }
  numbers_ = std::move(*numbers);
  analysis_ = {reinterpret_cast<const char*>(numbers_.data()), numbers_.size() * sizeof(std::int32_t)};
  return true;
}

std::string Engine::decide(std::string_view request) { return said(judgement_.decide(request)); }
std::string Engine::recommend(std::string_view request) { return said(judgement_.recommend(request)); }
std::string Engine::create_agents(std::string_view request) { return said(judgement_.create_agents(request)); }
std::string Engine::learn(std::string_view request) { return said(judgement_.learn(request)); }

std::string Engine::verify(std::string_view journal) {
  const Result<Json> verified = verify_journal(journal);
  Json result = verified.value_or(Json::object());
  result["ok"] = verified.has_value();
  if (!verified) result["sentence"] = verified.error().whole();
  return dump_json(result);
}

std::string Engine::describe() {
  Json flags = Json::array();
  for (const int flag : kBehaviourFlags) flags.push_back(flag);
  Json json = object({{"release", TROUPE_RELEASE},
                      {"protocol", kProtocolVersion},
                      {"journal_format", kJournalFormat},
                      {"names", parsed_part(names_of_verdicts())},
                      {"flags", std::move(flags)}});
  return dump_json(json);
}

}  // namespace troupe

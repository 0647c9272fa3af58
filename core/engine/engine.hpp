// Engine: the one object that a host holds. Events in, commands out.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/context.hpp"
#include "agents/judgement.hpp"
#include "coordinate/meta_coordinator.hpp"
#include "llm/models.hpp"
#include "mcp/servers.hpp"
#include "run/host.hpp"
#include "run/run.hpp"
#include "wire/frames.hpp"

namespace troupe {

class Engine {
 public:
  Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  /// Takes a batch of events (docs/protocol.md) and does all that can be done. What is wrong with an event is answered
  /// by a command "error" or "run.failed", and changes nothing.
  void step(std::string_view events);

  /// What the last step() asks of the host. Good until the next one.
  std::string_view commands() const { return host_.commands().bytes(); }

  /// Checks the hash chain of a journal: {"ok": true, "lines", "steps", "hash", ...} or {"ok": false, "sentence"}.
  static std::string verify(std::string_view journal);
  /// What the engine thinks of a task, without running it: docs/intelligence.md has the questions and the answers. A
  /// request that cannot be answered gives {"error":{"code","sentence"}}.
  /// The analysis of a task as bytes: see numbers_of(). Of one that cannot be analysed, JSON as above, and false.
  bool analyze(std::string_view task);
  /// What the last analyze() gave.
  std::string_view analysis() const { return analysis_; }
  std::string decide(std::string_view request);
  std::string recommend(std::string_view request);
  std::string create_agents(std::string_view request);
  std::string learn(std::string_view request);
  /// Who is at work and how everything fares: see MetaCoordinator::status().
  std::string status() const { return coordinator_.status(); }
  /// What the tools of servers said of themselves when they were first seen: the configuration's "pins".
  std::string pins() const { return dump_json(pins_.to_json()); }
  /// {"release","protocol","journal_format","flags"}.
  static std::string describe();

 private:
  struct Active;

  Result<> handle(const Frame& event);
  bool handle_run(const Frame& event);
  Result<> configure(const Frame& event);
  Result<> start(const Frame& event);
  Result<> take_up(const Frame& event, Run::Mode mode);
  Result<> take_up(const Frame& event, std::unique_ptr<Recording> recording, Run::Mode mode, bool known);
  /// A run's options, completed and read. Runs of one engine mostly have the same: those of the last are kept.
  struct Terms {
    std::string given;    // JSON, as the host wrote it
    std::string written;  // the header's "config"
    std::shared_ptr<const RunConfig> config;
  };
  Result<const Terms*> terms_of(std::string_view options);
  /// Lets a run begin when there is room for it.
  Result<> admit(const std::string& run, const RunConfig& config, std::function<Result<>()> begin);
  void forget(const std::string& run);
  Result<> fork(const Frame& event);
  void probe(const Frame& event);
  void request(const Frame& event);
  /// `durable` and `watch`, as the event that brings a run says.
  struct Brought {
    bool durable = false, watch = false, cancelled = false;
  };
  static Brought brought_by(const Frame& event);
  Active* add(Header header, std::shared_ptr<const RunConfig> config, Brought brought);
  Run::Main main_of(Active& active);
  Active* find(const Frame& event);
  void refuse(const Frame& event, const Error& error);
  void fail(const std::string& run, const Error& error);
  void work();
  void progress(Run& run);
  void give_up(Run& run, const Error& error);
  /// Lets go of what is over; true if there was a run among it, after which others may have begun.
  bool reap();

  Host host_;
  Models models_;
  Servers servers_;
  std::vector<ToolSpec> tools_;
  LatestTools latest_tools_;
  Judgement judgement_;
  MetaCoordinator coordinator_{host_};
  Pins pins_;
  std::optional<Terms> terms_;
  std::vector<std::int32_t> numbers_;  // of the last analysis
  std::string refusal_;
  std::string_view analysis_;
  Services services_;
  std::vector<Run*> touched_;
  std::map<std::string, std::unique_ptr<Active>, std::less<>> runs_;
  std::vector<std::string> over_;
  std::vector<Task<>> probes_;
  std::map<std::string, Task<>, std::less<>> requests_;  // of servers, by the host's name for them
};

}  // namespace troupe

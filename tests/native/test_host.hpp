// A host for tests: a scripted model, tools as functions, journals in memory, a clock that only tests move.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"

namespace troupe::test {

/// What outlives a host that is killed: the journals on its disk, and what its tools did to the world.
struct World {
  std::map<std::string, std::string> journals;
  std::vector<std::string> effects;  // "tool arguments", in the order in which they happened
  std::map<std::string, Json> done;  // by idempotency key: what the tool returned
};

struct Question {
  std::int64_t id = 0;
  std::string step;
  Json json;
};

class TestHost {
 public:
  explicit TestHost(World& world);

  /// Given the body of a chat request, the body of the answer. Throwing a std::string sends http.failed.
  std::function<std::string(const Json& request)> model;
  /// Instead of it: carries an HTTP request out by sending events of its id, now or later.
  std::function<void(Host::Id id, const Json& head, std::string_view body)> http;
  /// Carries out process.start, process.write and process.stop.
  std::function<void(const Frame& command)> process;
  /// A tool's work; its effect on the world is recorded by the host. One that gives a discarded value never answers.
  std::map<std::string, std::function<Json(const Json& arguments)>> tools;
  /// Answers a question, or leaves it open by giving null. Not set: nobody is there.
  std::function<Json(const Question&)> person;
  /// Dies as soon as the journal has this many lines. What the same batch of commands still asked for is done or not.
  std::int64_t die_at_lines = -1;
  bool finish_commands_when_dying = false;
  bool durable = true, watch = false;
  /// Answers events of one batch in this order: last command first when true.
  bool backwards = false;

  void configure(Json extra = Json::object());
  /// Declares a tool of the application: its name, its hints.
  void declare(std::string name, Json hints, std::function<Json(const Json&)> work);
  void start(const std::string& run, const std::string& task, const Json& options = Json::object());
  void take_up(std::string_view kind, const std::string& journal);
  void fork(const std::string& run, const std::string& journal, const std::string& at, const Json& changes);
  void send(const ObjectText& head, std::string_view body = {});
  /// Steps the engine until nothing is under way.
  void go();
  /// One step with the events so far; the commands are carried out.
  bool go_once();
  /// Moves the clock to the moment for which the engine set its alarm, and goes on. False when there is none.
  bool wait();
  void answer(const Question& question, const Json& answer);

  bool dead = false;
  std::int64_t now_ms = 1'700'000'000'000;
  std::string end_kind;  // "run.ended" or what else ended the run
  Json outcome;
  Json failure;  // head of run.failed or error
  std::vector<Question> questions;
  std::vector<std::pair<std::string, Json>> commands;  // kinds and heads, all of them
  std::vector<std::string> entries;                    // notify.entry
  std::vector<std::string> texts;                      // notify.text, one by one
  std::string text;                                    // notify.text, until notify.reset
  std::vector<std::string> logs;                       // notify.log
  std::map<std::string, Json> probed;
  std::map<std::string, Json> answered;  // server.answered, by request
  std::string journal(const std::string& run) const { return world_.journals.at(run); }
  Json status() const { return *parse_json(engine_.status()); }
  Json pins() const { return *parse_json(engine_.pins()); }

 private:
  void carry_out(const Frame& command);
  void append(const Frame& command);
  void call_tool(const Frame& command);
  void call_model(const Frame& command);
  void record(std::string_view events, std::string_view commands);

  World& world_;
  Engine engine_;
  std::vector<std::string> pending_;  // events, as frames
  std::int64_t alarm_ms_ = 0;         // of the newest wake; 0 once it went off
  Json declared_ = Json::array();
  std::string recording_;
};

/// Bodies of chat completions.
std::string says(const std::string& text);

/// A reply that says `text` and ends with another reason than that all is said.
std::string cut_off(const std::string& finish, const std::string& text);
std::string calls(const std::vector<std::pair<std::string, Json>>& calls);
/// The number of assistant messages in a request: which turn it is.
int turn_of(const Json& request);
std::vector<std::string> lines_of(const std::string& journal);

}  // namespace troupe::test

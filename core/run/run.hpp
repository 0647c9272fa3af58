// A run: a tree of coroutines whose every contact with the outside is a line of its journal.
//
// Live or on replay, a step is delivered the same way: an entry is written or read, handed to the step that waits for
// it, and the queue is drained before the next. So parallel branches interleave on replay as they did live, and there
// is no second code for replay.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/host.hpp"
#include "run/journal.hpp"
#include "run/recording.hpp"
#include "run/scope.hpp"
#include "run/step.hpp"
#include "run/task.hpp"

namespace troupe {

class Run {
 public:
  enum class Mode : unsigned char {
    kLive,    // goes on where the journal ends
    kReplay,  // stops where the journal ends: no effect happens
  };

  /// The run's work: ends with the outcome that the "end" line records.
  using Main = std::function<Task<Json>(Scope)>;
  /// The outcome of a run that is stopped from outside: what it has so far, with this stop.
  using Conclude = std::function<Json(const Json& stop)>;
  /// A fork's changes, told when the replay reaches them.
  using OnFork = std::function<Result<>(const Json& changes)>;

  /// `durable`: the host acknowledges appends, and nothing leaves before. `touched` is where a run that has something
  /// to settle puts itself, once; it outlives the run.
  Run(Host& host, Header header, bool durable, std::vector<Run*>& touched);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run();

  const Header& header() const { return header_; }
  Host& host() { return host_; }
  /// Milliseconds since 1970 of the last entry: the only clock that patterns may see.
  std::int64_t now_ms() const { return now_ms_; }
  bool live() const { return !recorded_ && mode_ == Mode::kLive; }

  /// Whether entries and text are told to the host as notifications.
  bool watched = false;
  Conclude conclude;
  OnFork on_fork;

  /// Starts a new run: writes the header.
  void start(Main main);
  /// Takes up a recorded one, whose header is this run's. `known` says that the host has the text already; if not, it
  /// is sent, and nothing leaves before it is safe. Fails with kJournal, and then the run is nothing.
  Result<> take_up(Main main, std::unique_ptr<Recording> recording, Mode mode, bool known = true);

  /// Delivers one entry: the next recorded one, or that of an operation that ended; at the end of those that were
  /// recorded it turns live. The caller drains the queue before and after. False when there is nothing to deliver;
  /// fails with kJournal where the recorded one is broken.
  Result<bool> advance();
  /// After the queue is drained: sends what was journalled, starts what may start, reports the end or a pause.
  void settle();

  /// While it replays: as soon as nothing more is recorded.
  void cancel();
  /// Stops here without a line, as if the host had died: another host may go on.
  void suspend(std::string_view reason, std::string_view sentence);
  void appended(std::int64_t to_byte);
  void append_failed(std::string_view why);
  /// A person who is asked by this step is not there, or answered after all. The run pauses when it waits for nothing
  /// but such persons.
  void unanswered(const std::string& step, Json question);
  void answered(const std::string& step);
  /// The outcome was reported: nothing more will happen.
  bool over() const { return over_; }

 private:
  friend class Step;

  /// How the operation of a step ended.
  struct Ended {
    Step* step;
    Result<std::string> result;
  };

  void reach(Step& step);
  void leave(Step& step);
  /// The step with this id that waits, or null.
  Step* waiting(std::string_view id) const;
  void begin(Step& step);
  void begin_ready();
  Task<> perform(Step& step);
  /// A step in doubt: a person says how it goes on.
  Task<std::string> decide(Step& step);
  bool record();
  void touch();
  Result<> deliver(Entry& entry);
  Result<> heed_forks(std::string_view ahead);
  Result<> deliver_end(const Entry& entry);
  void adopt_recorded();
  void go_live();
  bool safe() const { return !durable_ || acknowledged_ >= journal_.offset(); }
  void write(std::string_view kind, Entry::State state, const Step* step, std::string_view args, std::string_view value,
             std::string_view error);
  void tell(std::string_view line, bool replayed);
  void send_lines(std::int64_t at, std::string_view lines);
  void flush();
  void report(std::string_view kind, const Json& outcome);
  void diverge(const Json& recorded, const Json& attempted);
  Task<> run_main(Main main);

  Host& host_;
  Header header_;
  bool durable_;
  std::vector<Run*>& touched_;
  bool is_touched_ = false;
  Mode mode_ = Mode::kLive;
  JournalWriter journal_;
  std::unique_ptr<Recording> recorded_;  // while replaying
  bool known_ = true;                    // the recorded text is the host's
  std::int64_t acknowledged_ = 0;        // bytes of the journal that the host has made safe
  std::int64_t now_ms_;
  std::vector<Step*> waiting_;                            // in the order in which they came
  std::vector<Step*> ready_;                              // to be started when the journal is safe
  int operations_ = 0;                                    // under way
  std::vector<Ended> completed_;                          // operations that ended, recorded and delivered one by one
  std::vector<std::pair<std::string, Json>> unanswered_;  // by step
  std::optional<Json> outcome_;                           // the main task ended
  bool cancelled_ = false;                                // while it replayed
  bool ended_ = false;                                    // the end is journalled, or never will be
  bool unsafe_ = false;                                   // the host cannot write the journal
  bool over_ = false;
  Json report_;
  std::string report_kind_;
  std::optional<Task<>> main_;
};

}  // namespace troupe

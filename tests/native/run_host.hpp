// A host for one run without an engine: steps of the test's own making, on a clock that only the test moves.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "agents/judgement.hpp"
#include "doctest/doctest.h"

namespace troupe::test {

/// What a run is made of, without an engine around it.
class RunHost {
 public:
  using Main = std::function<Task<Json>(Context)>;

  explicit RunHost(Main main, std::int64_t now_ms = 1'000'000)
      : servers_(host),
        state_({host, models_, servers_, tools_, latest_tools_, judgement_, nullptr, pins_},
               std::make_shared<const RunConfig>()),
        main_(std::move(main)) {
    host.set_now(now_ms);
  }

  void start() {
    Header header;
    header.run = "r";
    header.seed = "0123456789abcdef";
    header.task = "t";
    header.at_ms = host.now_ms();
    header.release = "test";
    make(std::move(header));
    run->start(root());
    go();
  }

  void take_up(const std::string& text, Run::Mode mode) {
    journal = text;
    std::unique_ptr<Recording> recording = Recording::open(text).value();
    make(recording->header());
    REQUIRE(run->take_up(root(), std::move(recording), mode));
    go();
  }

  /// Resumes what is ready and carries commands out until nothing moves, as the engine and its host do.
  void go() {
    for (bool moved = true; moved;) {
      for (host.queue().drain(); !touched_.empty(); host.queue().drain()) {
        for (Run* touched : std::exchange(touched_, {})) {
          while (touched->advance().value()) host.queue().drain();
          touched->settle();
        }
      }
      const std::string batch(host.commands().bytes());
      host.commands().clear();
      moved = !batch.empty();
      FrameReader reader(batch);
      while (const std::optional<Frame> command = reader.next().value()) carry_out(*command);
    }
  }

  void pass(std::int64_t ms) {
    host.set_now(host.now_ms() + ms);
    go();
  }

  void event(const ObjectText& head, std::string_view body = {}) {
    FrameWriter frames;
    frames.write(head, {body});
    FrameReader reader(frames.bytes());
    std::optional<Frame> frame = reader.next().value();
    host.deliver(frame->head.integer("id"), *frame);
    go();
  }

  void answer(std::size_t question, const Json& said) {
    event(Head("ask.answered").number("id", questions.at(question).first), dump_json(said));
  }
  void nobody(std::size_t question) { event(Head("ask.unanswered").number("id", questions.at(question).first)); }

  /// "step kind state" of each line after the header.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    JournalReader reader = JournalReader::open(journal).value();
    for (Entry entry; reader.next(entry).value();) {
      const char* state = entry.state == Entry::State::kBegun    ? " begun"
                          : entry.state == Entry::State::kDone   ? " done"
                          : entry.state == Entry::State::kFailed ? " failed"
                                                                 : "";
      lines.push_back(entry.step + (entry.step.empty() ? "" : " ") + entry.kind + state);
    }
    return lines;
  }

  /// The first `count` lines of the journal, the header included.
  std::string prefix(std::size_t count) const {
    std::size_t end = 0;
    for (std::size_t i = 0; i < count; ++i) end = journal.find('\n', end) + 1;
    return journal.substr(0, end);
  }

  Host host;
  std::string journal;
  std::string end_kind;
  Json outcome;
  std::vector<std::pair<Host::Id, Json>> questions;
  std::vector<std::pair<Host::Id, std::string>> requests;  // the addresses of HTTP requests
  std::unique_ptr<Run> run;

 private:
  void make(Header header) {
    run = std::make_unique<Run>(host, std::move(header), false, touched_);
    run->conclude = [](const Json& stop) { return Json{{"stop", stop}}; };
  }

  Run::Main root() {
    return [this](Scope scope) { return main_(Context(std::move(scope), &state_)); };
  }

  void carry_out(const Frame& command) {
    const std::string_view kind = command.kind;
    if (kind == "journal.append") {
      journal.resize(static_cast<std::size_t>(command.head.integer("at")));
      journal += command.body;
    } else if (kind == "ask") {
      questions.emplace_back(command.head.integer("id"), *parse_json(command.body));
    } else if (kind == "http.send") {
      requests.emplace_back(command.head.integer("id"), command.head.text("url"));
    } else if (kind.starts_with("run.")) {
      end_kind = kind;
      outcome = *parse_json(command.body);
    }
  }

  Models models_;
  Servers servers_;
  std::vector<ToolSpec> tools_;
  LatestTools latest_tools_;
  Judgement judgement_;
  Pins pins_;
  RunState state_;
  Main main_;
  std::vector<Run*> touched_;
};

/// A replay ends as the run did, with the same bytes and without a question.
inline void check_replay(const RunHost& first, const RunHost::Main& main) {
  RunHost again(main, 5'000'000);
  again.take_up(first.journal, Run::Mode::kReplay);
  CHECK(again.end_kind == first.end_kind);
  CHECK(again.outcome["hash"] == first.outcome["hash"]);
  CHECK(again.journal == first.journal);
  CHECK(again.questions.empty());
}

}  // namespace troupe::test

#include "run/run.hpp"

#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "run/ask.hpp"
#include "run/given_result.hpp"
#include "run/within.hpp"

namespace troupe {

namespace {

Json attempt_of(std::string_view kind, std::string_view step, std::string_view args) {
  return object({{"kind", kind}, {"step", step}, {"args", parsed_part(args)}});
}

}  // namespace

Run::Run(Host& host, Header header, bool durable, std::vector<Run*>& touched)
    : host_(host), header_(std::move(header)), durable_(durable), touched_(touched), now_ms_(header_.at_ms) {}

Run::~Run() { main_.reset(); }

void Run::touch() {
  if (std::exchange(is_touched_, true)) return;
  touched_.push_back(this);
}

void Run::start(Main main) {
  journal_.begin(header_);
  header_.config = std::string();  // written, and of no more use
  main_ = run_main(std::move(main));
  main_->start(host_.queue());
  touch();
}

Result<> Run::take_up(Main main, std::unique_ptr<Recording> recording, Mode mode, bool known) {
  if (Result<> read = recording->read(); !read) return read;
  mode_ = mode;
  known_ = known;
  const JournalReader& reader = recording->reader();
  const bool forked = recording->more() && recording->entry().kind == "fork";
  if (Result<> heeded = forked ? heed_forks(joined({reader.line(), "\n", reader.rest()})) : Result<>(); !heeded)
    return heeded;
  if (!known) send_lines(0, recording->text());
  recorded_ = std::move(recording);
  main_ = run_main(std::move(main));
  main_->start(host_.queue());
  touch();
  return {};
}

Task<> Run::run_main(Main main) {
  Result<Json> outcome = co_await settled(main(Scope(*this)));
  if (outcome) {
    outcome_ = std::move(*outcome);
  } else {
    Json stop = object(
        {{"reason", "failed"}, {"error", error_to_json(outcome.error())}, {"sentence", outcome.error().whole()}});
    outcome_ = conclude(stop);
  }
  touch();
}

void Run::reach(Step& step) {
  waiting_.push_back(&step);
  if (!recorded_) begin(step);
}

void Run::leave(Step& step) {
  std::erase(waiting_, &step);
  std::erase(ready_, &step);
  if (step.live_ && !step.live_->ended()) --operations_;
  std::erase_if(completed_, [&](const Ended& ended) { return ended.step == &step; });
  answered(step.id_);
}

void Run::begin(Step& step) {
  if (step.request_.effect != Effect::kNone && !step.begun_) {
    write(step.request_.kind, Entry::State::kBegun, &step, step.request_.args, {}, {});
    step.begun_ = true;
  }
  ready_.push_back(&step);
  touch();
}

void Run::begin_ready() {
  if (!safe()) return;
  std::vector<Step*> ready = std::exchange(ready_, {});
  for (Step* step : ready) {
    ++operations_;
    step->live_ = perform(*step);
    step->live_->start(host_.queue());
  }
}

// NOLINTBEGIN(cppcoreguidelines-avoid-reference-coroutine-parameters): the step owns both tasks
Task<> Run::perform(Step& step) {
  const StepName name{header_.run, step.id_};
  Task<std::string> work = step.in_doubt_ ? decide(step) : step.request_.operation(name);
  if (step.request_.until_ms > 0 && !step.in_doubt_) work = within(&host_, std::move(work), step.request_.until_ms);
  Result<std::string> result = co_await settled(std::move(work));
  --operations_;
  completed_.push_back({&step, std::move(result)});
  touch();
}

Task<std::string> Run::decide(Step& step) {
  const StepName name{header_.run, step.id_};
  Json question = object({{"subject", "in_doubt"},
                          {"sentence",
                           "It is not known whether this was done before the last host stopped. Do it again, go on "
                           "without it, or give its result?"},
                          {"kind", step.request_.kind},
                          {"args", parse_json(step.request_.args).value_or(Json())}});
  const Json answer = co_await ask_person(*this, name, std::move(question));
  const std::string_view choice = text_field(answer, "choice");
  if (choice == "result") {
    const Json value = co_await given_result(step.request_.kind, step.request_.args, field(answer, "result"));
    co_return dump_json(value);
  }
  if (choice != "retry") co_return step.request_.skipped == nullptr ? "null" : step.request_.skipped();
  std::string result = co_await step.request_.operation(name);
  co_return result;
}
// NOLINTEND(cppcoreguidelines-avoid-reference-coroutine-parameters)

bool Run::record() {
  if (completed_.empty()) return false;
  Ended ended = std::move(completed_.front());
  completed_.erase(completed_.begin());
  Step& step = *ended.step;
  const std::string_view args = step.begun_ ? std::string_view() : std::string_view(step.request_.args);
  std::erase(waiting_, &step);
  if (ended.result) {
    write(step.request_.kind, Entry::State::kDone, &step, args, *ended.result, {});
    step.deliver(std::move(*ended.result), std::nullopt);
  } else {
    const Error& error = ended.result.error();
    write(step.request_.kind, Entry::State::kFailed, &step, args, {}, dump_json(error_to_json(error)));
    step.deliver({}, error);
  }
  return true;
}

Result<bool> Run::advance() {
  if (ended_) return false;
  if (!recorded_) return record();
  if (outcome_) {
    if (recorded_->more() && recorded_->entry().kind == "end") {
      if (Result<> delivered = deliver_end(recorded_->entry()); !delivered) return failure(delivered.error());
    } else if (recorded_->more()) {
      const Entry& entry = recorded_->entry();
      diverge(attempt_of(entry.kind, entry.step, entry.args), object({{"kind", "end"}, {"value", *outcome_}}));
    } else {
      go_live();
    }
    return true;
  }
  if (!recorded_->more()) {
    go_live();
    return true;
  }
  if (Result<> delivered = deliver(recorded_->entry()); !delivered) return failure(delivered.error());
  return true;
}

/// What a fork changes holds for the step at which it was made, and that one begins with the entry before.
Result<> Run::heed_forks(std::string_view ahead) {
  Fields line;
  while (header_.has(kMended) && ahead.starts_with(R"({"at":)")) {  // a step has "args" before
    const std::size_t end = std::min(ahead.find('\n'), ahead.size());
    if (!line.read(ahead.substr(0, end), kMaxHolderDepth) || line.raw("kind") != R"("fork")") break;
    now_ms_ = plausible_ms(integer_of(line.raw("at"), -1));
    if (Result<> applied = on_fork(parsed_part(line.raw("value"))); !applied) return applied;
    ahead.remove_prefix(std::min(end + 1, ahead.size()));
  }
  return {};
}

Result<> Run::deliver(Entry& entry) {
  if (entry.kind != "fork") {
    if (Result<> heeded = heed_forks(recorded_->reader().rest()); !heeded) return heeded;
  }
  now_ms_ = entry.at_ms;
  tell(recorded_->reader().line(), true);
  if (entry.kind == "cancel") {
    main_.reset();
    outcome_ = conclude(parsed_part(entry.value));
  } else if (entry.kind == "fork" && header_.has(kMended)) {
    // It was heeded already.
  } else if (entry.kind == "fork") {
    if (Result<> applied = on_fork(parsed_part(entry.value)); !applied) return applied;
  } else {
    Step* const found = waiting(entry.step);
    if (found == nullptr || found->key_ != entry.key || found->request_.kind != entry.kind) {
      Json attempted = Json::array();
      for (const Step* step : waiting_) {
        if (found != nullptr && found != step) continue;
        attempted.push_back(attempt_of(step->request_.kind, step->id_, step->request_.args));
      }
      Json recorded = attempt_of(entry.kind, entry.step, entry.args);
      recorded["key"] = entry.key;
      diverge(recorded, attempted);
      return {};
    }
    Step& step = *found;
    if (entry.state == Entry::State::kBegun) {
      step.begun_ = true;
    } else {
      std::optional<Error> error;
      if (entry.state == Entry::State::kFailed) error = error_from_json(parsed_part(entry.error));
      std::erase(waiting_, found);
      step.deliver(std::string(entry.value), error);
    }
  }
  return recorded_->read();
}

Result<> Run::deliver_end(const Entry& entry) {
  now_ms_ = entry.at_ms;
  const Json recorded = parsed_part(entry.value);
  if (recorded != *outcome_) {
    diverge(object({{"kind", "end"}, {"value", recorded}}), object({{"kind", "end"}, {"value", *outcome_}}));
    return {};
  }
  tell(recorded_->reader().line(), true);
  if (Result<> read = recorded_->read(); !read) return read;
  if (recorded_->more()) return failure(Code::kJournal, "The journal goes on after its end.");
  adopt_recorded();
  ended_ = true;
  report("run.ended", *outcome_);
  return {};
}

void Run::adopt_recorded() {
  const JournalReader& reader = recorded_->reader();
  journal_.adopt(reader.lines(), reader.head(), reader.bytes_read());
  if (known_ || !durable_) acknowledged_ = journal_.offset();
  recorded_.reset();
}

void Run::go_live() {
  adopt_recorded();
  if (mode_ == Mode::kReplay) {
    suspend("recorded", "The journal ends here; the run had not ended.");
    return;
  }
  if (cancelled_) return cancel();
  for (Step* step : waiting_) {
    step->in_doubt_ = step->begun_ && step->request_.effect == Effect::kOnce;
    begin(*step);
  }
}

Step* Run::waiting(std::string_view id) const {
  const auto found = std::ranges::find_if(waiting_, [&](const Step* step) { return step->id_ == id; });
  return found == waiting_.end() ? nullptr : *found;
}

void Run::write(std::string_view kind, Entry::State state, const Step* step, std::string_view args,
                std::string_view value, std::string_view error) {
  now_ms_ = host_.now_ms();
  const std::string_view id = step == nullptr ? std::string_view() : std::string_view(step->id_);
  const std::string_view key = step == nullptr ? std::string_view() : std::string_view(step->key_);
  tell(journal_.append(kind, state, id, key, now_ms_, args, value, error), false);
}

void Run::tell(std::string_view line, bool replayed) {
  if (!watched) return;
  Head head("notify.entry");
  head.text("run", header_.run);
  if (replayed) head.flag("replayed", true);
  host_.send(head, {line});
}

void Run::send_lines(std::int64_t at, std::string_view lines) {
  Head head("journal.append");
  head.text("run", header_.run).number("at", at);
  if (durable_) head.flag("acknowledge", true);
  host_.send(head, {lines});
}

void Run::flush() {
  if (journal_.untaken().empty()) return;
  send_lines(journal_.offset(), journal_.untaken());
  journal_.take();
  if (!durable_) acknowledged_ = journal_.offset();
}

void Run::appended(std::int64_t to_byte) {
  acknowledged_ = std::max(acknowledged_, to_byte);
  touch();
}

void Run::append_failed(std::string_view why) {
  unsafe_ = true;
  const std::string sentence = joined({"The journal could not be written: ", why});
  if (!ended_) return suspend("journal", sentence);
  // It had stopped and waited for its last lines. Without them another host would do its last steps again.
  report_kind_ = "run.suspended";
  report_["stop"] = object({{"reason", "journal"}, {"resumable", true}, {"sentence", sentence}});
  touch();
}

void Run::settle() {
  is_touched_ = false;
  if (over_) return;
  if (!recorded_ && !ended_ && outcome_) {
    write("end", Entry::State::kNone, nullptr, {}, dump_json(*outcome_), {});
    ended_ = true;
    report("run.ended", *outcome_);
  }
  if (!unsafe_) flush();
  if (ended_) {
    if (!safe() && !unsafe_) return;
    main_.reset();
    report_["hash"] = hex(journal_.head());
    report_["lines"] = journal_.lines();
    host_.send(Head(report_kind_).text("run", header_.run), {dump_json(report_)});
    over_ = true;
    return;
  }
  if (recorded_) return;
  if (!ready_.empty()) begin_ready();
  if (ready_.empty() && operations_ > 0 && operations_ == static_cast<int>(unanswered_.size())) {
    const Json& question = unanswered_.front().second;
    suspend(text_field(question, "subject"), text_field(question, "sentence"));
  }
}

void Run::report(std::string_view kind, const Json& outcome) {
  report_kind_ = kind;
  report_ = outcome;
}

void Run::unanswered(const std::string& step, Json question) {
  answered(step);
  unanswered_.emplace_back(step, std::move(question));
  touch();
}

void Run::answered(const std::string& step) {
  std::erase_if(unanswered_, [&](const auto& each) { return each.first == step; });
}

void Run::cancel() {
  if (ended_ || outcome_) return;
  if (recorded_) {
    cancelled_ = true;  // when its own part begins: what is recorded is as it was
    return;
  }
  Json stop = object({{"reason", "cancelled"}, {"sentence", "The run was cancelled."}});
  main_.reset();
  ready_.clear();
  write("cancel", Entry::State::kNone, nullptr, {}, dump_json(stop), {});
  outcome_ = conclude(stop);
  touch();
}

void Run::suspend(std::string_view reason, std::string_view sentence) {
  if (ended_) return;
  Json stop = object({{"reason", reason}, {"sentence", sentence}, {"resumable", true}});
  Json outcome = conclude(stop);
  for (const auto& [step, question] : unanswered_) outcome["questions"].push_back(question);
  if (recorded_) adopt_recorded();
  main_.reset();
  ready_.clear();
  ended_ = true;
  report("run.suspended", outcome);
  touch();
}

void Run::diverge(const Json& recorded, const Json& attempted) {
  Json stop = object({{"reason", "diverged"},
                      {"sentence",
                       "The run attempted something else than its journal records. It was begun with another "
                       "configuration or another version of the application."},
                      {"recorded", recorded},
                      {"attempted", attempted}});
  Json outcome = conclude(stop);
  recorded_.reset();
  main_.reset();
  ended_ = true;
  report("run.diverged", outcome);
  touch();
}

}  // namespace troupe

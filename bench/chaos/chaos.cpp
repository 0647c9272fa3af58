// Vendors that fail three times in ten, in every typed way, and a thousand runs that have to get on with it: each ends
// with an answer or a typed stop, what runs say they cost is what the vendors charged, and no vendor gets more than its
// limit.
//
//     troupe_chaos RUNS SEED     a line of JSON; exit code 1 if anything was wrong
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <queue>
#include <set>
#include <string>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "engine/engine.hpp"
#include "vendor.hpp"

namespace troupe::chaos {
namespace {

constexpr std::uint64_t kFailing = 30;  // of a hundred requests
const char* const kWays[] = {"authentication", "quota",     "rate_limit", "too_long", "blocked",
                             "overloaded",     "malformed", "network",    "timeout",  "broken_off"};
const char* const kEnds[] = {"done",        "budget",  "turn_limit", "repeated_call", "repeated_reply",
                             "no_progress", "cut_off", "blocked",    "failed"};

class Chaos {
 public:
  Chaos(std::int64_t runs, std::uint64_t seed) : dice_(seed), runs_(runs) {
    for (int i = 0; i < 5; ++i) {
      Vendor vendor;
      vendor.name = joined({"v", decimal(i)});
      vendor.input = 50 << i;
      vendor.output = vendor.input * 6 + i;
      vendor.per_minute = 600 - 100 * i;
      vendor.tokens_per_minute = 300'000;
      vendors_.emplace(joined({"call:", vendor.name}), vendor);
    }
  }

  bool go() {
    configure();
    std::int64_t next_start = now_;
    for (std::int64_t begun = 0; static_cast<std::int64_t>(ended_.size()) < runs_;) {
      std::int64_t at = events_.empty() ? kNever : events_.top().at;
      if (alarm_ != 0) at = std::min(at, alarm_);
      if (begun < runs_) at = std::min(at, next_start);
      if (at == kNever) break;
      now_ = std::max(now_, at);
      if (begun < runs_ && next_start <= now_) {
        start(begun++);
        next_start = now_ + static_cast<std::int64_t>(below(400));
      } else if (!events_.empty() && events_.top().at <= now_) {
        const Event event = events_.top();
        events_.pop();
        if (event.of < 0 || open_.contains(event.of)) deliver(event);
      } else {
        alarm_ = 0;
        step({});
      }
    }
    check();
    print();
    return wrong_.empty();
  }

 private:
  static constexpr std::int64_t kNever = std::int64_t{1} << 60;

  struct Event {
    std::int64_t at, order;
    Host::Id of;
    std::string frame;
    std::int64_t charge = 0, tokens = 0;  // when it arrives
    bool operator>(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  struct Open {
    std::string vendor;
    std::size_t entry;  // of its log
  };

  std::uint64_t below(std::uint64_t bound) { return dice_.below(bound); }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

  void configure() {
    Json body;
    for (const auto& [url, vendor] : vendors_) {
      const int i = vendor.name.back() - '0';
      const Json traits{{"context", 6000 + 4000 * i},
                        {"speed", 5 - i},
                        {"quality", {{"general", 1 + i}}},
                        {"price", {{"input", vendor.input}, {"output", vendor.output}}}};
      body["providers"][vendor.name] = {{"type", "openai"},     {"url", url},      {"model", "m"},
                                        {"timeout_ms", 20'000}, {"stream", false}, {"models", {{"m", traits}}},
                                        {"hedge", i % 2 == 0}};
      body["limits"]["lines"]["provider " + vendor.name] = {{"per_minute", vendor.per_minute},
                                                            {"tokens_per_minute", vendor.tokens_per_minute}};
    }
    body["tenants"]["all"] = {{"weight", 1}};
    body["tools"] = Json::array({{{"name", "look"}, {"read_only", true}}});
    FrameWriter frame;
    frame.write(Head("configure").number("protocol", kProtocolVersion).number("seed", 7), {dump_json(body)});
    step(frame.bytes());
  }

  void start(std::int64_t number) {
    Json options{{"tenant", "all"}, {"limits", {{"turns", 8}}}};
    const char* const prefers[] = {"cost", "speed", "quality", "balance"};
    if (chance(70)) options["model"]["prefer"] = prefers[below(4)];
    else options["model"] = joined({"v", decimal(static_cast<std::int64_t>(below(5)))});
    if (options["model"].is_string() && chance(60)) options["fallback"] = {"v1", "v3"};
    if (chance(30)) options["hedge"] = true;
    if (chance(20)) options["budget"] = {{"nano_usd", 3'000'000 + below(20'000'000)}};
    options["pattern"] = "direct";
    if (chance(30)) {
      options["pattern"] = "parallel";
      options["settings"]["join"] = "list";
      for (const char* const name : {"one", "two", "three"}) {
        Json agent{{"name", name}, {"instruction", "You work."}};
        if (chance(30)) agent["model"] = {{"prefer", "speed"}};
        options["agents"].push_back(std::move(agent));
      }
    }
    const std::string run = joined({"run-", decimal(number)});
    FrameWriter frame;
    frame.write(
        Head("run.start").text("run", run).text("seed", "0123456789abcdef").flag("durable", false).flag("watch", false),
        {dump_json({{"task", "Look at what there is and say what it means."}, {"options", options}})});
    step(frame.bytes());
  }

  void step(std::string_view events) {
    FrameWriter now;
    now.write(Head("now").number("ms", now_));
    engine_.step(std::string(now.bytes()) + std::string(events));
    const std::string out(engine_.commands());
    FrameReader reader(out);
    for (;;) {
      const Result<std::optional<Frame>> command = reader.next();
      if (!command || !*command) break;
      take(**command);
    }
  }

  void take(const Frame& command) {
    const Host::Id id = command.head.integer("id");
    const std::string run = command.head.text("run");
    if (command.kind == "wake") alarm_ = command.head.integer("at");
    else if (command.kind == "http.abort") open_.erase(id);
    else if (command.kind == "http.send") ask(id, command);
    else if (command.kind == "tool.call") look(id);
    else if (command.kind == "ask") later(0, -1, Head("ask.unanswered").number("id", id));
    else if (command.kind == "journal.append") journals_[run] += command.body;
    else if (command.kind == "run.ended" || command.kind == "run.suspended") finish(run, command);
    else if (command.kind == "run.failed" || command.kind == "error" || command.kind == "run.diverged")
      wrong_.push_back(joined({run, ": ", command.kind, " ", command.json}));
  }

  void later(std::int64_t ms, Host::Id of, const ObjectText& head, std::string_view body = {}) {
    FrameWriter frame;
    frame.write(head, {body});
    events_.push({now_ + ms, order_++, of, std::string(frame.bytes())});
  }

  void deliver(const Event& event) {
    if (event.of >= 0) {
      const Open open = open_.at(event.of);
      Vendor& vendor = vendors_.at(open.vendor);
      vendor.charged += event.charge;
      vendor.log[open.entry].second = event.tokens;
      open_.erase(event.of);
    }
    step(event.frame);
  }

  void look(Host::Id id) {
    if (chance(10))
      later(static_cast<std::int64_t>(below(2000)), -1,
            Head("tool.failed").number("id", id).text("sentence", "It is broken."));
    else
      later(static_cast<std::int64_t>(below(2000)), -1, Head("tool.done").number("id", id),
            dump_json(joined({"Seen ", decimal(order_), ": ", std::string(below(6000), 'x')})));
  }

  void reply(Host::Id id, std::int64_t ms, int status, const std::string& body, std::int64_t charge = 0,
             std::int64_t tokens = 0, const std::string& retry_after = {}) {
    Json headers{{"content-type", "application/json"}};
    if (!retry_after.empty()) headers["retry-after"] = retry_after;
    FrameWriter frame;
    frame.write(Head("http.reply").number("id", id).number("status", status).json("headers", headers), {body});
    events_.push({now_ + ms, order_++, id, std::string(frame.bytes()), charge, tokens});
  }

  void ask(Host::Id id, const Frame& command) {
    Vendor& vendor = vendors_.at(command.head.text("url"));
    ++vendor.requests;
    vendor.log.emplace_back(now_, 0);
    open_[id] = {command.head.text("url"), vendor.log.size() - 1};
    const auto ms = static_cast<std::int64_t>(chance(5) ? 5'000 + below(10'000) : 200 + below(1500));
    if (chance(kFailing)) {
      ++vendor.failures;
      const std::size_t way = below(std::size(kWays));
      ++ways_[kWays[way]];
      return fail(id, ms, way);
    }
    const Json request = *parse_json(command.body);
    const auto read = static_cast<std::int64_t>(command.body.size() / 8);
    const auto written = static_cast<std::int64_t>(10 + below(200));
    Json message{{"role", "assistant"}};
    if (chance(60)) {
      message["content"] = nullptr;
      message["tool_calls"] =
          Json::array({{{"id", joined({"c", decimal(order_)})},
                        {"type", "function"},
                        {"function", {{"name", "look"}, {"arguments", joined({"{\"n\":", decimal(order_), "}"})}}}}});
    } else {
      message["content"] = "This is what it means.";
    }
    reply(id, ms, 200,
          dump_json({{"model", "m"},
                     {"choices", {{{"finish_reason", "stop"}, {"message", message}}}},
                     {"usage", {{"prompt_tokens", read}, {"completion_tokens", written}}}}),
          read * vendor.input + written * vendor.output, read + written);
  }

  void fail(Host::Id id, std::int64_t ms, std::size_t way) {
    const auto said = [](const char* code) {
      return dump_json({{"error", {{"message", "It does not go."}, {"code", code}}}});
    };
    switch (way) {
      case 0: return reply(id, ms, 401, said("invalid_api_key"));
      case 1: return reply(id, ms, 429, said("insufficient_quota"));
      case 2: return reply(id, ms, 429, said("rate_limit_exceeded"), 0, 0, chance(50) ? "2" : "");
      case 3: return reply(id, ms, 400, said("context_length_exceeded"));
      case 4: return reply(id, ms, 400, said("content_filter"));
      case 5: return reply(id, ms, 503, said("overloaded"));
      case 6: return reply(id, ms, 200, "this is no JSON");
      case 7: later(ms, id, Head("http.failed").number("id", id).text("sentence", "connection refused")); return;
      case 8: return;  // never
      default: {       // a stream that ends in the middle of a word
        FrameWriter frames;
        frames.write(Head("http.head")
                         .number("id", id)
                         .number("status", 200)
                         .json("headers", {{"content-type", "text/event-stream"}}));
        frames.write(Head("http.chunk").number("id", id),
                     {"data: {\"choices\":[{\"delta\":{\"content\":\"Th\"}}]}\n\n"});
        frames.write(Head("http.end").number("id", id));
        events_.push({now_ + ms, order_++, id, std::string(frames.bytes())});
      }
    }
  }

  void finish(const std::string& run, const Frame& command) {
    const Json outcome = *parse_json(command.body);
    const Json& usage = outcome["usage"];
    const std::string reason(text_field(outcome["stop"], "reason"));
    if (!ended_.insert(run).second) wrong_.push_back(joined({run, " ended twice."}));
    ++ends_[reason];
    if (reason == "failed") ++codes_[std::string(text_field(outcome["stop"]["error"], "code"))];
    if (std::ranges::find(kEnds, reason) == std::end(kEnds))
      wrong_.push_back(joined({run, " ended with ", reason, "."}));
    if (reason == "done" && text_field(outcome, "answer").empty()) wrong_.push_back(joined({run, " has no answer."}));
    std::int64_t billed = 0, journalled = 0;
    for (const Json& bill : field(usage, "by")) billed += integer_field(bill, "nano_usd");
    for (const std::string_view line : split(journals_[run], '\n')) {
      const Fields entry(line);
      if (entry.text("kind") == "window") ++windows_;
      if (entry.text("kind") == "recovery") ++recoveries_;
      if (entry.text("kind") != "chat" || entry.raw("value").empty()) continue;
      const Fields value(entry.raw("value"));
      if (!value.text("by").empty()) ++others_;
      journalled += Fields(value.raw("usage")).integer("nano_usd");
    }
    const std::int64_t cost = integer_field(usage, "nano_usd");
    if (billed != cost || journalled != cost)
      wrong_.push_back(joined({run, " cost ", decimal(cost), ", by agent and model ", decimal(billed), ", by step ",
                               decimal(journalled), "."}));
    cost_ += cost;
    journals_.erase(run);
  }

  void check() {
    if (static_cast<std::int64_t>(ended_.size()) != runs_)
      wrong_.push_back(joined({decimal(runs_ - std::ssize(ended_)), " runs did not end."}));
    for (const auto& [url, vendor] : vendors_) {
      charged_ += vendor.charged;
      if (!vendor.kept_requests()) wrong_.push_back(joined({vendor.name, " got more requests than its limit."}));
      if (!vendor.kept_tokens()) wrong_.push_back(joined({vendor.name, " got more tokens than its limit."}));
    }
    const Json status = *parse_json(engine_.status());
    const std::int64_t spent = integer_field(status["tenants"]["all"], "nano_usd");
    if (charged_ != cost_ || charged_ != spent)
      wrong_.push_back(joined({"The vendors charged ", decimal(charged_), ", the runs say ", decimal(cost_),
                               ", the tenant ", decimal(spent), "."}));
  }

  void print() {
    Json vendors = Json::array();
    for (const auto& [url, vendor] : vendors_)
      vendors.push_back(
          {{"name", vendor.name},
           {"requests", vendor.requests},
           {"failures", vendor.failures},
           {"per_minute", vendor.per_minute},
           {"minutes", vendor.log.empty() ? 0 : (vendor.log.back().first - vendor.log.front().first) / 60'000},
           {"charged", vendor.charged},
           {"kept", vendor.kept_requests() && vendor.kept_tokens()}});
    std::cout << dump_json({{"runs", runs_},
                            {"ends", ends_},
                            {"codes", codes_},
                            {"ways", ways_},
                            {"vendors", vendors},
                            {"charged", charged_},
                            {"cost", cost_},
                            {"recoveries", recoveries_},
                            {"windows", windows_},
                            {"others", others_},
                            {"wrong", wrong_}})
              << '\n';
  }

  Random dice_;
  std::int64_t runs_;
  Engine engine_;
  std::map<std::string, Vendor> vendors_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::map<Host::Id, Open> open_;
  std::map<std::string, std::string> journals_;
  std::set<std::string> ended_;
  std::map<std::string, std::int64_t> ends_, codes_, ways_;
  std::vector<std::string> wrong_;
  std::int64_t now_ = 1'700'000'000'000, alarm_ = 0, order_ = 0;
  std::int64_t cost_ = 0, charged_ = 0, recoveries_ = 0, windows_ = 0, others_ = 0;
};

}  // namespace
}  // namespace troupe::chaos

int main(int count, char** arguments) {
  const std::int64_t runs = count > 1 ? std::atoll(arguments[1]) : 1000;
  const std::uint64_t seed = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
  troupe::chaos::Chaos chaos(runs, seed);
  return chaos.go() ? 0 : 1;
}

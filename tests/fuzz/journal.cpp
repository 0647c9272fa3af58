// Journals that were cut, edited, shuffled or made up: verified, replayed, resumed and forked without a trap.
#include "run/journal.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "host.hpp"

namespace troupe::fuzz {
namespace {

/// A journal with parallel tools, an approval, a failure and an end, written once by the engine itself.
const std::string& base() {
  static const std::string text = [] {
    // Eight turns of calls, answered in whatever way the fixed bytes say.
    std::string bytes;
    for (int i = 0; i < 600; ++i) bytes += static_cast<char>(9 + (i * 7 + i / 13) % 120);
    Input input(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    FuzzHost host(input);
    host.configure();
    host.start();
    host.step();
    while (!input.empty() && !host.over()) host.act();
    return host.journal;
  }();
  return text;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Makes the chain anew, so that what was edited is read instead of being refused.
std::string chained(const std::vector<std::string>& lines) {
  std::string text;
  std::string last;
  std::int64_t number = 0;
  Header header;
  for (const std::string& line : lines) {
    std::string written = line;
    if (std::optional<Json> json = parse_json(line); json && json->is_object()) {
      if (number == 0) {
        for (const Json& flag : field(field(*json, "core"), "flags"))
          if (flag.is_number_integer()) header.flags.push_back(flag.get<int>());
        (*json)["config_hash"] = hex(sha256(dump_json(field(*json, "config"))), 16);
      } else {
        (*json)["n"] = number;
        (*json)["prev"] = hex(sha256(last));
        if (json->contains("args") && (*json)["args"].is_object() && json->contains("kind") &&
            (*json)["kind"].is_string()) {
          (*json)["key"] = step_key(header, (*json)["kind"].get<std::string>(), dump_json((*json)["args"]));
        }
      }
      written = dump_json(*json);
    }
    text += written + "\n";
    last = written;
    ++number;
  }
  return text;
}

/// Changes a member somewhere in a line.
void edit(std::string& line, Input& input) {
  static constexpr std::string_view kValues[] = {
      "null",       "0",        "-1",         "1e308",     "\"\"",
      "[]",         "{}",       "true",       "\"begun\"", "\"done\"",
      "\"failed\"", "\"fork\"", "\"cancel\"", "\"end\"",   "9223372036854775807",
      "\"tool\""};
  std::optional<Json> json = parse_json(line);
  if (!json || !json->is_object() || json->empty()) return;
  Json* place = &*json;
  for (int depth = 0; depth < 6; ++depth) {
    if (!place->is_structured() || place->empty()) break;
    auto at = place->begin();
    std::advance(at, static_cast<std::ptrdiff_t>(input.below(std::min<std::size_t>(place->size(), 256))));
    place = &*at;
    if (input.below(3) == 0) break;
  }
  const std::size_t choice = input.below(20);
  if (choice < 16) *place = *parse_json(kValues[choice]);
  else *place = parse_json(input.text()).value_or(Json("text"));
  line = dump_json(*json);
}

std::string mutated(Input& input) {
  std::vector<std::string> lines = lines_of(base());
  const bool chain = input.below(8) != 0;
  for (std::size_t i = 0, times = 1 + input.below(4); i < times && !lines.empty(); ++i) {
    const std::size_t at = input.below(std::min<std::size_t>(lines.size(), 256));
    const auto where = lines.begin() + static_cast<std::ptrdiff_t>(at);
    switch (input.below(8)) {
      case 0: lines.erase(where); break;
      case 1: lines.insert(where, std::string(*where)); break;
      case 2: std::swap(lines[at], lines[input.below(std::min<std::size_t>(lines.size(), 256))]); break;
      case 3: lines.resize(at + 1); break;
      case 4: lines.insert(where, std::string(input.text())); break;
      default: edit(lines[at], input);
    }
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  if (chain) text = chained(lines);
  if (input.below(8) == 0) text.resize(text.size() * input.below(256) / 256);
  return text;
}

void take_up(const std::string& journal, Input& input) {
  const std::string verdict = Engine::verify(journal);
  must(parse_json(verdict).has_value(), "a verdict is JSON", verdict);
  FuzzHost host(input);
  host.configure();
  const std::size_t how = input.below(4);
  if (how == 0) {
    host.take_up("run.replay", journal);
  } else if (how == 1) {
    static constexpr std::string_view kChanges[] = {"{}", R"({"result":{"text":"other"}})", R"({"limits":{"turns":1}})",
                                                    R"({"model":"offline"})", "[]"};
    host.send(frame(Head("run.fork")
                        .text("run", "f")
                        .text("at", input.flag() ? "0.1" : "0.3.0")
                        .flag("durable", input.flag())
                        .raw("changes", kChanges[input.below(5)]),
                    journal));
  } else {
    host.journal = journal;
    host.take_up("run.resume", journal);
  }
  host.step();
  for (int i = 0; i < 20 && !input.empty() && !host.over(); ++i) host.act();
}

}  // namespace
}  // namespace troupe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe::fuzz;
  Input input(data, size);
  if (input.below(4) == 0) {
    const std::string text(input.rest());
    Input none(nullptr, 0);
    take_up(text, none);
    take_up(chained(lines_of(text)), none);
  } else {
    take_up(mutated(input), input);
  }
  return 0;
}

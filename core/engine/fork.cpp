#include "engine/fork.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "run/given_result.hpp"
#include "run/journal.hpp"

namespace troupe {
namespace {

void copy(JournalWriter& out, const Entry& entry) {
  out.append(entry.kind, entry.state, entry.step, entry.key, entry.at_ms, entry.args, entry.value, entry.error);
}

std::unexpected<Error> no_such_step(std::string_view at, const std::vector<std::string>& steps) {
  std::string known;
  for (const std::string& step : steps) known += (known.empty() ? "" : ", ") + step;
  return failure(Code::kNotFound, joined({"The journal has no step \"", at, "\". Its steps: ", known, "."}));
}

}  // namespace

Result<std::string> fork_journal(std::string_view recorded, const std::string& run, std::string_view at,
                                 const Json& changes, std::int64_t now_ms) {
  Result<JournalReader> opened = JournalReader::open(recorded);
  if (!opened) return failure(opened.error());
  JournalReader& reader = *opened;
  if (const Result<> checked = reader.check(); !checked) return failure(checked.error());
  Header header = reader.header();
  header.parent = object({{"run", header.run}, {"at", at}});
  header.run = run;
  JournalWriter out;
  out.begin(header);

  Entry entry;
  std::vector<std::string> steps;
  bool found = false;
  while (!found) {
    const Result<bool> more = reader.next(entry);
    if (!more) return failure(more.error());
    if (!*more) return no_such_step(at, steps);
    found = !at.empty() && entry.step == at;
    if (!entry.args.empty()) steps.push_back(entry.step);  // the first line of a step has them
    if (!found && entry.kind != "end" && entry.kind != "cancel") copy(out, entry);
  }

  Json options = changes.is_object() ? changes : Json::object();
  std::optional<Json> result;
  if (options.contains("result")) {
    result = options["result"];
    options.erase("result");
  }
  out.append("fork", Entry::State::kNone, {}, {}, now_ms, {}, dump_json(options), {});
  if (result) {
    const Result<Json> value = given_result(entry.kind, entry.args, std::move(*result));
    if (!value) return failure(value.error());
    out.append(entry.kind, Entry::State::kDone, entry.step, entry.key, now_ms, entry.args, dump_json(*value), {});
  }
  return std::string(out.untaken());
}

}  // namespace troupe

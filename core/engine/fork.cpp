#include "engine/fork.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
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

/// The value of a step from what an application gave as its result: a text stands for what holds that text alone.
Result<Json> value_from(std::string_view kind, Json result) {
  const bool of_model = kind == "chat";
  if (!of_model && kind != "tool") return result;
  if (result.is_string()) {
    Json value = object({{"text", result}});
    if (of_model) value["finish"] = "stop";
    return value;
  }
  if (field(result, "text").is_string() || (of_model && field(result, "calls").is_array())) return result;
  if (!of_model) return object({{"text", dump_json(result)}});
  return failure(Code::kInvalidInput, "The result of a model's step is a text, or has a \"text\" or \"calls\".");
}

}  // namespace

Result<std::string> fork_journal(std::string_view recorded, const std::string& run, std::string_view at,
                                 const Json& changes, std::int64_t now_ms) {
  Result<JournalReader> opened = JournalReader::open(recorded);
  if (!opened) return failure(opened.error());
  JournalReader& reader = *opened;
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
    found = entry.step == at;
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
    const Result<Json> value = value_from(entry.kind, std::move(*result));
    if (!value) return failure(value.error());
    out.append(entry.kind, Entry::State::kDone, entry.step, entry.key, now_ms, entry.args, dump_json(*value), {});
  }
  return std::string(out.untaken());
}

}  // namespace troupe

#include "run/journal.hpp"

#include <algorithm>
#include <utility>

#include "base/fingerprint.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "run/journal_grammar.hpp"

namespace troupe {
namespace {

std::string_view name_of(Entry::State state) {
  switch (state) {
    case Entry::State::kBegun: return "begun";
    case Entry::State::kDone: return "done";
    case Entry::State::kFailed: return "failed";
    case Entry::State::kNone: break;
  }
  return {};
}

Entry::State state_named(std::string_view json) {
  for (const auto state : {Entry::State::kBegun, Entry::State::kDone, Entry::State::kFailed}) {
    if (json.size() > 2 && json.substr(1, json.size() - 2) == name_of(state)) return state;
  }
  return Entry::State::kNone;
}

bool is_quoted_hex(std::string_view json, const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (json.size() != 2 + 2 * digest.size()) return false;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    if (json[1 + 2 * i] != kDigits[digest[i] >> 4U] || json[2 + 2 * i] != kDigits[digest[i] & 15U]) return false;
  }
  return true;
}

void append_field(std::string& out, std::string_view name, std::string_view json) {
  append(out, {out.back() == '{' ? "\"" : ",\"", name, "\":", json});
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_field(out, name, {});
  append_quoted(out, text);
}

std::unexpected<Error> broken(std::int64_t line, std::string_view why) {
  return failure(Code::kJournal, joined({"The journal is broken in line ", decimal(line), ": ", why}));
}

constexpr std::string_view kKnownToTheEnd =
    "Each line is followed by one that has its hash, but the last one. That it is as it was written, compare the hash "
    "with the one that the run reported at its end.";
constexpr std::string_view kKnownSoFar =
    "Each line is followed by one that has its hash, but the last one. That it is as it was written, and that no lines "
    "after it were cut off, the journal alone cannot say: compare the hash with one that was kept elsewhere.";

Result<Header> read_header(const Json& line) {
  if (text_field(line, "journal") != "troupe") {
    return failure(Code::kJournal, "This is not a journal of troupe: its first line has no \"journal\":\"troupe\".");
  }
  Header header;
  const std::int64_t format = integer_field(line, "format");
  if (format < 1 || format > kJournalFormat) {
    return failure(Code::kJournal,
                   joined({"The journal has format ", decimal(format), "; this troupe reads formats 1 to ",
                           decimal(kJournalFormat), ". Use the release that wrote it."}));
  }
  header.format = static_cast<int>(format);
  const Json& core = field(line, "core");
  header.release = text_field(core, "release");
  for (const Json& flag : field(core, "flags")) {
    const std::int64_t number = flag.is_number_integer() ? flag.get<std::int64_t>() : -1;
    bool known = false;
    for (const int mine : kBehaviourFlags) known = known || mine == number;
    if (!known) {
      return failure(Code::kJournal, joined({"The journal was written with behaviour ", decimal(number),
                                             ", which this troupe does not have. Use release ", header.release, "."}));
    }
    header.flags.push_back(static_cast<int>(number));
  }
  if (const std::string_view wrong = wrong_in_header(line); !wrong.empty()) return broken(1, wrong);
  header.run = text_field(line, "run");
  header.seed = text_field(line, "seed");
  header.task = text_field(line, "task");
  header.config = dump_json(field(line, "config"));
  header.parent = field(line, "parent");
  header.at_ms = plausible_ms(integer_field(line, "at"));
  if (text_field(line, "config_hash") != hex(sha256(header.config), 16)) {
    return broken(1, "its configuration does not match its hash; somebody edited it.");
  }
  return header;
}

}  // namespace

std::string Header::line() const {
  Json flag_list = Json::array();
  for (const int flag : flags) flag_list.push_back(flag);
  std::string out = "{";
  append_field(out, "at", decimal(at_ms));
  append_field(out, "config", config);
  append_text(out, "config_hash", hex(sha256(config), 16));
  append_field(out, "core", dump_json(object({{"flags", std::move(flag_list)}, {"release", release}})));
  append_field(out, "format", decimal(format));
  append_text(out, "journal", "troupe");
  if (!parent.is_null()) append_field(out, "parent", dump_json(parent));
  append_text(out, "run", run);
  append_text(out, "seed", seed);
  append_text(out, "task", task);
  return joined({out, "}"});
}

void JournalWriter::seal(std::size_t start) {
  head_ = sha256(std::string_view(text_).substr(start));
  ++lines_;
  text_ += '\n';
}

void JournalWriter::begin(const Header& header) {
  const std::size_t start = text_.size();
  text_ += header.line();
  seal(start);
}

void JournalWriter::adopt(std::int64_t lines, const Digest& head, std::int64_t bytes) {
  lines_ = lines;
  head_ = head;
  offset_ = bytes;
}

void JournalWriter::take() {
  offset_ += static_cast<std::int64_t>(text_.size());
  text_ = std::string();  // a run that waits holds no room for lines
}

std::string_view JournalWriter::append(std::string_view kind, Entry::State state, std::string_view step,
                                       std::string_view key, std::int64_t at_ms, std::string_view args,
                                       std::string_view value, std::string_view error) {
  const std::size_t start = text_.size();
  text_ += '{';
  if (!args.empty()) append_field(text_, "args", args);
  append_field(text_, "at", decimal(at_ms));
  if (!error.empty()) append_field(text_, "error", error);
  if (!key.empty()) append_text(text_, "key", key);
  append_text(text_, "kind", kind);
  append_field(text_, "n", decimal(lines_));
  append_text(text_, "prev", hex(head_));
  if (state != Entry::State::kNone) append_text(text_, "state", name_of(state));
  if (!step.empty()) append_text(text_, "step", step);
  if (!value.empty()) append_field(text_, "value", value);
  text_ += '}';
  seal(start);
  return std::string_view(text_).substr(start, text_.size() - start - 1);
}

Result<JournalReader> JournalReader::open(std::string_view text) {
  if (trim(text).empty()) return failure(Code::kJournal, "The journal is empty.");
  JournalReader reader(text);
  if (!reader.take_line()) {
    return failure(Code::kJournal, "The journal is cut inside its first line: nothing of the run is left.");
  }
  const std::optional<Json> line = parse_json(reader.line_, kMaxHolderDepth);
  if (!line || !line->is_object()) {
    return failure(Code::kJournal, "This is not a journal of troupe: its first line is not a JSON object.");
  }
  Result<Header> header = read_header(*line);
  if (!header) return failure(header.error());
  reader.header_ = std::move(*header);
  return reader;
}

bool JournalReader::take_line() {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos) {
    torn_bytes_ = static_cast<std::int64_t>(rest_.size());
    return false;
  }
  line_ = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  ++lines_;
  return true;
}

Result<> JournalReader::check() {
  const JournalReader start = *this;
  Grammar grammar;
  Entry entry;
  for (;;) {
    const Result<bool> more = next(entry);
    if (!more) return failure(more.error());
    if (!*more) break;
    if (const std::string_view wrong = grammar.wrong_in(fields_, entry); !wrong.empty()) return broken(lines_, wrong);
  }
  *this = start;
  checked_ = true;
  return {};
}

Result<bool> JournalReader::next(Entry& entry) {
  const std::string_view before = line_;
  if (!take_line()) return false;
  if (checked_) fields_.read_within(line_);
  else if (!fields_.read(line_, kMaxHolderDepth)) return broken(lines_, "it is not a JSON object.");
  entry = {};
  std::string_view previous;
  std::int64_t number = -1;
  for (const auto& [name, value] : fields_) {
    if (name == "args") entry.args = value;
    else if (name == "at") entry.at_ms = plausible_ms(integer_of(value, -1));
    else if (name == "error") entry.error = value;
    else if (name == "key") entry.key = unquoted(value);
    else if (name == "kind") entry.kind = unquoted(value);
    else if (name == "n") number = integer_of(value, -1);
    else if (name == "prev") previous = value;
    else if (name == "state") entry.state = state_named(value);
    else if (name == "step") entry.step = unquoted(value);
    else if (name == "value") entry.value = value;
  }
  if (checked_) return true;
  if (!is_quoted_hex(previous, sha256(before))) {
    return broken(lines_, "it does not follow from the line before it. Lines were edited, lost, moved or added.");
  }
  if (number != lines_ - 1) return broken(lines_, "its number is wrong.");
  return true;
}

Result<Json> verify_journal(std::string_view text) {
  Result<JournalReader> opened = JournalReader::open(text);
  if (!opened) return failure(opened.error());
  JournalReader& reader = *opened;
  if (const Result<> checked = reader.check(); !checked) return failure(checked.error());
  Entry entry;
  std::int64_t steps = 0;
  bool ended = false;
  for (;;) {
    const Result<bool> more = reader.next(entry);
    if (!more) return failure(more.error());
    if (!*more) break;
    if (entry.state != Entry::State::kNone && !is_kind_of_step(entry.kind))
      return broken(reader.lines(), "its \"kind\" is none of this format.");
    if (!entry.args.empty() && entry.key != step_key(reader.header(), entry.kind, entry.args))
      return broken(reader.lines(), "its key is not that of what the step was to do.");
    steps += entry.state == Entry::State::kDone || entry.state == Entry::State::kFailed ? 1 : 0;
    ended = entry.kind == "end";
  }
  Json result = object({{"run", reader.header().run},
                        {"task", reader.header().task},
                        {"lines", reader.lines()},
                        {"steps", steps},
                        {"ended", ended},
                        {"torn", reader.torn()},
                        {"hash", hex(reader.head())},
                        {"sentence", ended ? kKnownToTheEnd : kKnownSoFar}});
  return result;
}

Json parsed_part(std::string_view json) { return parse_json(json, kMaxHolderDepth).value_or(Json()); }

bool Header::has(int flag) const { return std::ranges::find(flags, flag) != flags.end(); }

std::string step_key(const Header& header, std::string_view kind, std::string_view args) {
  if (header.has(kFingerprints)) return hexadecimal(fingerprint(args, fingerprint("\n", fingerprint(kind))));
  return hex(sha256(joined({kind, "\n"}), args), 8);
}

}  // namespace troupe

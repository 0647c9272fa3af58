// The journal: lines of JSON, each with the hash of the one before it. docs/journal.md is the format's page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/json_parse.hpp"
#include "base/sha256.hpp"

namespace troupe {

/// The format that this core writes. It reads all formats from 1 on.
inline constexpr int kJournalFormat = 1;

/// Numbered changes of behaviour that runs may depend on; a number is never used again. A run keeps the flags of its
/// header for life, so old journals replay as they ran.
inline constexpr int kBehaviourFlags[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
/// Keys of steps and digests of histories are fingerprints; before, SHA-256 cut short.
inline constexpr int kFingerprints = 2;
/// A run begins with its analysis and its strategy.
inline constexpr int kJudged = 3;
/// The rule of two guards it.
inline constexpr int kRuleOfTwo = 4;
/// Egress, tools that changed, and agents that make no progress are looked at; other models and servers are asked.
inline constexpr int kSupervised = 5;
/// A conversation that is too long is shortened, and the outcome says what each agent and model used.
inline constexpr int kAccounted = 6;
/// A result that was cut can be read on.
inline constexpr int kReadsOn = 7;
/// Tools that a server changes in mid-run are learnt anew.
inline constexpr int kLearnsAnew = 8;
/// All assertions of JSON Schema are checked.
inline constexpr int kWholeSchemas = 9;
/// Guards hold where they did not: a run's own instruction stands before what every lone agent is told; a model that
/// stands in is paid from the budget first; tools are judged by their servers' names for them, too; what a fork changes
/// takes hold at once.
inline constexpr int kTightened = 10;
/// What is said to be done is done: answers that were cut off are not, an agent that is stopped gives its own work, a
/// no to a budget counts for good, and more; see docs/journal.md.
inline constexpr int kMended = 11;
/// Agents' own budgets hold for all that they do, also for a pattern in an agent's place; what was mended by a form is
/// the answer.
inline constexpr int kPursed = 12;
/// Guards look closer: at how addresses are written, at what tools say of themselves, and at the calls of one turn one
/// after the other; see docs/journal.md.
inline constexpr int kWary = 13;

/// The first line: all that a run starts from.
struct Header {
  std::string run;
  std::string seed;  // 16 hexadecimal digits
  std::string task;
  std::string config = "{}";  // what decides: options, limits, prices; no secrets, no addresses. Canonical JSON
  std::int64_t at_ms = 0;
  std::string release;  // of the core that began the run
  std::vector<int> flags;
  int format = kJournalFormat;
  Json parent;  // null, or of what run and where this is a fork

  std::string line() const;
  bool has(int flag) const;
};

/// One line after the header. Steps have a state; run-level lines ("cancel", "fork", "end") have none.
struct Entry {
  enum class State : unsigned char { kNone, kBegun, kDone, kFailed };

  std::string kind;
  State state = State::kNone;
  std::string step;
  std::string key;
  std::int64_t at_ms = 0;
  // JSON as it is written, or empty: views into the journal's text.
  std::string_view args;   // on the first line of a step: what it was asked to do
  std::string_view value;  // of kDone, and of run-level lines
  std::string_view error;  // of kFailed: code, sentence, causes
};

/// Writes lines and keeps the chain. The text is the host's to keep: what was taken is not held here.
class JournalWriter {
 public:
  void begin(const Header& header);
  /// Goes on after lines that the host has already: their number, the last one's hash, and the bytes of all.
  void adopt(std::int64_t lines, const Digest& head, std::int64_t bytes);
  /// `args`, `value` and `error` are JSON texts or empty. The line without its newline, good until the next call.
  std::string_view append(std::string_view kind, Entry::State state, std::string_view step, std::string_view key,
                          std::int64_t at_ms, std::string_view args, std::string_view value, std::string_view error);

  /// Lines not yet taken, and where in the whole text they start.
  std::string_view untaken() const { return text_; }
  std::int64_t offset() const { return offset_; }
  void take();

  std::int64_t lines() const { return lines_; }
  /// The hash of the last line: of everything so far.
  const Digest& head() const { return head_; }

 private:
  void seal(std::size_t start);

  std::string text_;
  std::int64_t offset_ = 0;
  std::int64_t lines_ = 0;
  Digest head_{};
};

/// A journal's lines, checked one by one. The text must outlive the reader.
class JournalReader {
 public:
  /// Reads the header. Fails with kJournal when there is none that this core understands.
  static Result<JournalReader> open(std::string_view text);

  const Header& header() const { return header_; }

  /// Goes through all lines and back to the first: the chain, and the grammar of docs/journal.md. Fails with kJournal
  /// at the first line that is not as it was written. Only the line after it says so of a line: whoever uses lines
  /// checks all of them before.
  Result<> check();

  /// Reads the next line into `entry`; false at the end. Fails with kJournal where the chain is broken, if it was not
  /// checked. A last line without its newline is what a crash in the middle of a write leaves: it counts as not
  /// written, see torn().
  Result<bool> next(Entry& entry);

  /// Whether the text ends in half a line.
  bool torn() const { return torn_bytes_ != 0; }
  /// The line that next() read last, and the bytes of all lines read so far.
  std::string_view line() const { return line_; }
  std::int64_t bytes_read() const { return static_cast<std::int64_t>(text_.size() - rest_.size()); }
  /// The lines that were not read yet, nor checked.
  std::string_view rest() const { return rest_; }
  /// Lines read so far, the header included.
  std::int64_t lines() const { return lines_; }
  Digest head() const { return sha256(line_); }

 private:
  explicit JournalReader(std::string_view text) : text_(text), rest_(text) {}
  bool take_line();

  std::string_view text_, rest_, line_;
  Fields fields_;
  std::int64_t lines_ = 0;
  std::int64_t torn_bytes_ = 0;
  bool checked_ = false;
  Header header_;
};

/// Checks a whole journal: {"run","task","lines","steps","ended","torn","hash","sentence"}; the sentence says what the
/// journal alone cannot tell. Fails with kJournal where it is broken.
Result<Json> verify_journal(std::string_view text);

/// What a part of an entry says. Null for a part that is empty.
Json parsed_part(std::string_view json);

/// The key of a step: a hash of its kind and canonical arguments, 16 hexadecimal digits, as the flags of the run say.
std::string step_key(const Header& header, std::string_view kind, std::string_view args);

}  // namespace troupe

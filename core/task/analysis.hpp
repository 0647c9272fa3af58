// What TaskAnalyzer says of a task.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "task/outputs.hpp"

namespace troupe {

/// Probabilities are in thousandths everywhere: whole numbers are the same on every machine.
using Permille = std::uint16_t;

/// A part of a text: bytes, from `begin` up to `end`.
struct Span {
  std::uint32_t begin = 0, end = 0;
};

/// Something that the task names.
struct NamedThing {
  enum class Kind : std::uint8_t {
    kPath,
    kUrl,
    kMail,
    kQuotation,
    kNumber,
    kAmount,
    kDate,
    kRepository,
    kIdentifier,
    kName
  };
  Kind kind{};
  Span span;
};
inline constexpr std::array<std::string_view, 10> kThingNames = {"path",   "url",  "address",    "quotation",  "number",
                                                                 "amount", "date", "repository", "identifier", "name"};

/// A part of the task that asks for one thing.
struct TaskClause {
  Span span;
  std::uint64_t needs = 0;  // bit i: it needs what clause i gives; of the first 64 clauses
};

/// Words that speak for a verdict (or against it), and how much: natural logarithms of odds, in thousandths.
struct Evidence {
  Span span;
  std::uint8_t output = 0;  // outputs.hpp
  std::int32_t weight = 0;
};

struct Analysis {
  std::array<Permille, kOutputs> probability{};                   // of each output
  std::uint8_t type = 0, complexity = 0, shape = 0, pattern = 0;  // the likeliest: indexes into outputs.hpp's lists
  std::uint8_t risks = 0;                                         // bit i: kRisks[i]; of none the task is read-only
  bool server = false;                                            // does it need a tool at all?
  std::uint8_t steps = 1, steps_least = 1, steps_most = 1;        // steps_most of 20: or more
  std::vector<std::uint8_t> capabilities;                         // indexes into kCapabilities, the likeliest first
  std::vector<NamedThing> things;
  std::vector<TaskClause> clauses;
  std::vector<Evidence> evidence;  // by verdict, the strongest first

  bool has_risk(std::size_t risk) const { return (risks >> risk & 1U) != 0; }
};

inline constexpr std::size_t kWrites = 0, kDestructive = 1, kSpendsMoney = 2, kSpeaksToOthers = 3;

/// The analysis as numbers, for a host that makes an object of them: parsing JSON would take longer than the analysis.
/// Names stand as indexes into names_of_verdicts(). Spans count UTF-16 code units of `text`, as JavaScript does.
///
///   type, complexity, shape, pattern, risks (bits), server (0 or 1), steps: least, likely, most,
///   probabilities of: types, complexities, shapes, risks, patterns, server,
///   count, capabilities that it needs
///   count, capabilities that are at all likely: which, probability
///   count, things: kind, begin, end
///   count, clauses: begin, end, count, needs
///   count, evidence: verdict (in the order of the probabilities), begin, end, weight
std::vector<std::int32_t> numbers_of(const Analysis& analysis, std::string_view text);
/// {"capability","complexity","pattern","risk","shape","thing","type"}: lists of names.
std::string names_of_verdicts();
/// The verdicts and their probabilities alone, and of a `text` the words that said most for its type, and which tables
/// were asked: what a journal keeps.
std::string summary_json(const Analysis& analysis, std::string_view text = {}, std::uint32_t tables = 0);
/// The verdicts of what to_json() or summary_json() wrote. Fails with kInvalidInput where it is none.
Result<Analysis> analysis_from_json(const Json& json);

}  // namespace troupe

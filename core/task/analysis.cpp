#include "task/analysis.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "base/fingerprint.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

/// Places of bytes in a text as JavaScript counts: in UTF-16 code units. Asked in any order; cheap for ASCII.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x80) continue;
      ascii_ = false;
      break;
    }
    if (ascii_) return;
    units_.reserve(text.size() / kStride + 1);
    std::uint32_t units = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (i % kStride == 0) units_.push_back(units);
      units += units_of(text[i]);
    }
  }

  std::uint32_t operator()(std::uint32_t byte) const {
    if (ascii_ || units_.empty()) return byte;
    std::size_t at = std::min<std::size_t>(byte / kStride, units_.size() - 1);
    std::uint32_t units = units_[at];
    for (at *= kStride; at < byte && at < text_.size(); ++at) units += units_of(text_[at]);
    return units;
  }

 private:
  static constexpr std::size_t kStride = 64;
  /// Of a character's first byte all of its units; of the others none.
  static std::uint32_t units_of(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xF0 ? 2 : (byte & 0xC0U) == 0x80 ? 0 : 1;
  }

  std::string_view text_;
  bool ascii_ = true;
  std::vector<std::uint32_t> units_;
};

/// What is less likely is left out, in thousandths.
constexpr int kWorthNaming = 1;
/// Of capabilities, of which there are many.
constexpr Permille kLikely = 50;
bool is_likely(Permille probability) { return probability >= kLikely; }

/// The places of names in alphabetical order: journals have their keys sorted.
template <const auto& kNames>
constexpr auto kByName = [] {
  std::array<std::uint8_t, kNames.size()> order{};
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint8_t>(i);
  std::ranges::sort(order, {}, [](std::uint8_t i) { return kNames[i]; });
  return order;
}();

std::string likely(const Analysis& analysis, std::size_t first, std::span<const std::string_view> names,
                   std::span<const std::uint8_t> by_name) {
  std::string out = "{";
  for (const std::uint8_t i : by_name) {
    if (analysis.probability[first + i] < kWorthNaming) continue;
    append(out, {out.size() > 1 ? ",\"" : "\"", names[i], "\":", decimal(analysis.probability[first + i])});
  }
  return out += '}';
}

/// {"a":800,"b":200}: those that are at all likely.
template <const auto& kNames>
std::string likely(const Analysis& analysis, std::size_t first) {
  return likely(analysis, first, kNames, kByName<kNames>);
}

std::string probabilities(const Analysis& analysis) {
  std::string out = "{";
  append(out, {"\"complexity\":", likely<kComplexities>(analysis, kFirstComplexity)});
  append(out, {",\"pattern\":", likely<kPatterns>(analysis, kFirstPattern)});
  append(out, {",\"risk\":", likely<kRisks>(analysis, kFirstRisk)});
  append(out, {",\"server\":", decimal(analysis.probability[kServerNeeded])});
  append(out, {",\"shape\":", likely<kShapes>(analysis, kFirstShape)});
  append(out, {",\"type\":", likely<kTypes>(analysis, kFirstType), "}"});
  return out;
}

std::string names_of(const std::vector<std::uint8_t>& capabilities) {
  std::string out = "[";
  for (const std::uint8_t each : capabilities) append(out, {out.size() > 1 ? ",\"" : "\"", kCapabilities[each], "\""});
  return out += ']';
}

/// The words that spoke most for the type, the strongest first.
std::string words_for_type(const Analysis& analysis, std::string_view text) {
  constexpr std::size_t kMostWords = 3;
  std::string out = "[";
  std::size_t words = 0;
  for (const Evidence& each : analysis.evidence) {
    if (each.output != kFirstType + analysis.type || each.weight <= 0 || words++ == kMostWords) continue;
    if (out.size() > 1) out += ',';
    append_quoted(out, text.substr(each.span.begin, each.span.end - each.span.begin));
  }
  return out += ']';
}

std::string names_of_risks(const Analysis& analysis) {
  std::string out = "[";
  for (std::size_t i = 0; i < kRisks.size(); ++i) {
    if (analysis.has_risk(i)) append(out, {out.size() > 1 ? ",\"" : "\"", kRisks[i], "\""});
  }
  return out += out.size() > 1 ? "]" : "\"read_only\"]";
}

std::string steps_of(const Analysis& analysis) {
  return ObjectText()
      .number("least", analysis.steps_least)
      .number("likely", analysis.steps)
      .number("most", analysis.steps_most)
      .finish();
}

}  // namespace

std::vector<std::int32_t> numbers_of(const Analysis& analysis, std::string_view text) {
  const Places places(text);
  std::vector<std::int32_t> out;
  out.reserve(64 + analysis.evidence.size() * 4 + analysis.things.size() * 3 + analysis.clauses.size() * 4);
  const auto add = [&](std::int64_t number) { out.push_back(static_cast<std::int32_t>(number)); };
  const auto add_span = [&](const Span& span) {
    add(places(span.begin));
    add(places(span.end));
  };
  for (const std::uint8_t each : {analysis.type, analysis.complexity, analysis.shape, analysis.pattern, analysis.risks})
    add(each);
  add(analysis.server ? 1 : 0);
  for (const std::uint8_t each : {analysis.steps_least, analysis.steps, analysis.steps_most}) add(each);
  for (std::size_t output = 0; output < kFirstSteps; ++output) add(analysis.probability[output]);
  add(analysis.probability[kServerNeeded]);
  add(static_cast<std::int64_t>(analysis.capabilities.size()));
  for (const std::uint8_t each : analysis.capabilities) add(each);
  add(std::ranges::count_if(std::span(analysis.probability).subspan(kFirstCapability), is_likely));
  for (std::size_t i = 0; i < kCapabilities.size(); ++i) {
    if (!is_likely(analysis.probability[kFirstCapability + i])) continue;
    add(static_cast<std::int64_t>(i));
    add(analysis.probability[kFirstCapability + i]);
  }
  add(static_cast<std::int64_t>(analysis.things.size()));
  for (const NamedThing& thing : analysis.things) {
    add(static_cast<std::int64_t>(thing.kind));
    add_span(thing.span);
  }
  add(static_cast<std::int64_t>(analysis.clauses.size()));
  for (const TaskClause& clause : analysis.clauses) {
    add_span(clause.span);
    add(std::popcount(clause.needs));
    for (int i = 0; i < 64; ++i) {
      if ((clause.needs >> i & 1U) != 0) add(i);
    }
  }
  add(static_cast<std::int64_t>(analysis.evidence.size()));
  for (const Evidence& each : analysis.evidence) {
    add(each.output);
    add_span(each.span);
    add(each.weight);
  }
  return out;
}

std::string names_of_verdicts() {
  const auto list = [](const auto& names) {
    std::string out = "[";
    for (const std::string_view each : names) append(out, {out.size() > 1 ? ",\"" : "\"", each, "\""});
    return out += ']';
  };
  return ObjectText()
      .raw("capability", list(kCapabilities))
      .raw("complexity", list(kComplexities))
      .raw("pattern", list(kPatterns))
      .raw("risk", list(kRisks))
      .raw("shape", list(kShapes))
      .raw("thing", list(kThingNames))
      .raw("type", list(kTypes))
      .finish();
}

std::string summary_json(const Analysis& analysis, std::string_view text, std::uint32_t tables) {
  ObjectText out;
  if (!text.empty()) out.raw("because", words_for_type(analysis, text));
  out.raw("capabilities", names_of(analysis.capabilities))
      .text("complexity", kComplexities[analysis.complexity])
      .text("pattern", kPatterns[analysis.pattern])
      .raw("probability", probabilities(analysis))
      .raw("risk", names_of_risks(analysis))
      .flag("server", analysis.server)
      .text("shape", kShapes[analysis.shape])
      .raw("steps", steps_of(analysis));
  if (!text.empty()) out.text("tables", hexadecimal(tables).substr(8));
  return out.text("type", kTypes[analysis.type]).finish();
}

Result<Analysis> analysis_from_json(const Json& json) {
  Analysis analysis;
  bool known = true;
  const auto choose = [&](std::string_view name, const auto& values, std::size_t first, std::uint8_t& chosen) {
    const auto found = std::ranges::find(values, text_field(json, name));
    known = known && found != values.end();
    chosen = static_cast<std::uint8_t>(known ? found - values.begin() : 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::int64_t given = integer_field(field(field(json, "probability"), name), values[i]);
      analysis.probability[first + i] = static_cast<Permille>(std::clamp<std::int64_t>(given, 0, 1000));
    }
  };
  choose("type", kTypes, kFirstType, analysis.type);
  choose("complexity", kComplexities, kFirstComplexity, analysis.complexity);
  choose("shape", kShapes, kFirstShape, analysis.shape);
  choose("pattern", kPatterns, kFirstPattern, analysis.pattern);
  if (!known) return failure(Code::kInvalidInput, "The analysis is not one that this release gives.");
  for (std::size_t i = 0; i < kRisks.size(); ++i) {
    const std::int64_t given = integer_field(field(field(json, "probability"), "risk"), kRisks[i]);
    analysis.probability[kFirstRisk + i] = static_cast<Permille>(std::clamp<std::int64_t>(given, 0, 1000));
  }
  for (const Json& each : field(json, "risk")) {
    for (std::size_t i = 0; i < kRisks.size(); ++i) {
      if (each.is_string() && each.get_ref<const std::string&>() == kRisks[i])
        analysis.risks |= static_cast<std::uint8_t>(1U << i);
    }
  }
  for (const Json& each : field(json, "capabilities")) {
    const auto found =
        each.is_string() ? std::ranges::find(kCapabilities, each.get_ref<const std::string&>()) : kCapabilities.end();
    if (found != kCapabilities.end())
      analysis.capabilities.push_back(static_cast<std::uint8_t>(found - kCapabilities.begin()));
  }
  analysis.server = flag_field(json, "server");
  analysis.probability[kServerNeeded] =
      static_cast<Permille>(std::clamp<std::int64_t>(integer_field(field(json, "probability"), "server"), 0, 1000));
  const auto steps = [&](std::string_view name) {
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>(integer_field(field(json, "steps"), name, 1), 1, 20));
  };
  analysis.steps_least = steps("least");
  analysis.steps = steps("likely");
  analysis.steps_most = steps("most");
  return analysis;
}

}  // namespace troupe

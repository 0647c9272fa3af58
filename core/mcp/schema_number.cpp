// What schemas say of numbers.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "mcp/schema_check.hpp"
#include "mcp/schema_words.hpp"

namespace troupe {
namespace {

/// digits · 10^exponent, without a sign.
struct Decimal {
  std::uint64_t digits = 0;
  std::int64_t exponent = 0;
};

/// The number as it was written; nothing for a double of more digits than every double keeps.
std::optional<Decimal> decimal_of(const Json& number) {
  constexpr int kKept = 15;
  const std::string text = dump_json(number);
  const std::size_t end = std::min(text.find('e'), text.size());
  Decimal read;
  int places = 0, kept = 0;
  bool fraction = false;
  for (const char c : std::string_view(text).substr(0, end)) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    read.digits = read.digits * 10 + static_cast<std::uint64_t>(c - '0');
    if (fraction) --read.exponent;
    if (read.digits != 0) ++places;
    if (c != '0') kept = places;
  }
  std::string_view power = std::string_view(text).substr(end);
  while (power.starts_with('e') || power.starts_with('+')) power.remove_prefix(1);
  read.exponent += integer_of(power, 0);
  if (number.is_number_float() && kept > kKept) return std::nullopt;
  return read;
}

/// Of the numbers as they were written, not of the doubles nearest to them: 0.3 is a multiple of 0.1. Nothing where
/// that is not known.
std::optional<bool> is_multiple(const Json& value, const Json& step) {
  constexpr std::uint64_t kMost = 1'000'000'000'000'000'000;
  const std::optional<Decimal> of = decimal_of(value);
  const std::optional<Decimal> by = decimal_of(step);
  if (!of || !by || by->digits > kMost) return std::nullopt;
  std::int64_t places = of->exponent - by->exponent;
  std::uint64_t rest = of->digits;
  std::uint64_t each = by->digits;
  for (; places < 0 && each <= rest; ++places) each *= 10;
  for (rest %= each; places > 0 && rest != 0; --places) rest = rest * 10 % each;
  return rest == 0;
}

}  // namespace

void SchemaCheck::number(const Json& schema, const Json& value, const std::string& path) {
  const Json& minimum = field(schema, "minimum");
  const Json& maximum = field(schema, "maximum");
  const Json& above = field(schema, "exclusiveMinimum");  // a boolean in draft 4: about minimum
  const Json& below = field(schema, "exclusiveMaximum");
  const bool not_minimum = above.is_boolean() && above.get<bool>();
  const bool not_maximum = below.is_boolean() && below.get<bool>();
  const auto say = [&](std::string_view how, const Json& bound) {
    wrong(path, joined({"must be ", how, " ", shown(bound), ", not ", shown(value)}));
  };
  if (minimum.is_number() && not_minimum && value <= minimum) say("more than", minimum);
  else if (minimum.is_number() && value < minimum) say("at least", minimum);
  if (maximum.is_number() && not_maximum && value >= maximum) say("less than", maximum);
  else if (maximum.is_number() && value > maximum) say("at most", maximum);
  if (above.is_number() && value <= above) say("more than", above);
  if (below.is_number() && value >= below) say("less than", below);
  const Json& step = field(schema, "multipleOf");
  if (!step.is_number() || step <= 0) return;
  if (!all_ && !(value.is_number_integer() && step.is_number_integer())) return;
  const std::optional<bool> multiple = is_multiple(value, step);
  if (!multiple) sure_ = false;
  else if (!*multiple) say("a multiple of", step);
}

}  // namespace troupe

#include "base/regex.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "base/regex_program.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

using enum RegexProgram::Kind;

std::optional<bool> found(const RegexProgram& program, std::string_view text, std::int64_t& work) {
  std::vector<std::int32_t> now, next;
  std::vector<std::uint64_t> listed((program.steps.size() + 63) / 64);  // a bit for each step: in the list being made
  const auto add = [&](std::vector<std::int32_t>& list, std::int32_t place) {
    std::uint64_t& bits = listed[static_cast<std::size_t>(place) / 64];
    const std::uint64_t bit = std::uint64_t{1} << (place % 64);
    if ((bits & bit) == 0) list.push_back(place);
    bits |= bit;
  };
  std::int32_t before = kNoCharacter;
  for (std::size_t at = 0;;) {
    const bool end = at == text.size();
    const Character character = end ? Character{} : character_at(text, at);
    const std::int32_t code = end ? kNoCharacter : static_cast<std::int32_t>(character.code);
    add(now, 0);  // it may also begin here
    for (std::size_t i = 0; i < now.size(); ++i) {
      const std::int32_t place = now[i];
      const RegexProgram::Step& step = program.steps[static_cast<std::size_t>(place)];
      bool on = false;
      switch (step.kind) {
        case kFound: return true;
        case kEither:
          add(now, place + step.a);
          add(now, place + step.b);
          break;
        case kBegin: on = before == kNoCharacter; break;
        case kEnd: on = end; break;
        case kEdge: on = has(kWord, before) != has(kWord, code); break;
        case kNoEdge: on = has(kWord, before) == has(kWord, code); break;
        default: work -= step.b - step.a;
      }
      if (on) add(now, place + 1);
    }
    if (end) return false;
    work -= static_cast<std::int64_t>(now.size());
    if (work < 0) return std::nullopt;
    std::ranges::fill(listed, 0);
    for (const std::int32_t place : now) {
      const RegexProgram::Step& step = program.steps[static_cast<std::size_t>(place)];
      if (step.kind != kOneOf && step.kind != kNoneOf) continue;
      const std::span ranges(program.ranges.begin() + step.a, program.ranges.begin() + step.b);
      if (has(ranges, code) == (step.kind == kOneOf)) add(next, place + 1);
    }
    now.swap(next);
    next.clear();
    before = code;
    at += character.bytes;
  }
}

}  // namespace

std::optional<bool> matches(std::string_view pattern, std::string_view text, std::int64_t& work) {
  if (work < 0) return std::nullopt;
  const std::optional<RegexProgram> program = program_of(pattern, work);
  if (!program) return std::nullopt;
  return found(*program, text, work);
}

}  // namespace troupe

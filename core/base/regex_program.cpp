#include "base/regex_program.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

using enum RegexProgram::Kind;
using Range = RegexProgram::Range;
using Step = RegexProgram::Step;

/// Steps and ranges that are written for one pattern.
constexpr std::int32_t kMost = 4096;
constexpr std::int32_t kNoEnd = INT32_MAX;
constexpr std::int32_t kLast = 0x10FFFF;

constexpr Range kDigit[] = {{'0', '9'}};
constexpr Range kSpace[] = {{'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
                            {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
constexpr Range kLineEnd[] = {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};

/// Reads without recursion: groups that are open wait in a list.
class Reader {
 public:
  explicit Reader(std::string_view pattern) : rest_(pattern) {}

  RegexProgram program;

  /// Whether the pattern is understood.
  bool read() {
    open();
    while (understood_ && !groups_.empty() && !rest_.empty()) piece();
    if (!understood_ || groups_.size() != 1) return false;
    close();
    step(kFound);
    return understood_;
  }

  std::int32_t written() const { return written_; }

 private:
  struct Group {
    std::int32_t begin;
    std::int32_t alternative;  // its first step, which also leads to the next one
    std::int32_t ended;        // the last step of the one before, which knows that of the one before it
  };

  void piece() {
    std::int32_t begin = here();
    if (take("(")) {
      if (take("?") && !take(":") && !name()) wrong();
      return open();
    }
    if (take("|")) return next_alternative();
    if (take("^")) return step(kBegin);
    if (take("$")) return step(kEnd);
    if (take("\\b")) return step(kEdge);
    if (take("\\B")) return step(kNoEdge);
    if (take(")")) begin = close();
    else one_character();
    repetition(begin);
  }

  bool name() {
    const std::size_t end = rest_.find('>');
    if (!take("<") || peek() == '=' || peek() == '!' || end == std::string_view::npos) return false;
    rest_.remove_prefix(end);
    return true;
  }

  void open() {
    groups_.push_back({here(), here(), kNoStep});
    step(kEither, 1, 1);
  }

  void next_alternative() {
    Group& group = groups_.back();
    at(group.alternative).b = here() + 1 - group.alternative;
    step(kEither, group.ended);
    group.ended = here() - 1;
    group.alternative = here();
    step(kEither, 1, 1);
  }

  /// Ends the innermost group, and says where it began.
  std::int32_t close() {
    const Group group = groups_.back();
    groups_.pop_back();
    for (std::int32_t end = group.ended; end != kNoStep;) {
      const std::int32_t before = at(end).a;
      at(end).a = at(end).b = here() - end;
      end = before;
    }
    return group.begin;
  }

  void one_character() {
    const auto first = static_cast<std::int32_t>(program.ranges.size());
    RegexProgram::Kind kind = kOneOf;
    if (take("[")) {
      if (take("^")) kind = kNoneOf;
      while (understood_ && !take("]")) class_part();
    } else if (take(".")) {
      kind = kNoneOf;
      add(kLineEnd, false);
    } else if (std::string_view("*+?{}]").contains(peek())) {
      wrong();
    } else {
      add(character());
    }
    step(kind, first, static_cast<std::int32_t>(program.ranges.size()));
  }

  void class_part() {
    const std::int32_t first = class_character();
    if (peek() != '-' || rest_.starts_with("-]")) return add(first);
    take("-");
    const std::int32_t last = class_character();
    if (first == kNoCharacter || last == kNoCharacter) {
      add(first);
      add('-');
      add(last);
    } else {
      if (last < first) wrong();
      range(first, last);
    }
  }

  std::int32_t class_character() { return take("\\b") ? '\b' : character(); }

  /// A character. For a class such as \d none: its ranges are added.
  std::int32_t character() {
    const bool escaped = take("\\");
    const char kind = peek();
    if (!escaped || !has(kWord, kind) || kind == '_') return plain();
    rest_.remove_prefix(1);
    if (const auto control = std::string_view("tnvfr").find(kind); control != std::string_view::npos)
      return static_cast<std::int32_t>('\t' + control);
    switch (kind) {
      case 'd':
      case 'D': return add(kDigit, kind == 'D');
      case 'w':
      case 'W': return add(kWord, kind == 'W');
      case 's':
      case 'S': return add(kSpace, kind == 'S');
      case '0': return has(kDigit, peek()) ? wrong() : 0;
      case 'c': {
        const std::int32_t letter = plain();
        return has(kWord, letter) && letter > '9' && letter != '_' ? letter & 31 : wrong();
      }
      case 'x': return hex(2);
      case 'u': return unicode();
      default: return wrong();
    }
  }

  std::int32_t plain() {
    if (rest_.empty()) return wrong();
    const Character found = character_at(rest_, 0);
    rest_.remove_prefix(found.bytes);
    return static_cast<std::int32_t>(found.code);
  }

  std::int32_t unicode() {
    std::int32_t code = 0;
    if (take("{")) {
      do code = code * 16 + hex(1);
      while (understood_ && code <= kLast && !take("}"));
      return code <= kLast ? code : wrong();
    }
    code = hex(4);
    const std::string_view behind = rest_;
    if (code >> 10 != 0xD800 >> 10 || !take("\\u")) return code;
    const std::int32_t second = hex(4);
    if (second >> 10 == 0xDC00 >> 10) return 0x10000 + ((code & 0x3FF) << 10) + (second & 0x3FF);
    rest_ = behind;
    return code;
  }

  std::int32_t hex(int digits) {
    std::int32_t value = 0;
    for (; digits > 0; --digits) {
      const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(peek());
      if (digit == std::string_view::npos) return wrong();
      value = value * 16 + static_cast<std::int32_t>(digit < 16 ? digit : digit - 6);
      rest_.remove_prefix(1);
    }
    return value;
  }

  std::int32_t add(std::span<const Range> set, bool others) {
    std::int32_t from = 0;
    for (const Range each : set) {
      if (others) range(from, each.first - 1);
      else range(each.first, each.last);
      from = each.last + 1;
    }
    if (others) range(from, kLast);
    return kNoCharacter;
  }

  void add(std::int32_t character) {
    if (character != kNoCharacter) range(character, character);
  }

  void repetition(std::int32_t begin) {
    std::int32_t least = 0, most = kNoEnd;
    if (take("+")) {
      least = 1;
    } else if (take("?")) {
      most = 1;
    } else if (take("{")) {
      least = most = number();
      if (take(",")) most = peek() == '}' ? kNoEnd : number();
      if (!take("}") || most < least) wrong();
    } else if (!take("*")) {
      return;
    }
    take("?");  // which way is tried first does not matter here
    repeat(begin, least, most);
  }

  std::int32_t number() {
    if (!has(kDigit, peek())) wrong();
    std::int32_t value = 0;
    for (; has(kDigit, peek()); rest_.remove_prefix(1)) value = std::min(value * 10 + (peek() - '0'), kMost + 1);
    return value;
  }

  /// What stands from `begin` on comes as often as is said.
  void repeat(std::int32_t begin, std::int32_t least, std::int32_t most) {
    const std::vector<Step> part(program.steps.begin() + begin, program.steps.end());
    const auto length = static_cast<std::int32_t>(part.size());
    const auto copy = [&] {
      for (const Step& each : part) step(each.kind, each.a, each.b);
    };
    if (least == 0) {
      program.steps.resize(static_cast<std::size_t>(begin));
      if (most == 0) return;
      step(kEither, 1, most == kNoEnd ? length + 2 : most * (length + 1));
      written_ -= length;
      copy();
    }
    for (std::int32_t i = 1; i < least && understood_; ++i) copy();
    if (most == kNoEnd) return step(kEither, -length, 1);
    for (std::int32_t i = std::max(least, 1); i < most && understood_; ++i) {
      step(kEither, 1, (most - i) * (length + 1));
      copy();
    }
  }

  void step(RegexProgram::Kind kind, std::int32_t a = 0, std::int32_t b = 0) {
    if (++written_ > kMost) wrong();
    else program.steps.push_back({kind, a, b});
  }

  void range(std::int32_t first, std::int32_t last) {
    if (++written_ > kMost) wrong();
    else program.ranges.push_back({first, last});
  }

  bool take(std::string_view text) {
    const bool here = rest_.starts_with(text);
    if (here) rest_.remove_prefix(text.size());
    return here;
  }

  std::int32_t wrong() {
    understood_ = false;
    return kNoCharacter;
  }

  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::int32_t here() const { return static_cast<std::int32_t>(program.steps.size()); }
  Step& at(std::int32_t place) { return program.steps[static_cast<std::size_t>(place)]; }

  static constexpr std::int32_t kNoStep = -1;

  std::string_view rest_;
  std::vector<Group> groups_;
  std::int32_t written_ = 0;
  bool understood_ = true;
};

}  // namespace

bool has(std::span<const Range> ranges, std::int32_t character) {
  return std::ranges::any_of(ranges, [=](Range each) { return each.first <= character && character <= each.last; });
}

std::optional<RegexProgram> program_of(std::string_view pattern, std::int64_t& work) {
  Reader reader(pattern);
  const bool understood = reader.read();
  work -= static_cast<std::int64_t>(pattern.size()) + reader.written();
  if (!understood) return std::nullopt;
  return std::move(reader.program);
}

}  // namespace troupe

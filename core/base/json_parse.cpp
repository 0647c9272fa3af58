// A parser of our own, because reading JSON is what the engine does for every byte of every step: a third of the time
// and half of the code of nlohmann's, whose values it builds. The tests hold it against nlohmann's.
#include "base/json_parse.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/real.hpp"
#include "base/scan.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  out += static_cast<char>((0xF0U << (3 - more)) | (point >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((point >> (6 * i)) & 0x3F));
}

/// Each function reads one thing at the place and goes behind it, or returns false. Where `into` is null, it only
/// looks. Parts of a text that is `checked` are gone over without a look.
class Parser {
 public:
  explicit Parser(std::string_view text, bool checked = false) : text_(text), checked_(checked) {}

  /// One value and nothing else.
  bool document(Json& into, std::size_t levels) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    return value(into, levels) && ended();
  }

  /// The members of an object and nothing else, as they are written.
  bool members(std::vector<FieldText>& members, std::size_t levels) { return object(members, levels) && ended(); }

  /// Those of the first item of an array.
  bool first_members(std::vector<FieldText>& members) {
    space();
    return take('[') && object(members, kMaxHolderDepth);
  }

  /// The items of an array, as they are written.
  bool items(std::vector<std::string_view>& items) {
    space();
    if (!take('[')) return false;
    space();
    if (take(']')) return ended();
    do {
      space();
      const std::size_t start = at_;
      if (!part(kMaxHolderDepth)) return false;
      items.push_back(text_.substr(start, at_ - start));
      space();
    } while (take(','));
    return take(']') && ended();
  }

  bool string(std::string* into) {
    if (!take('"')) return false;
    for (;;) {
      const std::size_t start = at_;
      at_ = end_of_plain(text_, start);
      if (into != nullptr) into->append(text_.data() + start, at_ - start);
      if (at_ == text_.size()) return false;
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c == '\\') {
        ++at_;
        if (!escape(into)) return false;
        continue;
      }
      const std::size_t length = c < 0x80 ? 0 : utf8_length_at(text_, at_);
      if (length == 0) return false;
      if (into != nullptr) into->append(text_.data() + at_, length);
      at_ += length;
    }
  }

 private:
  bool object(std::vector<FieldText>& members, std::size_t levels) {
    space();
    if (levels == 0 || !take('{')) return false;
    space();
    if (take('}')) return true;
    do {
      space();
      const std::size_t named = at_ + 1;
      if (at_ == text_.size() || text_[at_] != '"' || !part(0)) return false;
      const std::size_t name_end = at_ - 1;
      space();
      if (!take(':')) return false;
      space();
      const std::size_t start = at_;
      if (!part(levels - 1)) return false;
      members.push_back({text_.substr(named, name_end - named), text_.substr(start, at_ - start)});
      space();
    } while (take(','));
    return take('}');
  }

  bool ended() {
    space();
    return at_ == text_.size();
  }

  bool value(Json& into, std::size_t levels) {
    space();
    if (at_ == text_.size()) return false;
    switch (text_[at_]) {
      case '{':
        ++at_;
        into = Json(Json::value_t::object);
        return levels > 0 && object(into, levels - 1);
      case '[':
        ++at_;
        into = Json(Json::value_t::array);
        return levels > 0 && array(into, levels - 1);
      case '"': {
        into = std::string();
        return string(&into.get_ref<std::string&>());
      }
      case 't': return word("true", &into, true);
      case 'f': return word("false", &into, false);
      case 'n': return word("null", &into, nullptr);
      default: return number(&into);
    }
  }

  /// A value that nobody builds.
  bool part(std::size_t levels) { return at_ < text_.size() && (checked_ ? go_over() : look_over(levels)); }

  /// A value that is only looked at.
  bool look_over(std::size_t levels) {
    switch (text_[at_]) {
      case '"': return string(nullptr);
      case '{':
      case '[': break;
      case 't': return word("true", nullptr, true);
      case 'f': return word("false", nullptr, false);
      case 'n': return word("null", nullptr, nullptr);
      default: return number(nullptr);
    }
    const char closes = text_[at_++] == '{' ? '}' : ']';
    space();
    if (levels == 0) return false;
    if (take(closes)) return true;
    do {
      if (closes == '}') {
        space();
        if (!string(nullptr)) return false;
        space();
        if (!take(':')) return false;
      }
      space();
      if (at_ == text_.size() || !look_over(levels - 1)) return false;
      space();
    } while (take(','));
    return take(closes);
  }

  /// A value of a checked text, whatever is in it.
  bool go_over() {
    const std::size_t start = at_;
    if (text_[at_] != '"' && text_[at_] != '{' && text_[at_] != '[') {
      while (at_ < text_.size() && is_of_word(text_[at_])) ++at_;
      return at_ > start;
    }
    std::size_t open = 0;
    do {
      const char c = text_[at_];
      if (c == '"') go_over_string();
      else if (c == '{' || c == '[') ++open;
      else if (c == '}' || c == ']') --open;
      if (at_ >= text_.size()) return false;
      ++at_;
    } while (open > 0 && at_ < text_.size());
    return open == 0;
  }

  /// Numbers, true, false, null: what ends them is a comma, a bracket or space.
  static bool is_of_word(char c) { return c == '+' || (c > ',' && c != ']' && c != '}'); }

  /// From its first quote to its last.
  void go_over_string() {
    do at_ = end_of_plain_string(text_, at_ + 1);
    while (at_ < text_.size() && text_[at_] == '\\' && ++at_ < text_.size());
  }

  bool object(Json& into, std::size_t levels) {
    space();
    if (take('}')) return true;
    std::string name;
    do {
      space();
      name.clear();
      if (!string(&name)) return false;
      space();
      if (!take(':')) return false;
      if (!value(member(into.get_ref<Json::object_t&>(), std::move(name)), levels)) return false;
      space();
    } while (take(','));
    return take('}');
  }

  /// Journals and frames are sorted: a new member mostly comes last. Of two with one name the later one counts.
  static Json& member(Json::object_t& object, std::string name) {
    return object.emplace_hint(object.end(), std::move(name), nullptr)->second;
  }

  bool array(Json& into, std::size_t levels) {
    space();
    if (take(']')) return true;
    do {
      if (!value(into.get_ref<Json::array_t&>().emplace_back(), levels)) return false;
      space();
    } while (take(','));
    return take(']');
  }

  template <class T>
  bool word(std::string_view word, Json* into, T meant) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    if (into != nullptr) *into = meant;
    return true;
  }

  /// Whole numbers stay whole as far as 64 bits go; all others are doubles.
  bool number(Json* into) {
    const std::size_t start = at_;
    const bool negative = take('-');
    const std::size_t first = at_;
    std::uint64_t whole = 0;
    bool fits = true;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      const auto digit = static_cast<std::uint64_t>(text_[at_] - '0');
      fits = fits && whole <= (UINT64_MAX - digit) / 10;
      whole = whole * 10 + digit;
    }
    if (at_ == first || (text_[first] == '0' && at_ > first + 1)) return false;
    const std::size_t end = at_;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('-')) take('+');
      if (!digits()) return false;
    }
    constexpr std::uint64_t kLowest = std::uint64_t{1} << 63U;
    const bool is_whole = at_ == end && fits && (!negative || whole <= kLowest);
    if (!is_whole) return real(text_.substr(start, at_ - start), into);
    if (into == nullptr) return true;
    if (negative) *into = static_cast<std::int64_t>(~whole + 1);
    else *into = whole;
    return true;
  }

  static bool real(std::string_view text, Json* into) {
    const double value = real_of(text);
    if (into != nullptr) *into = value;
    return std::isfinite(value);
  }

  bool digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > start;
  }

  bool escape(std::string* into) {
    if (at_ == text_.size()) return false;
    const char c = text_[at_++];
    if (c == 'u') return code_point(into);
    constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    const std::size_t which = kEscapes.find(c);
    if (which == std::string_view::npos) return false;
    if (into != nullptr) *into += kMeant[which];
    return true;
  }

  /// Behind "\u". Characters beyond 16 bits come as two halves. A half alone is what JavaScript writes of a text that
  /// was cut within a character; it stands for U+FFFD, as it does for whoever encodes that text.
  bool code_point(std::string* into) {
    std::uint32_t point = 0;
    if (!four_digits(point)) return false;
    if (point >= 0xD800 && point < 0xE000) {
      const std::size_t behind = at_;
      std::uint32_t low = 0;
      const bool pair = point < 0xDC00 && take('\\') && take('u') && four_digits(low) && low >= 0xDC00 && low < 0xE000;
      if (pair) {
        point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
      } else {
        at_ = behind;
        point = 0xFFFD;
      }
    }
    if (into != nullptr) append_utf8(*into, point);
    return true;
  }

  bool four_digits(std::uint32_t& number) {
    if (text_.size() - at_ < 4) return false;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      const char letter = static_cast<char>(c | 0x20);
      std::uint32_t digit = 0;
      if (is_digit(c)) digit = static_cast<std::uint32_t>(c - '0');
      else if (letter >= 'a' && letter <= 'f') digit = static_cast<std::uint32_t>(letter - 'a') + 10;
      else return false;
      number = number << 4U | digit;
    }
    return true;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void space() {
    while (at_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) return;
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool checked_;
};

}  // namespace

std::optional<Json> parse_json(std::string_view text, std::size_t levels) {
  std::optional<Json> value(std::in_place);
  if (!Parser(text).document(*value, levels)) value.reset();
  return value;
}

bool Fields::read(std::string_view object, std::size_t levels) {
  members_.clear();
  members_.reserve(8);
  if (Parser(object).members(members_, levels)) return true;
  members_.clear();
  return false;
}

void Fields::read_within(std::string_view checked) {
  members_.clear();
  members_.reserve(8);
  if (!Parser(checked, true).members(members_, kMaxHolderDepth)) members_.clear();
}

void Fields::read_first_within(std::string_view array) {
  members_.clear();
  members_.reserve(8);
  if (!Parser(array, true).first_members(members_)) members_.clear();
}

Fields Fields::within(std::string_view checked) {
  Fields fields;
  fields.read_within(checked);
  return fields;
}

std::vector<std::string_view> items_of(std::string_view array) {
  std::vector<std::string_view> items;
  if (!Parser(array).items(items)) items.clear();
  return items;
}

std::vector<std::string_view> items_within(std::string_view checked) {
  std::vector<std::string_view> items;
  if (!Parser(checked, true).items(items)) items.clear();
  return items;
}

std::string unquoted(std::string_view json) {
  std::string text;
  if (!Parser(json).string(&text)) text.clear();
  return text;
}

}  // namespace troupe

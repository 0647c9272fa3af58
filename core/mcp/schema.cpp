#include "mcp/schema.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace troupe {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxChecks = 100'000;  // schemas come from strangers: alternatives within alternatives grow fast
constexpr std::size_t kMaxQuoted = 60;

std::string_view type_name(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "null";
    case Json::value_t::boolean: return "a boolean";
    case Json::value_t::string: return "a string";
    case Json::value_t::array: return "an array";
    case Json::value_t::object: return "an object";
    default: return "a number";
  }
}

std::string with_article(std::string_view type) {
  if (type == "null") return "null";
  const bool vowel = type == "integer" || type == "array" || type == "object";
  return (vowel ? "an " : "a ") + std::string(type);
}

bool is_integer(const Json& value) {
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  constexpr double kExact = 9007199254740992.0;  // 2^53: beyond, every double is whole
  if (number >= kExact || number <= -kExact) return true;
  return static_cast<double>(static_cast<std::int64_t>(number)) == number;
}

bool is_of_type(const Json& value, std::string_view type) {
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  return true;  // a type that JSON Schema does not know
}

std::string shown(const Json& value) {
  std::string text = dump_json(value);
  if (text.size() > kMaxQuoted) text = joined({utf8_prefix(text, kMaxQuoted), "…"});
  return text;
}

std::string listed(const std::vector<std::string>& items, std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? joined({" ", word, " "}) : ", ";
    text += items[i];
  }
  return text;
}

std::int64_t characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (const char c : name) {
    if (c == '~') step += "~0";
    else if (c == '/') step += "~1";
    else step += c;
  }
  return step;
}

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  std::vector<std::string> errors;

  void check(const Json& schema, const Json& value, const std::string& path, int depth) {
    if (errors.size() >= kMaxSchemaErrors) return;
    if (depth > kMaxDepth || ++checks_ > kMaxChecks) {
      gave_up_ = true;
      return;
    }
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) wrong(path, "is not allowed");
      return;
    }
    if (!schema.is_object()) return;
    if (const Json& target = referred(schema); !target.is_null()) check(target, value, path, depth + 1);
    if (!type(schema, value, path)) return;  // the rest would only repeat it
    choices(schema, value, path);
    if (value.is_object()) object(schema, value, path, depth);
    else if (value.is_array()) array(schema, value, path, depth);
    else if (value.is_string())
      length(schema, "Length", characters(value.get_ref<const std::string&>()), "character", path);
    else if (value.is_number()) number(schema, value, path);
    alternatives(schema, value, path, depth);
  }

 private:
  void wrong(const std::string& path, const std::string& what) {
    if (errors.size() < kMaxSchemaErrors)
      errors.push_back(joined({path.empty() ? std::string_view("The value") : std::string_view(path), " ", what}));
  }

  /// What $ref names within the schema; null if there is none, or if it is elsewhere.
  const Json& referred(const Json& schema) const {
    static const Json kNone;
    std::string_view ref = text_field(schema, "$ref");
    if (!ref.starts_with('#')) return kNone;
    ref.remove_prefix(1);
    const Json* at = &root_;
    while (ref.starts_with('/')) {
      ref.remove_prefix(1);
      std::string name(ref.substr(0, ref.find('/')));
      ref.remove_prefix(name.size());
      for (std::size_t i = name.find('~'); i != std::string::npos; i = name.find('~', i + 1)) {
        if (name.compare(i, 2, "~1") == 0) name.replace(i, 2, "/");
        else if (name.compare(i, 2, "~0") == 0) name.replace(i, 2, "~");
      }
      if (at->is_array()) {
        const bool index =
            !name.empty() && name.size() < 6 && name.find_first_not_of("0123456789") == std::string::npos;
        std::size_t i = 0;
        for (const char c : name) i = i * 10 + static_cast<std::size_t>(c - '0');
        if (!index || i >= at->size()) return kNone;
        at = &at->at(i);
      } else {
        at = &field(*at, name);
      }
    }
    return ref.empty() ? *at : kNone;
  }

  bool type(const Json& schema, const Json& value, const std::string& path) {
    const Json& type = field(schema, "type");
    std::vector<std::string> names;
    const auto fits = [&](const Json& name) {
      if (!name.is_string()) return true;
      names.push_back(with_article(name.get_ref<const std::string&>()));
      return is_of_type(value, name.get_ref<const std::string&>());
    };
    if (type.is_null() || (type.is_array() && type.empty())) return true;
    if (type.is_array() ? std::ranges::any_of(type, fits) : fits(type)) return true;
    const bool almost = value.is_number() && std::ranges::find(names, "an integer") != names.end();
    wrong(path,
          joined({"must be ", listed(names, "or"), ", not ", almost ? shown(value) : std::string(type_name(value))}));
    return false;
  }

  void choices(const Json& schema, const Json& value, const std::string& path) {
    if (const auto fixed = schema.find("const"); fixed != schema.end() && *fixed != value) {
      wrong(path, joined({"must be ", shown(*fixed)}));
    }
    const Json& choices = field(schema, "enum");
    if (!choices.is_array() || std::ranges::find(choices, value) != choices.end()) return;
    std::vector<std::string> names;
    for (const Json& choice : choices) {
      if (names.size() == 10) {
        names.emplace_back(joined({"another of its ", decimal(static_cast<std::int64_t>(choices.size())), " values"}));
        break;
      }
      names.push_back(shown(choice));
    }
    wrong(path, joined({"must be ", listed(names, "or"), ", not ", shown(value)}));
  }

  void object(const Json& schema, const Json& value, const std::string& path, int depth) {
    const Json& known = field(schema, "properties");
    for (const Json& name : field(schema, "required")) {
      if (!name.is_string() || value.contains(name.get_ref<const std::string&>())) continue;
      wrong(path + pointer_step(name.get_ref<const std::string&>()), "is missing");
    }
    const Json& others = field(schema, "additionalProperties");
    const bool closed = !others.is_null() && field(schema, "patternProperties").is_null();
    for (const auto& [name, item] : members(value)) {
      const std::string place = path + pointer_step(name);
      const auto property = known.is_object() ? known.find(name) : known.end();
      if (known.is_object() && property != known.end()) check(*property, item, place, depth + 1);
      else if (closed && others.is_boolean() && !others.get<bool>())
        wrong(place, joined({"is not known", suggestion(known, name)}));
      else if (closed) check(others, item, place, depth + 1);
    }
    length(schema, "Properties", static_cast<std::int64_t>(value.size()), "field", path);
  }

  static std::string suggestion(const Json& known, const std::string& name) {
    if (!known.is_object() || known.empty()) return {};
    std::vector<std::string> names;
    for (const auto& [candidate, ignored] : members(known)) {
      if (edit_distance(lower(candidate.substr(0, 64)), lower(name.substr(0, 64))) <= 2) {
        return joined({"; did you mean ", shown(candidate), "?"});
      }
      if (names.size() < 10) names.push_back(shown(candidate));
    }
    return joined({"; known are ", listed(names, "and")});
  }

  void array(const Json& schema, const Json& value, const std::string& path, int depth) {
    const Json* items = &field(schema, "items");
    const Json* first = &field(schema, "prefixItems");
    if (items->is_array()) {  // as drafts before 2020-12 write it
      first = items;
      items = &field(schema, "additionalItems");
    }
    for (std::size_t i = 0; i < value.size() && errors.size() < kMaxSchemaErrors; ++i) {
      const bool fixed = first->is_array() && i < first->size();
      if (!fixed && items->is_null()) break;
      check(fixed ? first->at(i) : *items, value.at(i), joined({path, "/", decimal(static_cast<std::int64_t>(i))}),
            depth + 1);
    }
    length(schema, "Items", static_cast<std::int64_t>(value.size()), "item", path);
  }

  void length(const Json& schema, std::string_view what, std::int64_t has, std::string_view unit,
              const std::string& path) {
    const auto bound = [&](std::string_view side) -> const Json& {
      return field(schema, std::string(side) + std::string(what));
    };
    const auto say = [&](std::string_view limit, const Json& count) {
      const bool one = count == 1;
      wrong(path,
            joined({"must have at ", limit, " ", shown(count), " ", unit, (one ? "" : "s"), ", not ", decimal(has)}));
    };
    if (const Json& least = bound("min"); least.is_number() && has < least) say("least", least);
    if (const Json& most = bound("max"); most.is_number() && has > most) say("most", most);
  }

  void number(const Json& schema, const Json& value, const std::string& path) {
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
    const std::int64_t step = integer_field(schema, "multipleOf");
    if (step > 0 && value.is_number_integer() && value.get<std::int64_t>() % step != 0) {
      say("a multiple of", schema.at("multipleOf"));
    }
  }

  void alternatives(const Json& schema, const Json& value, const std::string& path, int depth) {
    if (const Json& all = field(schema, "allOf"); all.is_array()) {
      for (const Json& part : all) check(part, value, path, depth + 1);
    }
    one_of(field(schema, "anyOf"), value, path, depth, false);
    one_of(field(schema, "oneOf"), value, path, depth, true);
    const Json& no = field(schema, "not");
    if (no.is_null()) return;
    if (problems(no, value, path, depth).empty() && !gave_up_) wrong(path, joined({"must not fit ", shown(no)}));
  }

  void one_of(const Json& options, const Json& value, const std::string& path, int depth, bool only_one) {
    if (!options.is_array() || options.empty()) return;
    std::vector<std::string> reasons;
    int fitting = 0;
    for (const Json& option : options) {
      std::vector<std::string> found = problems(option, value, path, depth);
      if (found.empty()) ++fitting;
      else if (reasons.size() < 4 && std::ranges::find(reasons, found.front()) == reasons.end())
        reasons.push_back(std::move(found.front()));
    }
    if (fitting == 0) {
      if (errors.size() < kMaxSchemaErrors) errors.push_back(listed(reasons, "or"));
    } else if (fitting > 1 && only_one && !gave_up_) {
      wrong(path, joined({"fits ", decimal(fitting), " of the alternatives of which it may fit only one"}));
    }
  }

  std::vector<std::string> problems(const Json& schema, const Json& value, const std::string& path, int depth) {
    std::vector<std::string> kept = std::exchange(errors, {});
    check(schema, value, path, depth + 1);
    return std::exchange(errors, std::move(kept));
  }

  const Json& root_;
  int checks_ = 0;
  bool gave_up_ = false;  // then what seems to fit may not
};

}  // namespace

std::vector<std::string> schema_errors(const Json& schema, const Json& value) {
  Checker checker(schema);
  checker.check(schema, value, {}, 0);
  return std::move(checker.errors);
}

}  // namespace troupe

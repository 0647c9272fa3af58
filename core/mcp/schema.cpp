#include "mcp/schema.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "mcp/schema_check.hpp"
#include "mcp/schema_fit.hpp"
#include "mcp/schema_reference.hpp"
#include "mcp/schema_words.hpp"

namespace troupe {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxChecks = 100'000;  // schemas come from strangers: alternatives within alternatives grow fast

std::int64_t count_of(std::string_view characters) {
  return std::ranges::count_if(characters, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

}  // namespace

void SchemaCheck::check(const Json& schema, const Json& value, const std::string& path, int depth) {
  if (errors.size() >= kMaxSchemaErrors) return;
  if (depth > kMaxDepth || ++checks_ > kMaxChecks) {
    sure_ = false;
    return;
  }
  if (schema.is_boolean() && !schema.get<bool>()) wrong(path, "is not allowed");
  if (!schema.is_object()) return;
  const Json* const outer = std::exchange(whole_, is_whole(newer(schema)) ? &schema : whole_);
  const Json& rest = field(newer(schema), value.is_object() ? "unevaluatedProperties" : "unevaluatedItems");
  if (rest.is_null() || !value.is_structured()) keywords(schema, value, path, depth);
  else unevaluated(schema, rest, value, path, depth);
  whole_ = outer;
}

void SchemaCheck::keywords(const Json& schema, const Json& value, const std::string& path, int depth) {
  reference(schema, value, path, depth);
  if (!type(schema, value, path)) return;  // the rest would only repeat it
  choices(schema, value, path);
  if (value.is_object()) object(schema, value, path, depth);
  else if (value.is_array()) array(schema, value, path, depth);
  else if (value.is_string()) text(schema, value, path);
  else if (value.is_number()) number(schema, value, path);
  alternatives(schema, value, path, depth);
}

void SchemaCheck::wrong(const std::string& path, const std::string& what) {
  if (errors.size() < kMaxSchemaErrors)
    errors.push_back(joined({path.empty() ? std::string_view("The value") : std::string_view(path), " ", what}));
}

void SchemaCheck::reference(const Json& schema, const Json& value, const std::string& path, int depth) {
  if (newer(schema).contains("$dynamicRef") || newer(schema).contains("$recursiveRef")) sure_ = false;
  const std::string_view name = text_field(schema, "$ref");
  const bool plain = name == "#" || (name.starts_with("#/") && !name.contains('%'));
  if (name.empty() || !(all_ || plain)) return;
  const Referred target = referred(document_, *whole_, name, work_);
  if (target.schema == nullptr) {
    sure_ = sure_ && !all_;
    return;
  }
  const Json* const outer = std::exchange(whole_, all_ ? target.whole : whole_);
  check(*target.schema, value, path, depth + 1);
  whole_ = outer;
}

bool SchemaCheck::type(const Json& schema, const Json& value, const std::string& path) {
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

void SchemaCheck::choices(const Json& schema, const Json& value, const std::string& path) {
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

void SchemaCheck::text(const Json& schema, const Json& value, const std::string& path) {
  const auto& characters = value.get_ref<const std::string&>();
  length(schema, "Length", count_of(characters), "character", path);
  const Json& pattern = field(newer(schema), "pattern");
  if (!pattern.is_string()) return;
  const auto& wanted = pattern.get_ref<const std::string&>();
  const std::optional<bool> fits = matches(wanted, characters, work_);
  if (!fits) sure_ = false;
  else if (!*fits) wrong(path, joined({"must match the pattern ", shown_pattern(wanted), ", not ", shown(value)}));
}

void SchemaCheck::alternatives(const Json& schema, const Json& value, const std::string& path, int depth) {
  if (const Json& all = field(schema, "allOf"); all.is_array()) {
    for (const Json& part : all) check(part, value, path, depth + 1);
  }
  one_of(field(schema, "anyOf"), value, path, depth, false);
  one_of(field(schema, "oneOf"), value, path, depth, true);
  if (const Json& no = field(schema, "not"); !no.is_null()) {
    if (tried(no, value, path, depth).fits()) wrong(path, joined({"must not fit ", shown(no)}));
  }
  if (const Json& condition = field(newer(schema), "if"); !condition.is_null()) {
    const Trial trial = tried(condition, value, path, depth);
    if (trial.fits()) check(field(schema, "then"), value, path, depth + 1);
    else if (!trial.may_fit()) check(field(schema, "else"), value, path, depth + 1);
  }
}

void SchemaCheck::one_of(const Json& options, const Json& value, const std::string& path, int depth, bool only_one) {
  if (!options.is_array() || options.empty()) return;
  std::vector<std::string> reasons;
  int fitting = 0;
  bool may_fit = false;
  for (const Json& option : options) {
    Trial trial = tried(option, value, path, depth);
    if (trial.fits()) ++fitting;
    else if (trial.may_fit()) may_fit = true;
    else if (reasons.size() < 4 && std::ranges::find(reasons, trial.problems.front()) == reasons.end())
      reasons.push_back(std::move(trial.problems.front()));
  }
  if (fitting == 0 && !may_fit) {
    if (errors.size() < kMaxSchemaErrors) errors.push_back(listed(reasons, "or"));
  } else if (fitting > 1 && only_one) {
    wrong(path, joined({"fits ", decimal(fitting), " of the alternatives of which it may fit only one"}));
  }
}

SchemaCheck::Trial SchemaCheck::tried(const Json& schema, const Json& value, const std::string& path, int depth) {
  std::vector<std::string> kept = std::exchange(errors, {});
  const bool sure = std::exchange(sure_, true);
  std::string seen = seen_ != nullptr ? *seen_ : std::string();
  check(schema, value, path, depth + 1);
  Trial trial{std::exchange(errors, std::move(kept)), sure_};
  sure_ = sure && (trial.sure || !trial.may_fit());
  if (seen_ != nullptr && !trial.may_fit()) *seen_ = std::move(seen);
  return trial;
}

void SchemaCheck::check_part(const Json& schema, const Json& part, const std::string& path, int depth) {
  std::string* const outer = std::exchange(seen_, nullptr);
  check(schema, part, path, depth + 1);
  seen_ = outer;
}

void SchemaCheck::unevaluated(const Json& schema, const Json& rest, const Json& value, const std::string& path,
                              int depth) {
  std::string seen(value.size(), kUnseen);
  std::string* const outer = std::exchange(seen_, &seen);
  const bool sure = std::exchange(sure_, true);
  const std::size_t before = errors.size();
  keywords(schema, value, path, depth);
  if (sure_ && errors.size() == before) {  // where something is wrong, less was seen than was meant
    std::size_t i = 0;
    const auto part = [&](const Json& item, const std::string& step) {
      if (seen[i++] == kUnseen) check_part(rest, item, path + step, depth);
    };
    for (const auto& [name, item] : members(value)) part(item, pointer_step(name));
    for (; value.is_array() && i < value.size();) part(value.at(i), pointer_step(i));
  }
  sure_ = sure && sure_;
  seen_ = outer;
  if (outer != nullptr) outer->assign(value.size(), kSeen);
}

std::vector<std::string> schema_errors(const Json& schema, const Json& value, bool whole) {
  if (plainly_fits(schema, value)) return {};
  SchemaCheck check(schema, whole);
  check.check(schema, value, {}, 0);
  return std::move(check.errors);
}

}  // namespace troupe

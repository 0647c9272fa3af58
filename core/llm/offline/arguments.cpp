#include "llm/offline/arguments.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Token::Kind;

enum class Role : unsigned char { kTarget, kDate, kPattern, kId, kContent, kQuery };

/// In the order of Role: the words, in a property's name or format, that give it the role. A query is what remains.
constexpr std::string_view kRoles[] = {
    "path file filenam filepath directory root cwd sourc src destination dst dest url uri link href endpoint email "
    "mail "
    "recipient",
    "dat day since until deadlin tim",
    "pattern glob",
    "id ids key numb sha",
    "content text bod data",
};

Role role_of(std::string_view name, const Json& schema) {
  const std::string words = canonical_words(joined({name, " ", text_field(schema, "format")}), 6);
  std::size_t role = 0;
  while (role < std::size(kRoles) && !share(kRoles[role], words)) ++role;
  return static_cast<Role>(role);
}

std::string_view type_of(const Json& schema) {
  const Json& types = field(schema, "type");
  const Json& type = types.is_array() && !types.empty() ? types.front() : types;
  return type.is_string() ? std::string_view(type.get_ref<const std::string&>()) : std::string_view();
}

class Filler {
 public:
  Filler(const Known& tool, const Clause& clause, std::span<const Thing> targets, std::string_view earlier)
      : tool_(tool),
        clause_(clause),
        tokens_(clause.tokens.begin(), clause.tokens.end()),
        targets_(targets),
        earlier_(earlier) {}

  Json object(const Json& schema, std::string& missing) {
    Json values = Json::object();
    const Json& required = field(schema, "required");
    const Json& properties = field(schema, "properties");
    // The targets first: a quoted path is then no longer there to be taken for a text. Then what else is required, in
    // its order, then the rest.
    for (int round = 0; round < 2; ++round) {
      for (const Json& name : required) {
        if (!name.is_string()) continue;
        const std::string& text = name.get_ref<const std::string&>();
        const Json& property = field(properties, text);
        if (!property.is_object() || (role_of(text, property) == Role::kTarget) != (round == 0)) continue;
        if (!put(values, text, property, true)) missing += joined({missing.empty() ? "" : " and ", text});
      }
    }
    for (const auto& [name, property] : members(properties)) {
      if (!field(values, name).is_null() || among(missing, name)) continue;
      put(values, name, property, false);
    }
    return values;
  }

 private:
  bool put(Json& values, const std::string& name, const Json& schema, bool required) {
    Json value = value_of(name, schema, required);
    if (value.is_null()) return false;
    values[name] = std::move(value);
    return true;
  }

  /// Null when nothing fits. What is optional needs more evidence than what is required.
  Json value_of(std::string_view name, const Json& schema, bool required) {
    const std::string words = canonical_words(name, 6);
    const bool named = clause_.means(words);
    const std::string_view type = type_of(schema);
    const Json& choices = field(schema, "enum");
    if (!required && !named && (choices.is_array() || type == "boolean")) return nullptr;
    if (choices.is_array()) return choice(choices);
    if (type == "boolean") return flag(named);
    if (type == "integer" || type == "number") return number(words, required);
    if (type == "array") return list(name, field(schema, "items"), required);
    if (type == "object") {
      std::string missing;
      Json value = required && ++depth_ < 4 ? object(schema, missing) : Json();
      return missing.empty() && !value.empty() ? value : Json();
    }
    const Role role = role_of(name, schema);
    if (role == Role::kContent && required && clause_.says("empty blank")) return "";
    const std::string found = text(role, name, required, named);
    return found.empty() ? Json() : Json(found);
  }

  Json choice(const Json& values) const {
    for (const Json& value : values) {
      if (value.is_string() && clause_.says(lower(value.get_ref<const std::string&>()))) return value;
    }
    return nullptr;
  }

  Json flag(bool named) const {
    if (clause_.says("false off no not without disable")) return false;
    return named || clause_.says("true on yes enable") ? Json(true) : Json();
  }

  /// The number beside the property's name ("3 steps", "duration of 2"), or the first one that is left.
  Json number(std::string_view words, bool required) {
    const auto is_name = [&](std::size_t at) { return at < tokens_.size() && among(words, tokens_[at].meaning); };
    std::string_view found;
    for (std::size_t i = 0; i < tokens_.size() && found.empty(); ++i) {
      if (tokens_[i].kind != Kind::kNumber) continue;
      if (is_name(i + 1) || is_name(i - 1) || (i > 1 && tokens_[i - 1].is("of to is") && is_name(i - 2)))
        found = use(tokens_[i]);
    }
    if (found.empty() && required) found = take(Kind::kNumber);
    if (found.starts_with('#') || found.starts_with('+')) found.remove_prefix(1);
    std::optional<Json> parsed = parse_json(found);
    return parsed ? std::move(*parsed) : Json();
  }

  /// As many values as the clause has for it.
  Json list(std::string_view name, const Json& items, bool required) {
    Json values = Json::array();
    for (std::size_t taken = taken_; items.is_object(); taken = taken_) {
      Json value = value_of(name, items, required);
      if (value.is_null() || taken == taken_) break;
      values.push_back(std::move(value));
    }
    return values.empty() ? Json() : values;
  }

  std::string text(Role role, std::string_view name, bool required, bool named) {
    if (role == Role::kDate) return std::string(take(Kind::kDate));
    if (!required) return std::string(named && role == Role::kQuery ? take(Kind::kQuoted) : "");
    if (role == Role::kPattern) return pattern();
    std::string_view found = role == Role::kTarget || role == Role::kId ? target() : "";
    if (found.empty() && role == Role::kId) found = take(Kind::kNumber);
    if (found.empty() && role == Role::kTarget && tool_.lists) found = ".";
    if (found.empty() && (role != Role::kTarget || among("name filename", name))) found = take(Kind::kQuoted);
    if (found.empty() && role == Role::kQuery) found = remainder();
    if (found.empty() && role == Role::kContent &&
        clause_.says("it them this that result results contents content output answer summary list those"))
      found = earlier_;
    return std::string(found.substr(found.starts_with('#') && role == Role::kId ? 1 : 0));
  }

  std::string pattern() {
    if (!clause_.pattern.empty()) return clause_.pattern;
    for (const std::string_view target : clause_.targets) {
      if (has_extension(target)) return joined({"**/", base_name(target)});
    }
    const std::string_view quoted = take(Kind::kQuoted);
    return quoted.empty() || contains(quoted, "*") ? std::string(quoted) : joined({"**/*", quoted, "*"});
  }

  std::string_view target() {
    if (targets_.empty()) return {};
    const std::string_view taken = targets_.front().name;
    targets_ = targets_.subspan(1);
    ++taken_;
    // A path in quotes is then no longer there to be taken for a text.
    for (Token& token : tokens_) {
      if (token.text == taken) use(token);
    }
    return taken;
  }

  /// The first token of this kind that is left.
  std::string_view take(Kind kind) {
    for (Token& token : tokens_) {
      if (token.kind == kind) return use(token);
    }
    return {};
  }

  std::string_view use(Token& token) {
    ++taken_;
    token.kind = Kind::kEnd;
    return token.text;
  }

  /// What follows the words that chose the tool: "Search the web for solar panels" gives "solar panels".
  std::string_view remainder() const {
    std::size_t from = 0;
    for (std::size_t i = 0; i < tokens_.size() && i < 12; ++i) {
      const std::string_view meaning = tokens_[i].meaning;
      if (among(tool_.name, meaning) || among(clause_.verb, meaning)) from = i + 1;
    }
    while (from < tokens_.size() &&
           (tokens_[from].is("for about in of on to at with is the a an that saying me called named tool like") ||
            tokens_[from].kind == Kind::kColon)) {
      ++from;
    }
    if (from == tokens_.size() || tokens_[from].is("it them this that these those")) return {};
    return clause_.text.substr(std::min(tokens_[from].begin - tokens_.front().begin, clause_.text.size()));
  }

  const Known& tool_;
  const Clause& clause_;
  std::vector<Token> tokens_;  // those that are used up become kEnd
  std::span<const Thing> targets_;
  std::size_t taken_ = 0;
  std::string_view earlier_;
  int depth_ = 0;
};

}  // namespace

Json arguments_for(const Known& tool, const Clause& clause, std::span<const Thing> targets, std::string_view earlier,
                   std::string& missing) {
  return Filler(tool, clause, targets, earlier).object(tool.spec->input_schema, missing);
}

int targets_of(const ToolSpec& tool) {
  int targets = 0;
  for (const Json& name : field(tool.input_schema, "required")) {
    if (!name.is_string()) continue;
    const std::string& text = name.get_ref<const std::string&>();
    const Json& property = field(field(tool.input_schema, "properties"), text);
    const Role role = role_of(text, property);
    if (property.is_object() && (role == Role::kTarget || role == Role::kId) && type_of(property) != "array") ++targets;
  }
  return targets;
}

}  // namespace troupe::offline

#include "llm/offline/arguments.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Token::Kind;

enum class Role : unsigned char { kPath, kUrl, kEmail, kDate, kPattern, kId, kContent, kQuery };

Role role_of(std::string_view name, const Json& schema) {
  const std::string_view format = text_field(schema, "format");
  const std::vector<std::string> words = words_of(utf8_prefix(name, 80));
  const auto any = [&](std::string_view list) {
    return std::ranges::any_of(words, [&](const std::string& word) { return among(list, word); });
  };
  if (format == "uri" || format == "url" || any("url uri link href endpoint")) return Role::kUrl;
  if (format == "email" || any("email mail recipient")) return Role::kEmail;
  if (format == "date" || format == "date-time" || any("date day since until deadline")) return Role::kDate;
  if (any("pattern glob")) return Role::kPattern;
  if (any("path paths file files filename filepath dir directory folder source destination src dst dest root cwd")) {
    return Role::kPath;
  }
  if (any("id ids key number sha")) return Role::kId;
  if (any("content contents text body data")) return Role::kContent;
  return Role::kQuery;
}

std::vector<std::string> required_of(const Known& tool) {
  std::vector<std::string> names;
  for (const Json& name : field(tool.spec->input_schema, "required")) {
    if (name.is_string() && tool.schema().contains(name.get_ref<const std::string&>()))
      names.push_back(name.get<std::string>());
  }
  return names;
}

std::string type_of(const Json& schema) {
  const Json& type = field(schema, "type");
  if (type.is_string()) return type.get<std::string>();
  if (type.is_array() && !type.empty() && type[0].is_string()) return type[0].get<std::string>();
  return schema.contains("enum") ? "string" : "";
}

class Filler {
 public:
  Filler(const Known& tool, const Clause& clause, const Sources& sources)
      : tool_(tool), clause_(clause), targets_(sources.targets), folder_(sources.folder), earlier_(sources.earlier) {
    for (const Token& token : clause.tokens) {
      if (token.kind == Kind::kNumber) numbers_.push_back(token.text);
      if (token.kind == Kind::kQuoted) quotes_.push_back(token.text);
    }
  }

  Filled all() {
    Filled filled;
    filled.arguments = Json::object();
    const std::vector<std::string> required = required_of(tool_);
    // Paths first: a quoted path is then no longer there to be taken for a text.
    for (const bool paths : {true, false}) {
      for (const std::string& name : required) {
        const Json& schema = tool_.schema()[name];
        if ((role_of(name, schema) == Role::kPath) != paths) continue;
        Json value = value_of(name, schema, true);
        if (value.is_null()) filled.missing.push_back(name);
        else filled.arguments[name] = std::move(value);
      }
    }
    for (const auto& [name, schema] : members(tool_.schema())) {
      if (std::ranges::find(required, name) != required.end()) continue;
      Json value = value_of(name, schema, false);
      if (!value.is_null()) filled.arguments[name] = std::move(value);
    }
    return filled;
  }

 private:
  /// Null when nothing fits. What is optional needs more evidence than what is required.
  Json value_of(const std::string& name, const Json& schema, bool required) {
    if (!schema.is_object()) return nullptr;
    if (schema.contains("const")) return schema["const"];
    if (field(schema, "enum").is_array()) return choice(name, schema["enum"], required);
    const std::string type = type_of(schema);
    if (type == "boolean") return flag(name, required);
    if (type == "integer" || type == "number") return number(name, type == "integer", required);
    if (type == "array") return list(name, field(schema, "items"), required);
    if (type == "object") return object(schema, required);
    std::string found = text(name, role_of(name, schema), required);
    return found.empty() && !empty_content_ ? Json() : Json(std::move(found));
  }

  Json choice(const std::string& name, const Json& values, bool required) {
    if (!required && !mentions(name)) return nullptr;
    const std::string said = ' ' + lower(clause_.text) + ' ';
    for (const Json& value : values) {
      if (!value.is_string() || value.get_ref<const std::string&>().empty()) continue;
      const std::string wanted = lower(value.get_ref<const std::string&>());
      if (contains(said, wanted) || clause_.means(canonical(wanted))) return value;
    }
    return nullptr;
  }

  Json flag(const std::string& name, bool required) {
    if (!required && !mentions(name)) return nullptr;
    if (clause_.says("false off no not without disable")) return false;
    if (mentions(name) || clause_.says("true on yes enable")) return true;
    return nullptr;
  }

  /// The number beside the property's name ("3 steps", "duration: 2"), or the next one of the clause.
  Json number(const std::string& name, bool whole, bool required) {
    const std::vector<std::string> wanted = canonical_words(utf8_prefix(name, 80), 6);
    const auto is_name = [&](std::size_t i) {
      return i < clause_.tokens.size() && clause_.tokens[i].kind == Kind::kWord &&
             std::ranges::find(wanted, clause_.tokens[i].meaning) != wanted.end();
    };
    std::string found;
    for (std::size_t i = 0; i < clause_.tokens.size() && found.empty(); ++i) {
      if (clause_.tokens[i].kind != Kind::kNumber) continue;
      const bool spaced = i > 1 && (clause_.tokens[i - 1].is("of to is") || clause_.tokens[i - 1].kind == Kind::kColon);
      if (is_name(i + 1) || (i > 0 && is_name(i - 1)) || (spaced && is_name(i - 2))) found = clause_.tokens[i].text;
    }
    if (found.empty() && required && !numbers_.empty()) found = numbers_.front();
    if (found.empty()) return nullptr;
    std::erase(numbers_, found);
    if (const std::optional<std::int64_t> number = whole_number(found)) return *number;
    if (whole) return nullptr;
    std::erase(found, ',');
    std::optional<Json> parsed = parse_json(found);
    return parsed && parsed->is_number() ? *parsed : Json();
  }

  Json list(const std::string& name, const Json& items, bool required) {
    Json values = Json::array();
    if (type_of(items) == "object") {
      Json value = object(items, required);
      if (!value.is_null()) values.push_back(std::move(value));
    } else if (const Role role = role_of(name, items); role == Role::kPath || role == Role::kUrl || role == Role::kId) {
      if (required)
        for (const std::string& target : targets_) values.push_back(target);
    } else if (type_of(items) == "number" || type_of(items) == "integer") {
      if (!required && !mentions(name)) return nullptr;
      for (const std::string& digits : numbers_) {
        if (std::optional<Json> value = parse_json(digits); value && value->is_number()) values.push_back(*value);
      }
    } else if (required || mentions(name)) {
      for (const std::string& quote : quotes_) values.push_back(quote);
      quotes_.clear();
    }
    return values.empty() ? Json() : values;
  }

  /// An object whose required texts are the quoted ones in order: {"oldText": "a", "newText": "b"}.
  Json object(const Json& schema, bool required) {
    if (!required || ++depth_ > 4) return nullptr;
    Json value = Json::object();
    for (const Json& name : field(schema, "required")) {
      if (!name.is_string()) return nullptr;
      Json part = value_of(name.get<std::string>(),
                           field(field(schema, "properties"), name.get_ref<const std::string&>()), true);
      if (part.is_null()) return nullptr;
      value[name.get_ref<const std::string&>()] = std::move(part);
    }
    return value.empty() ? Json() : value;
  }

  std::string text(const std::string& name, Role role, bool required) {
    switch (role) {
      case Role::kPath: return required ? path(name) : std::string();
      case Role::kUrl: return required || mentions(name) ? of_kind(Kind::kUrl) : std::string();
      case Role::kEmail: return of_kind(Kind::kEmail);
      case Role::kDate: return of_kind(Kind::kDate);
      case Role::kPattern: return required ? pattern() : std::string();
      case Role::kId: return required ? id() : std::string();
      case Role::kContent: return required ? content() : std::string();
      case Role::kQuery: break;
    }
    if (!required) return mentions(name) ? next_quote() : std::string();
    const std::string quoted = next_quote();
    return quoted.empty() ? remainder() : quoted;
  }

  std::string path(const std::string& name) {
    const bool folder = takes_folder(tool_);
    if (folder && !folder_.empty()) return folder_;
    if (tool_.lists() && !targets_.empty() && has_extension(targets_.front())) {
      // A file is looked for in its folder.
      const std::string_view parent = parent_of(targets_.front());
      return parent.empty() ? "." : std::string(parent);
    }
    if (!targets_.empty()) {
      std::string first = targets_.front();
      targets_.erase(targets_.begin());
      std::erase(quotes_, first);
      return first;
    }
    // A folder is no file: "write 'x' in docs" does not say which.
    const bool of_file = std::ranges::find(tool_.name, "fil") != tool_.name.end();
    if (!folder_.empty() && !of_file) return folder_;
    std::string last = among("name filename file_name", name) ? next_quote() : std::string();
    return last.empty() && folder && tool_.lists() ? "." : last;
  }

  std::string of_kind(Kind kind) const {
    for (const Token& token : clause_.tokens) {
      if (token.kind == kind) return token.text;
    }
    if (kind == Kind::kUrl && !targets_.empty() && contains(targets_.front(), "://")) return targets_.front();
    return {};
  }

  std::string pattern() {
    if (std::string found = clause_.pattern(); !found.empty()) return found;
    for (const Token& token : clause_.tokens) {
      if (token.kind == Kind::kPath && has_extension(token.text)) return "**/" + std::string(base_name(token.text));
    }
    const std::string quoted = next_quote();
    return quoted.empty() ? quoted : contains(quoted, "*") ? quoted : "**/*" + quoted + "*";
  }

  std::string id() {
    if (!targets_.empty()) return targets_.front();
    if (!numbers_.empty()) {
      std::string first = numbers_.front();
      numbers_.erase(numbers_.begin());
      return first.starts_with('#') ? first.substr(1) : first;
    }
    for (const Token& token : clause_.tokens) {
      if (token.kind == Kind::kWord && token.text.find_first_of("0123456789") != std::string::npos) return token.text;
    }
    return next_quote();
  }

  std::string content() {
    if (!quotes_.empty()) return next_quote();
    empty_content_ = clause_.says("empty blank");
    if (empty_content_) return {};
    const bool means =
        clause_.says("it them this that result results contents content output answer summary list those");
    return means ? earlier_ : std::string();
  }

  std::string next_quote() {
    if (quotes_.empty()) return {};
    std::string first = std::move(quotes_.front());
    quotes_.erase(quotes_.begin());
    return first;
  }

  /// What follows the words that chose the tool: "Search the web for solar panels" gives "solar panels".
  std::string remainder() const {
    std::size_t from = 0;
    for (std::size_t i = 0; i < clause_.tokens.size() && i < 12; ++i) {
      const Token& token = clause_.tokens[i];
      if (token.kind != Kind::kWord) continue;
      const bool chose = std::ranges::find(tool_.name, token.meaning) != tool_.name.end();
      if (chose || token.meaning == clause_.verb) from = i + 1;
    }
    while (
        from < clause_.tokens.size() &&
        (clause_.tokens[from].is("for about in of on to at with is the a an that saying me called named tool like") ||
         clause_.tokens[from].kind == Kind::kColon)) {
      ++from;
    }
    if (from == clause_.tokens.size() || clause_.tokens[from].is("it them this that these those")) return {};
    const std::size_t begin = clause_.tokens[from].begin - clause_.tokens.front().begin;
    return std::string(trim(std::string_view(clause_.text).substr(std::min(begin, clause_.text.size()))));
  }

  bool mentions(const std::string& name) const {
    for (const std::string& word : canonical_words(utf8_prefix(name, 80), 4)) {
      if (clause_.means(word)) return true;
    }
    return false;
  }

  const Known& tool_;
  const Clause& clause_;
  std::vector<std::string> targets_, numbers_, quotes_;
  std::string folder_, earlier_;
  bool empty_content_ = false;
  int depth_ = 0;
};

}  // namespace

Filled fill(const Known& tool, const Clause& clause, const Sources& sources) {
  return Filler(tool, clause, sources).all();
}

std::string target_property(const Known& tool) {
  for (const std::string& name : required_of(tool)) {
    const Json& schema = tool.schema()[name];
    const Role role = role_of(name, schema);
    const bool target = role == Role::kPath || role == Role::kUrl || role == Role::kId;
    if (target && type_of(schema) != "array") return name;
  }
  return {};
}

bool takes_two_paths(const Known& tool) {
  int paths = 0;
  for (const std::string& name : required_of(tool)) {
    const Json& schema = tool.schema()[name];
    paths += role_of(name, schema) == Role::kPath && type_of(schema) != "array" ? 1 : 0;
  }
  return paths == 2;
}

bool takes_folder(const Known& tool) {
  if (takes_two_paths(tool)) return false;
  return std::ranges::any_of(tool.name,
                             [](const std::string& word) { return among("directory list search glob tree", word); });
}

}  // namespace troupe::offline

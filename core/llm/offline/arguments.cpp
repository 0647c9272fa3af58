#include "llm/offline/arguments.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/dates.hpp"
#include "llm/offline/roles.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Token::Kind;

/// Words before an argument, such as "to" of "to Ann", that are names of arguments as well.
constexpr std::string_view kPrepositions = "to from for with by into at about";
/// Words that change nothing in what a clause asks for. Not among them: those that pick ("first", "one", "some") or
/// that leave out ("but", "except", "not").
constexpr std::string_view kPlain =
    "a an the this that these those it its them they their there here of in on at by for from to into with within "
    "inside under as is are and then also please now just i want you can could would me my us our all each every both "
    "named called whole next finally using use via tool so let lets need after afterwards again thanks thank hello hi "
    "hey ok okay";
/// The same for tools that are given a text.
constexpr std::string_view kTextWords =
    "text result results content contents output answer summary list saying new empty blank";
constexpr std::string_view kFileWords = "file files document documents page pages note notes item items entry entries";
constexpr std::string_view kFolderWords = "folder folders directory directories dir";

bool is_destination(std::string_view name) { return share("destination dst dest to new", canonical_words(name, 6)); }

bool begins_upper(std::string_view text) { return !text.empty() && text.front() >= 'A' && text.front() <= 'Z'; }

class Filler {
 public:
  Filler(const Known& tool, const Clause& clause, std::span<const Thing> targets, std::string_view earlier, bool sure)
      : tool_(tool),
        clause_(clause),
        tokens_(clause.tokens.begin(), clause.tokens.end()),
        targets_(targets),
        earlier_(earlier),
        sure_(sure) {}

  Json object(const Json& schema, std::string& missing) {
    Json values = Json::object();
    const Json& required = field(schema, "required");
    const Json& properties = field(schema, "properties");
    // The targets first: a quoted path is then no longer there to be taken for a text; where something comes from
    // before where it goes to. Then what else is required, in its order, then the rest.
    for (int round = 0; round < 3; ++round) {
      for (const Json& name : required) {
        if (!name.is_string()) continue;
        const std::string& text = name.get_ref<const std::string&>();
        const Json& property = field(properties, text);
        const int turn = role_of(text, property) != Role::kTarget ? 2 : is_destination(text) ? 1 : 0;
        if (!property.is_object() || turn != round) continue;
        if (!put(values, text, property, true)) missing += joined({missing.empty() ? "" : " and ", text});
      }
    }
    for (const auto& [name, property] : members(properties)) {
      if (!field(values, name).is_null() || among(missing, name)) continue;
      put(values, name, property, false);
    }
    return values;
  }

  /// The first token that is no argument and that neither the tool nor the list explains.
  std::string_view unread(std::string_view about) const {
    for (const Token& token : tokens_) {
      if (token.kind == Kind::kEnd || token.kind == Kind::kComma || token.kind == Kind::kColon) continue;
      if (token.kind != Kind::kWord) {
        if (!is_part_of_place(token)) return token.text;
        continue;
      }
      const bool place =
          takes_path(*tool_.spec) && (token.is(kFileWords) || (token.is(kFolderWords) && !clause_.folders.empty()));
      if (token.is(kPlain) || place || (token.is(kTextWords) && takes_text(*tool_.spec)) ||
          token.meaning == clause_.verb || is_part_of_place(token))
        continue;
      if (token.text.size() == 1 && token.text.find_first_of("-*&") == 0) continue;
      if (among(tool_.name, token.meaning) || among(tool_.about, token.meaning) || among(about, token.meaning))
        continue;
      // A tool may be called by its name.
      if (token.text != tool_.spec->name) return token.text;
    }
    return {};
  }

 private:
  /// Is it one of the targets, folders or globs that calls go over?
  bool is_part_of_place(const Token& token) const {
    for (const std::string_view folder : clause_.folders) {
      if (without_slash(token.text) == folder) return true;
    }
    if (tool_.targets > 0 && std::ranges::find(clause_.targets, token.text) != clause_.targets.end()) return true;
    if (clause_.pattern.empty()) return false;
    return token.text.find('*') != std::string_view::npos || token.text.starts_with('.') ||
           token.is("markdown python javascript typescript rust") ||
           contains(clause_.pattern, joined({".", token.word}));
  }

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
    // What is said of a list is filled by what the list has, or not at all.
    if (name == tool_.listed && clause_.goes_over()) return listed(name, type != "string");
    if (choices.is_array()) return choice(choices);
    if (type == "boolean") return flag(named);
    if (type == "integer" || type == "number") {
      if (targets_.empty() || role_of(name, schema) != Role::kId) return number(words, required);
      return listed(name, true);
    }
    if (type == "array") return list(name, field(schema, "items"), required);
    if (type == "object") {
      std::string missing;
      Json value = required && ++depth_ < 4 ? object(schema, missing) : Json();
      return missing.empty() && !value.empty() ? value : Json();
    }
    const Role role = role_of(name, schema);
    if (role == Role::kContent && required && clause_.says("empty blank")) return "";
    const std::string found = text(role, name, schema, required, named);
    return found.empty() ? Json() : Json(found);
  }

  /// What the next thing of a list says under this name.
  Json listed(std::string_view name, bool numeric) {
    const std::string found = target(name);
    if (found.empty() || !numeric) return found.empty() ? Json() : Json(found);
    std::optional<Json> parsed = parse_json(found);
    return parsed && parsed->is_number() ? std::move(*parsed) : Json();
  }

  /// The only one that the clause says: of two neither is sure.
  Json choice(const Json& values) {
    Json found;
    for (const Json& value : values) {
      if (!value.is_string() || !clause_.says(lower(value.get_ref<const std::string&>()))) continue;
      if (!found.is_null()) return nullptr;
      found = value;
    }
    if (found.is_string()) use_words(lower(found.get_ref<const std::string&>()));
    return found;
  }

  Json flag(bool named) {
    constexpr std::string_view kNo = "false off no not without disable", kYes = "true on yes enable";
    const bool no = clause_.says(kNo);
    if (!no && !named && !clause_.says(kYes)) return nullptr;
    use_words(no ? kNo : kYes);
    return !no;
  }

  void use_words(std::string_view words) {
    for (Token& token : tokens_) {
      if (token.kind == Kind::kWord && token.is(words)) use(token);
    }
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
    std::optional<Json> parsed = parse_json(without_commas(found));
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

  std::string text(Role role, std::string_view name, const Json& schema, bool required, bool named) {
    if (role == Role::kDate) {
      const std::string_view date = take(Kind::kDate);
      return date.empty() ? take_written_date(tokens_) : std::string(date);
    }
    if (!required) return named && role == Role::kQuery ? std::string(quoted(name)) : std::string();
    if (role == Role::kPattern) return pattern();
    std::string found = role == Role::kTarget || role == Role::kId ? target(name) : "";
    if (found.empty() && role == Role::kTarget) found = path(name, schema);
    if (found.empty() && role == Role::kId) found = take(Kind::kNumber);
    if (found.empty() && role == Role::kTarget && tool_.lists) found = ".";
    if (found.empty() && role == Role::kQuery && among(kPrepositions, lower(name))) return behind(lower(name));
    if (found.empty() && (role != Role::kTarget || among("name filename", name))) found = quoted(name);
    if (found.empty() && role == Role::kQuery && among("name file filename", lower(name))) found = take(Kind::kPath);
    if (found.empty() && role == Role::kQuery) found = sure_ ? written_name() : std::string(remainder());
    if (found.empty() && role == Role::kContent &&
        clause_.says("it them this that result results contents content output answer summary list those"))
      found = earlier_;
    return found.starts_with('#') && role == Role::kId ? found.substr(1) : found;
  }

  /// A path that is quoted, or the name of a file without an ending, where it cannot be meant as a text: the tool
  /// requires no other, or it stands behind "to" or "file".
  std::string path(std::string_view name, const Json& schema) {
    const std::string words = canonical_words(joined({name, " ", text_field(schema, "format")}), 6);
    if (!share(kPathWords, words) || share("url uri link email mail", words) || clause_.goes_over()) return {};
    const Json& required = field(tool_.spec->input_schema, "required");
    const bool alone = required.is_array() && required.size() == 1;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const bool place = i > 0 && tokens_[i - 1].is("to into file named called from");
      if (tokens_[i].kind == Kind::kQuoted && (alone || place)) return std::string(use(tokens_[i]));
    }
    return alone && !tool_.lists ? written_name() : std::string();
  }

  /// What stands behind the word: "to Ann", "to 'Ann'".
  std::string behind(std::string_view word) {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (!tokens_[i].is(word)) continue;
      const Kind kind = tokens_[i + 1].kind;
      if (kind == Kind::kQuoted || kind == Kind::kPath || kind == Kind::kUrl) return std::string(use(tokens_[i + 1]));
      if (begins_upper(tokens_[i + 1].text)) return run_from(i + 1);
    }
    return {};
  }

  /// The name that the clause is about: words that are written with capitals, or have digits.
  std::string written_name() {
    for (std::size_t i = 1; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      const bool plain =
          token.kind != Kind::kWord || token.is(kPlain) || token.is(kFileWords) || token.meaning == clause_.verb;
      if (!plain && begins_upper(token.text)) return run_from(i);
    }
    return {};
  }

  std::string run_from(std::size_t first) {
    std::size_t end = first;
    for (; end < tokens_.size() && tokens_[end].kind == Kind::kWord && begins_upper(tokens_[end].text); ++end)
      use(tokens_[end]);
    const std::size_t begin = tokens_[first].begin - clause_.tokens.front().begin;
    return std::string(clause_.text.substr(begin, tokens_[end - 1].end - tokens_[first].begin));
  }

  /// The quoted text that stands behind the argument's name, or else the first one that stands behind no other's.
  std::string_view quoted(std::string_view name) {
    const std::string own = canonical_words(name, 6);
    const Json& properties = field(tool_.spec->input_schema, "properties");
    Token* first = nullptr;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != Kind::kQuoted) continue;
      std::size_t before = i;
      while (before > 0 && (tokens_[before - 1].is("of to is as") || tokens_[before - 1].kind == Kind::kColon))
        --before;
      const std::string_view word = before > 0 ? tokens_[before - 1].meaning : std::string_view();
      if (among(own, word)) return use(tokens_[i]);
      bool anothers = false;
      for (const auto& [other, schema] : members(properties))
        anothers = anothers || (other != name && word != clause_.verb && among(canonical_words(other, 6), word));
      if (first == nullptr && !anothers) first = &tokens_[i];
    }
    return first == nullptr ? std::string_view() : use(*first);
  }

  std::string pattern() {
    if (!clause_.pattern.empty()) return clause_.pattern;
    for (const std::string_view target : clause_.targets) {
      if (has_extension(target)) return joined({"**/", base_name(target)});
    }
    const std::string_view quoted = take(Kind::kQuoted);
    return quoted.empty() || contains(quoted, "*") ? std::string(quoted) : joined({"**/*", quoted, "*"});
  }

  std::string target(std::string_view name) {
    if (targets_.empty()) return {};
    const Thing& thing = targets_.front();
    targets_ = targets_.subspan(1);
    ++taken_;
    // A path in quotes is then no longer there to be taken for a text.
    for (Token& token : tokens_) {
      if (token.text == thing.name) use(token);
    }
    return said_of(thing, name);
  }

  /// What a list says of the thing under the argument's name ("user_id" is its "id"); of a path, where it lies.
  std::string said_of(const Thing& thing, std::string_view name) const {
    const std::string words = canonical_words(name, 6);
    if (!thing.record.is_object()) return thing.name;
    if (share(kPathWords, words)) {
      const std::string_view called = text_field(thing.record, "name");
      if (among(words, "nam") && !called.empty() && !thing.name.ends_with(called)) return std::string(called);
      for (const char* key : {"path", "name", "filename", "uri", "url"}) {
        if (field(thing.record, key).is_string()) return thing.name;
      }
      return sure_ ? std::string() : thing.name;
    }
    for (const auto& [key, value] : members(thing.record)) {
      const std::string own = canonical_words(key, 6);
      if (own == words || (share(own, words) && among("id nam number key email url", own)))
        return value.is_string() ? std::string(text_field(thing.record, key)) : dump_json(value);
    }
    return sure_ ? std::string() : thing.name;
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
    if (from == tokens_.size() ||
        tokens_[from].is("it them this that these those each every all both everything everyone anything"))
      return {};
    return clause_.text.substr(std::min(tokens_[from].begin - tokens_.front().begin, clause_.text.size()));
  }

  const Known& tool_;
  const Clause& clause_;
  std::vector<Token> tokens_;  // those that are used up become kEnd
  std::span<const Thing> targets_;
  std::size_t taken_ = 0;
  std::string_view earlier_;
  bool sure_;
  int depth_ = 0;
};

}  // namespace

Arguments arguments_for(const Known& tool, const Clause& clause, std::span<const Thing> targets,
                        std::string_view earlier, bool sure, std::string_view about) {
  Arguments arguments;
  Filler filler(tool, clause, targets, earlier, sure);
  arguments.values = filler.object(tool.spec->input_schema, arguments.missing);
  arguments.unread = filler.unread(about);
  return arguments;
}

}  // namespace troupe::offline

#include "llm/offline/clauses.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Token::Kind;

constexpr std::string_view kPolite =
    "please now also then finally next first kindly to lets let us me you can could "
    "would will i want need like afterwards again just and but so after that";
constexpr std::string_view kKinds =
    "files documents pages folders directories entries items pictures images notes "
    "scripts tests modules";
constexpr std::string_view kFolders = "folder directory dir subfolder subdirectory";
constexpr std::string_view kFiles = "file files document documents page pages script scripts";
constexpr std::string_view kTypes =
    "markdown md text txt python py javascript js typescript ts json json yaml yaml "
    "yml yml html html css css csv csv rust rs c++ cpp java java go go shell sh xml xml";

bool negates(const Token& token) {
  return token.is("not never don't dont without avoid don’t cannot mustn't shouldn't");
}

/// Cuts at sentence ends, at "then", and where a conjunction or comma is followed by a verb.
class Cutter {
 public:
  Cutter(std::string_view task, std::string_view tool_verbs)
      : task_(task), tool_verbs_(tool_verbs), tokens_(tokens_of(task)) {}

  std::vector<Clause> all(std::size_t& left_out) {
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      if (list_marker()) continue;
      const Token& token = tokens_[at_];
      if (token.kind == Kind::kEnd || token.is("then") || before_verb(token)) finish();
      if (current_.empty() && (token.kind == Kind::kComma || token.is("and then but also"))) continue;
      if (token.kind == Kind::kEnd) continue;
      asked_ = asked_ || is_asking(token);
      if (current_.size() < kMostTokens) current_.push_back(token);
      else overflowed_ = true;
    }
    finish();
    left_out = left_out_;
    return std::move(clauses_);
  }

 private:
  /// "1." or "-" at the beginning of a line; skipped.
  bool list_marker() {
    if (!current_.empty() || at_ + 1 >= tokens_.size()) return false;
    const Token& token = tokens_[at_];
    if (token.text == "-" || token.text == "*" || token.text == "•") return true;
    const std::string_view after = task_.substr(token.end, 1);
    if (token.kind != Kind::kNumber || token.text.size() > 2 || (after != "." && after != ")")) return false;
    if (tokens_[at_ + 1].kind == Kind::kEnd && tokens_[at_ + 1].begin == token.end) ++at_;
    return true;
  }

  /// "without" begins a clause; so do "and", "but" and "," before a verb.
  bool before_verb(const Token& token) const {
    if (token.is("without")) return true;
    if (token.kind != Kind::kComma && !token.is("and but or")) return false;
    // "In docs, find ..." is one clause.
    if (token.kind == Kind::kComma && !asked_) return false;
    for (std::size_t i = at_ + 1; i < tokens_.size() && i < at_ + 5; ++i) {
      const Token& next = tokens_[i];
      if (next.kind != Kind::kWord) return false;
      if (negates(next) || is_asking(next)) return true;
      // "and how many lines has it" asks for something of its own.
      if (next.is("how what which who where")) return true;
      if (!next.is("and please also then finally now do lastly")) return false;
    }
    return false;
  }

  bool is_asking(const Token& token) const {
    if (token.kind != Kind::kWord || token.is("new says")) return false;
    return is_verb(token.meaning) || among(tool_verbs_, token.meaning);
  }

  void finish() {
    while (!current_.empty() && (current_.back().kind == Kind::kComma || current_.back().is("and then"))) {
      current_.pop_back();
    }
    asked_ = false;
    if (std::exchange(overflowed_, false)) ++left_out_;
    if (current_.empty()) return;
    if (clauses_.size() == kMostClauses) {
      ++left_out_;
      current_.clear();
      return;
    }
    Clause clause;
    const std::size_t begin = current_.front().begin;
    clause.text = trim(task_.substr(begin, current_.back().end - begin));
    clause.tokens = std::move(current_);
    current_.clear();
    describe(clause);
    clauses_.push_back(std::move(clause));
  }

  void describe(Clause& clause) const {
    const std::vector<Token>& tokens = clause.tokens;
    std::size_t i = 0;
    while (i + 1 < tokens.size() && tokens[i].is(kPolite)) ++i;
    clause.question =
        tokens[i].is("what what's what’s which who whom when where why how is are was were does did has have");
    clause.forbids = negates(tokens[i]) || (tokens[i].is("do") && i + 1 < tokens.size() && negates(tokens[i + 1]));
    for (; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      // After an article it is a noun: "the list", "a copy".
      const bool noun = i > 0 && tokens[i - 1].is("the a an this that its their our my your of in per");
      if (noun || !is_asking(token)) continue;
      clause.verb = token.meaning;
      return;
    }
  }

  std::string_view task_, tool_verbs_;
  std::vector<Token> tokens_, current_;
  std::vector<Clause> clauses_;
  std::size_t at_ = 0, left_out_ = 0;
  bool asked_ = false, overflowed_ = false;
};

/// Could the word name a folder, when it stands at the end of "in docs"?
bool may_name(const Token& token) {
  return token.kind == Kind::kWord && !is_stop_word(token.lowered) && !is_verb(token.meaning) && !token.is(kFolders) &&
         !token.is(kKinds) && !token.is("file order total detail full case general tree");
}

std::string without_slash(std::string text) {
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

bool Clause::says(std::string_view words) const {
  return std::ranges::any_of(tokens, [&](const Token& token) { return token.is(words); });
}

bool Clause::means(std::string_view words) const {
  return std::ranges::any_of(tokens, [&](const Token& t) { return t.kind == Kind::kWord && among(words, t.meaning); });
}

std::vector<std::string> Clause::targets() const {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool ending = token.text.starts_with('.') && i + 1 < tokens.size() && tokens[i + 1].is(kFiles);
    const bool named = token.kind == Kind::kPath || token.kind == Kind::kUrl ||
                       (token.kind == Kind::kQuoted && has_extension(token.text) && !contains(token.text, " "));
    if (named && !ending && !contains(token.text, "*")) found.push_back(token.text);
  }
  return found;
}

std::string Clause::location() const {
  std::vector<std::string> found = locations();
  return found.empty() ? std::string() : std::move(found.front());
}

std::vector<std::string> Clause::locations() const {
  const bool listing = says("tree contents content files listing structure");
  std::vector<std::string> found;
  std::size_t last_found = 0;
  for (std::size_t i = 0; i < tokens.size() && found.size() < 20; ++i) {
    const Token& token = tokens[i];
    const bool next = i + 1 < tokens.size();
    const auto follows = [&](std::string_view words) { return i > 0 && tokens[i - 1].is(words); };
    const auto add = [&](std::string folder) {
      found.push_back(without_slash(std::move(folder)));
      last_found = i;
    };
    if (token.kind == Kind::kPath) {
      // "docs/**/*.md" lies in docs; ".md files" lie nowhere.
      const std::size_t star = token.text.find('*');
      const bool ending = token.text.starts_with('.') && next && tokens[i + 1].is(kFiles);
      if (star != std::string::npos && star > 1) add(token.text.substr(0, star));
      else if (star == std::string::npos && !ending && !has_extension(token.text)) add(token.text);
      continue;
    }
    const bool quoted = token.kind == Kind::kQuoted && !contains(token.text, "\n");
    const bool called = follows("named called") && says(kFolders);
    if (called && (quoted || token.kind == Kind::kWord)) add(token.text);
    else if (!quoted && !may_name(token)) continue;
    else if (next && tokens[i + 1].is(kFolders) && (quoted || follows("the in my our your this"))) add(token.text);
    else if (follows(kFolders)) add(token.text);
    if (quoted || last_found == i) continue;
    const bool last = !next || tokens[i + 1].kind != Kind::kWord || is_stop_word(tokens[i + 1].lowered) ||
                      is_verb(tokens[i + 1].meaning) || among("contain mention includ match", tokens[i + 1].meaning);
    const bool within = follows("in inside within under into from") || (follows("of") && listing) ||
                        (follows("to") && verb == "mov") || (follows("list ls") && verb == "list") ||
                        (follows("and") && !found.empty() && last_found + 2 == i);
    if (last && within) add(token.text);
  }
  return found;
}

std::string Clause::pattern() const {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const std::size_t star = token.text.find('*');
    if (token.kind == Kind::kPath && star != std::string::npos) {
      const std::string glob = token.text.substr(star);
      return glob.starts_with("**") ? glob : "**/" + glob;
    }
    if (i + 1 == tokens.size() || !tokens[i + 1].is(kFiles)) continue;
    if (token.kind == Kind::kPath && token.text.starts_with('.')) return "**/*" + token.text;
    if (token.kind != Kind::kWord) continue;
    const std::vector<std::string_view> types = split(kTypes, ' ');  // name, ending, name, ending, ...
    for (std::size_t type = 0; type + 1 < types.size(); type += 2) {
      if (token.lowered == types[type] || token.lowered == types[type + 1]) {
        return "**/*." + std::string(types[type + 1]);
      }
    }
  }
  return {};
}

std::vector<std::string> Clause::quotes() const {
  std::vector<std::string> found;
  for (const Token& token : tokens) {
    if (token.kind == Kind::kQuoted) found.push_back(token.text);
  }
  return found;
}

bool Clause::refers_to_many() const {
  if (says("them these those their they each every")) return true;
  return says("all both") && !names_a_kind();
}

bool Clause::refers_to_one() const { return says("it its this that"); }

bool Clause::names_a_kind() const {
  return says(kKinds) || (says("each every any") && says("file document page folder directory note image"));
}

std::vector<Clause> clauses_of(std::string_view task, std::string_view tool_verbs, std::size_t& left_out) {
  return Cutter(task, tool_verbs).all(left_out);
}

}  // namespace troupe::offline

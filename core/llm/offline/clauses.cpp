#include "llm/offline/clauses.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

using Kind = Token::Kind;

constexpr std::string_view kPolite =
    "please now also then finally next first kindly to lets let us me you can could "
    "would will i want need like afterwards again just and but so after that";
constexpr std::string_view kKinds =
    "files documents pages folders directories entries items pictures images notes scripts tests modules";
constexpr std::string_view kFolders = "folder directory dir subfolder subdirectory";
constexpr std::string_view kFiles = "file files document documents page pages script scripts";
constexpr std::string_view kConditions = "if unless when whenever until whether once provided depending otherwise else";
constexpr std::string_view kNegations = "not never don't dont without avoid don’t cannot mustn't shouldn't";
/// Name, ending, name, ending, ...; and endings that are names as well.
constexpr std::string_view kTypes = "markdown md text txt python py javascript js typescript ts rust rs";
constexpr std::string_view kEndings = "md txt py js ts rs json yaml yml html css csv cpp java go sh xml";

/// Could the word name a folder, when it stands at the end of "in docs"?
bool may_name(const Token& token) {
  return token.kind == Kind::kWord && !is_stop_word(token.word) && !is_verb(token.meaning) && !token.is(kFolders) &&
         !token.is(kKinds) && !token.is("file order total detail full case general tree");
}

std::string_view ending_of_type(const Token& token) {
  std::string_view rest = kTypes;
  while (!rest.empty()) {
    const std::string_view name = next_word(rest), ending = next_word(rest);
    if (token.is(name)) return ending;
  }
  return token.is(kEndings) ? token.word : std::string_view();
}

/// Is the token a path that stands for a kind of files, as in ".md files"?
bool is_ending(const Token& token, const Token& next) { return token.text.starts_with('.') && next.is(kFiles); }

/// Files whose names have no ending: read "Makefile", the file LICENSE.
bool names_file(const Clause& clause, const Token& before, const Token& token) {
  const bool quoted = token.kind == Kind::kQuoted;
  if (token.text.empty() || contains(token.text, " ") || (!quoted && token.kind != Kind::kWord)) return false;
  if (quoted && has_extension(token.text)) return true;
  const bool said = before.is("file document page") || (clause.verb == "read" && before.meaning == "read");
  const bool name = quoted || (token.text.front() >= 'A' && token.text.front() <= 'Z' && may_name(token));
  return said && name && ending_of_type(token).empty();
}

/// The folder that a word, a quoted text or a path names, or empty.
std::string_view folder_of(const Clause& clause, const Token& before, const Token& token, const Token& next,
                           bool after_folder) {
  if (token.kind == Kind::kPath) {
    // "docs/**/*.md" lies in docs; ".md files" lie nowhere.
    const std::size_t star = token.text.find('*');
    if (star != std::string_view::npos) return token.text.substr(0, star);
    return is_ending(token, next) || has_extension(token.text) ? std::string_view() : token.text;
  }
  const bool quoted = token.kind == Kind::kQuoted;
  if (!quoted && !may_name(token)) return {};
  const bool called = before.is("named called") && clause.says(kFolders);
  const bool beside = before.is(kFolders) || (next.is(kFolders) && (quoted || before.is("the in my our your this")));
  if (called || beside) return token.text;
  const bool within = before.is("in inside within under into from") ||
                      (before.is("of") && clause.says("tree contents content files listing structure")) ||
                      (before.is("to") && clause.verb == "move") || (before.is("list ls") && clause.verb == "list") ||
                      (before.is("and") && after_folder);
  const bool last = next.word.empty() || is_stop_word(next.word) || is_verb(next.meaning) ||
                    among("contain mention includ match", next.meaning);
  return within && last && !quoted ? token.text : std::string_view();
}

/// Finds the targets, folders and pattern.
void describe(Clause& clause) {
  const Token none;
  std::size_t last_folder = 0;
  for (std::size_t i = 0; i < clause.tokens.size(); ++i) {
    const Token& token = clause.tokens[i];
    const Token& before = i > 0 ? clause.tokens[i - 1] : none;
    const Token& next = i + 1 < clause.tokens.size() ? clause.tokens[i + 1] : none;
    const std::size_t star = token.text.find('*');
    const bool glob = token.kind == Kind::kPath && star != std::string_view::npos;
    const bool named = token.kind == Kind::kPath || token.kind == Kind::kUrl || names_file(clause, before, token);
    if (named && !glob && !is_ending(token, next)) clause.targets.push_back(token.text);
    const std::string_view folder =
        folder_of(clause, before, token, next, !clause.folders.empty() && last_folder + 2 == i);
    if (!folder.empty()) {
      clause.folders.push_back(without_slash(folder));
      last_folder = i;
    }
    if (!clause.pattern.empty()) continue;
    const std::string_view ending = is_ending(token, next) ? token.text.substr(1) : ending_of_type(token);
    if (glob)
      clause.pattern = joined({token.text.substr(star).starts_with("**") ? "" : "**/", token.text.substr(star)});
    else if (next.is(kFiles) && !ending.empty()) clause.pattern = joined({"**/*.", ending});
  }
}

}  // namespace

Task::Task(std::string_view text, std::string_view tool_verbs)
    : text_(text), tool_verbs_(tool_verbs), lowered_(lower(text)), tokens_(tokens_of(text, lowered_)) {
  std::size_t begin = 0;  // of the clause
  bool asked = false;     // has it a verb already?
  for (std::size_t at = 0; at < tokens_.size(); ++at) {
    const Token& token = tokens_[at];
    const bool link = token.kind == Kind::kComma || token.kind == Kind::kEnd || token.is("and then but also");
    if (token.kind == Kind::kEnd || token.is("then") || begins_clause(at, asked)) {
      add(begin, at);
      begin = at;
      asked = false;
    }
    if (token.kind == Kind::kEnd) end_sentence(at);
    if (begin == at && (link || is_marker(at))) ++begin;
    else asked = asked || asks(token);
  }
}

/// A condition holds for all of its sentence, and for what follows "if so:".
void Task::end_sentence(std::size_t at) {
  for (std::size_t i = sentence_; i < clauses_.size(); ++i) hinges_ = hinges_ || clauses_[i].says(kConditions);
  for (; sentence_ < clauses_.size(); ++sentence_) clauses_[sentence_].hinges = hinges_;
  lasts_ = lasts_ || (hinges_ && at > 0 && tokens_[at - 1].kind == Kind::kColon);
  hinges_ = lasts_;
}

/// "1." or "-" at the beginning of a line.
bool Task::is_marker(std::size_t at) const {
  const Token& token = tokens_[at];
  if (token.text == "-" || token.text == "*" || token.text == "•") return true;
  const std::string_view after = text_.substr(token.end, 1);
  return token.kind == Kind::kNumber && token.text.size() <= 2 && (after == "." || after == ")");
}

bool Task::asks(const Token& token) const {
  return !token.is("new says") && (is_verb(token.meaning) || among(tool_verbs_, token.meaning));
}

/// "without" begins a clause; so do "and", "but" and "," before a verb.
bool Task::begins_clause(std::size_t at, bool asked) const {
  const Token& token = tokens_[at];
  if (token.is("without")) return true;
  // "In docs, find ..." is one clause.
  if (token.kind == Kind::kComma ? !asked : !token.is("and but or")) return false;
  for (std::size_t i = at + 1; i < tokens_.size() && i < at + 5; ++i) {
    const Token& next = tokens_[i];
    // "and how many lines has it" asks for something of its own.
    if (asks(next) || next.is(kNegations) || next.is("how what which who where")) return true;
    if (!next.is("and please also then finally now do lastly")) return false;
  }
  return false;
}

void Task::add(std::size_t begin, std::size_t end) {
  while (end > begin && (tokens_[end - 1].kind == Kind::kComma || tokens_[end - 1].is("and then"))) --end;
  if (begin == end) return;
  const bool too_long = end - begin > kMostTokens;
  const bool too_many = clauses_.size() == kMostClauses;
  if (too_long || too_many) ++left_out_;
  if (too_many) return;
  if (too_long) end = begin + kMostTokens;
  Clause clause{trim(text_.substr(tokens_[begin].begin, tokens_[end - 1].end - tokens_[begin].begin)),
                std::span(tokens_).subspan(begin, end - begin)};
  std::size_t i = begin;
  while (i + 1 < end && tokens_[i].is(kPolite)) ++i;
  clause.question =
      tokens_[i].is("what what's what’s which who whom when where why how is are was were does did has have");
  clause.forbids = tokens_[i].is(kNegations) || (tokens_[i].is("do") && i + 1 < end && tokens_[i + 1].is(kNegations));
  for (; i < end && clause.verb.empty(); ++i) {
    // After an article it is a noun: "the list", "a copy".
    const bool noun = i > begin && tokens_[i - 1].is("the a an this that its their our my your of in per");
    if (!noun && asks(tokens_[i])) clause.verb = tokens_[i].meaning;
  }
  describe(clause);
  clauses_.push_back(std::move(clause));
}

bool Clause::says(std::string_view words) const {
  for (const Token& token : tokens) {
    if (token.is(words)) return true;
  }
  return false;
}

bool Clause::means(std::string_view words) const {
  for (const Token& token : tokens) {
    if (among(words, token.meaning)) return true;
  }
  return false;
}

bool Clause::refers_to_many() const {
  return says("them these those their they each every") || (says("all both") && !names_a_kind());
}

bool Clause::goes_over() const {
  return refers_to_many() || says("everything everyone everybody anything") ||
         (names_a_kind() && says("all each every both"));
}

bool Clause::names_a_kind() const {
  return says(kKinds) || (says("each every any") && says("file document page folder directory note image"));
}

}  // namespace troupe::offline

#include "llm/offline/toolbox.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/roles.hpp"
#include "llm/offline/things.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::string_view kHarmless = "get read list search count check echo sum describ fetch quer lookup";
constexpr std::string_view kIdle = "get tool file directory data item resourc content result valu mcp api";
constexpr std::string_view kListing = "list search glob tre directory";
constexpr int kEnough = 6;  // below it a fit is an accident

std::string_view first_word(std::string_view list) { return next_word(list); }

Known known(const ToolSpec& spec) {
  Known tool;
  tool.spec = &spec;
  tool.name = canonical_words(spec.name, 12);
  std::string about(utf8_prefix(spec.description, 400));
  for (const auto& [name, schema] : members(field(spec.input_schema, "properties"))) {
    about += ' ';
    about += utf8_prefix(name, 80);
  }
  tool.about = canonical_words(about, 64);
  tool.targets = targets_of(spec);
  tool.listed = listed_of(spec);
  tool.harmless = spec.read_only || among(kHarmless, first_word(tool.name));
  for (std::string_view words = tool.name; !words.empty();) tool.acts = has_effect(next_word(words)) || tool.acts;
  if (tool.harmless) tool.acts = false;
  tool.lists = !tool.acts && share(kListing, tool.name);
  return tool;
}

/// "Show the files in docs" and "What is in docs?" ask for a list.
bool asks_for_list(const Clause& clause) {
  const bool shows = clause.says("show print display view see tell give") ||
                     (clause.question && clause.says("what what's what’s which"));
  if (!shows || clause.folders.empty() || clause.refers_to_many()) return false;
  return clause.names_a_kind() || clause.says("content contents inside") || clause.question;
}

/// Does the clause say its name?
bool calls(const Wish& wish, const Known& tool) {
  for (const Token& token : wish.tokens) {
    if (token.kind == Token::Kind::kWord && token.text == tool.spec->name) return true;
  }
  return false;
}

int score(const Known& tool, const Wish& wish) {
  int points = 0;
  int named = 0;
  for (std::string_view rest = wish.said; !rest.empty();) {
    const std::string_view word = next_word(rest);
    const bool idle = among(kIdle, word);
    if (among(tool.name, word)) {
      points += (idle ? 6 : 14) + (word == wish.verb ? 6 : 0);
      named += idle && word != wish.verb ? 1 : 2;
    } else if (among(tool.about, word)) {
      points += 2;
    }
  }
  for (std::string_view rest = tool.name; !rest.empty();) {
    const std::string_view word = next_word(rest);
    if (among(wish.implied, word)) points += 5;
    else if (!among(wish.said, word) && !among("get tool", word)) points -= 3;
  }
  if (among(tool.about, "deprecat")) points -= 20;
  if (calls(wish, tool)) points += 60;
  // One idle word in common, such as "file", is no reason; a URL is one.
  if (named >= 2 || among(wish.implied, "url")) return points;
  return named == 0 && points < 12 ? 0 : points - 8;
}

}  // namespace

Wish wish_of(const Clause& clause) {
  Wish wish;
  wish.verb = clause.verb;
  wish.tokens = clause.tokens;
  wish.question = clause.question;
  const bool list = asks_for_list(clause);
  for (const Token& token : clause.tokens.first(std::min<std::size_t>(clause.tokens.size(), 64))) {
    if (token.kind == Token::Kind::kUrl) add_words(wish.implied, "get url pag web");
    if (contains(token.text, "@")) add_words(wish.implied, "email mail");
    if (token.kind != Token::Kind::kWord || (list && token.meaning == "read")) continue;
    // One word of a task may be the name of a tool: "read_file".
    add_words(wish.said, canonical_words(token.text, 6));
  }
  wish.about_files = !clause.targets.empty();
  for (const std::string_view target : clause.targets) {
    const bool file = has_extension(target) || is_bare_name(target);
    if (!is_url(target)) add_words(wish.implied, file ? "file text" : "directory");
    wish.about_files = wish.about_files && file;
  }
  if (!clause.folders.empty()) add_words(wish.implied, "directory");
  if (wish.about_files && clause.says("size big large modified changed created permissions old"))
    add_words(wish.said, "info");
  if (list) {
    add_words(wish.said, "list directory");
    if (wish.verb == "read") wish.verb = "list";
  }
  // A file is made by writing it.
  const bool file = among(wish.said, "file") || among(wish.implied, "file");
  if (wish.verb == "create" && file && !among(wish.said, "directory")) add_words(wish.said, "write file");
  return wish;
}

Toolbox::Toolbox(const std::vector<ToolSpec>& tools) {
  for (const ToolSpec& spec : tools) {
    tools_.push_back(known(spec));
    const std::string_view verb = first_word(tools_.back().name);
    if (!among("file directory text data", verb) && verbs_.size() < 2000) add_words(verbs_, verb);
  }
}

void Toolbox::ban(const std::vector<Clause>& clauses) {
  for (const Clause& clause : clauses) {
    if (!clause.forbids) continue;
    bool named = false;
    for (const Token& token : clause.tokens) {
      if (!has_effect(token.meaning)) continue;
      named = true;
      add_words(banned_, token.meaning);
      // "without changing anything" bans more than tools that are named so.
      if (token.meaning == "edit" && !clause.says("name names")) all_banned_ = true;
    }
    if (!named && clause.says("touch touching effects")) all_banned_ = true;
  }
}

/// A tool with an effect is used only when the clause's verb asks for that effect.
bool Toolbox::may_serve(const Known& tool, const Wish& wish) const {
  if (wish.lists && !tool.lists) return false;
  if (wish.reads && (tool.lists || tool.targets != 1)) return false;
  if (wish.about_files && tool.lists && !share(tool.name, "search glob")) return false;
  // A wish for an effect is not met by a tool without it: to delete a file is not to read it.
  const bool does = among(tool.name, wish.verb);
  if (!wish.question && has_effect(wish.verb) && !does && !among(tool.about, wish.verb)) return false;
  if (!tool.acts) return tool.spec->read_only || !all_banned_ || among(kHarmless, first_word(tool.name));
  if (wish.question || all_banned_ || share(banned_, tool.name)) return false;
  return (does && has_effect(wish.verb)) || (wish.verb == "create" && among(tool.name, "write")) ||
         first_word(tool.about) == wish.verb || calls(wish, tool);
}

bool has_to_be_sure(const Known& tool, const Wish& wish) {
  return !tool.harmless && (tool.acts || (!wish.question && !among(kHarmless, wish.verb)));
}

Toolbox::Fitting Toolbox::fitting(const Wish& wish) {
  for (Known& tool : tools_) tool.points = may_serve(tool, wish) ? score(tool, wish) : 0;
  Fitting found = {};
  int enough = kEnough;
  for (const Known*& place : found) {
    Known* best = nullptr;
    for (Known& tool : tools_) {
      if (tool.points >= enough && (best == nullptr || tool.points > best->points)) best = &tool;
    }
    if (best == nullptr) break;
    // Half of the best is too little to mean the same.
    enough = std::max(enough, best->points / 2);
    best->rank = best->points;
    best->points = 0;
    place = best;
  }
  return found;
}

}  // namespace troupe::offline

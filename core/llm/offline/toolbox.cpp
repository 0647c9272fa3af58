#include "llm/offline/toolbox.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::string_view kHarmless = "get read list search count check echo sum describ show fetch query lookup";
constexpr std::string_view kIdle = "get tool file directory data item resourc content result valu mcp api";
constexpr std::string_view kMedia = "png jpg jpeg gif webp bmp svg mp3 wav ogg flac mp4 pdf";
constexpr int kEnough = 6;  // below it a fit is an accident
constexpr std::size_t kMostWords = 64;

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

void add(std::vector<std::string>& words, std::string_view word) {
  if (!has(words, word)) words.emplace_back(word);
}

Known known(const ToolSpec& spec) {
  Known tool;
  tool.spec = &spec;
  tool.name = canonical_words(spec.name, 12);
  const std::string_view text = spec.description;
  const std::size_t end = std::min(text.find(". "), text.size());
  tool.lead = canonical_words(text.substr(0, end), 24);
  tool.rest = canonical_words(text.substr(end), 32);
  tool.deprecated = contains(lower(utf8_prefix(text, 400)), "deprecated");
  std::string properties;
  for (const auto& [name, schema] : members(tool.schema())) {
    if (properties.size() < 400) properties += joined({name, " "});
  }
  tool.properties = canonical_words(properties, 24);
  if (spec.read_only || tool.name.empty() || among(kHarmless, tool.name.front())) return tool;
  for (const std::string& word : tool.name) {
    if (has_effect(word)) tool.effects.push_back(word);
  }
  return tool;
}

}  // namespace

Wish wish_of(const Clause& clause) {
  Wish wish;
  wish.verb = clause.verb;
  wish.question = clause.question;
  std::string kinds;
  for (const Token& token : clause.tokens) {
    if (wish.said.size() == kMostWords) break;
    if (token.kind == Token::Kind::kWord) {
      for (std::string& word : canonical_words(token.lowered, 6)) add(wish.said, word);
      wish.lowered += token.lowered + ' ';
    } else if (token.kind == Token::Kind::kUrl) {
      for (const char* word : {"get", "url", "pag", "web"}) add(wish.implied, word);
    } else if (token.kind == Token::Kind::kEmail) {
      for (const char* word : {"email", "mail"}) add(wish.implied, word);
    }
  }
  for (const std::string& target : clause.targets()) {
    if (contains(target, "://")) continue;
    if (!has_extension(target)) {
      add(wish.implied, "directory");
      continue;
    }
    add(wish.implied, "fil");
    const bool media = among(kMedia, lower(std::string_view(target).substr(target.rfind('.') + 1)));
    add(wish.implied, media ? "media" : "text");
  }
  const std::vector<std::string> targets = clause.targets();
  wish.about_files = !targets.empty() && std::ranges::all_of(targets, has_extension);
  if (wish.about_files && clause.says("size big large modified changed created permissions old"))
    add(wish.said, "info");
  if (!clause.location().empty()) add(wish.implied, "directory");
  // A file is made by writing it.
  const bool file = has(wish.said, "fil") || has(wish.implied, "fil");
  if (wish.verb == "creat" && file && !has(wish.said, "directory")) {
    add(wish.said, "writ");
    add(wish.said, "fil");
  }
  return wish;
}

bool Known::lists() const {
  return std::ranges::any_of(name,
                             [](const std::string& word) { return among("list search glob tree directory", word); }) &&
         effects.empty();
}

Toolbox::Toolbox(const std::vector<ToolSpec>& tools, const std::vector<Clause>& clauses) {
  for (const ToolSpec& spec : tools) {
    tools_.push_back(known(spec));
    for (const std::string& word : tools_.back().name) named_.push_back(hash_of(word));
  }
  sort(named_);
  for (const Clause& clause : clauses) {
    if (!clause.forbids) continue;
    std::size_t named = 0;
    for (const Token& token : clause.tokens) {
      if (token.kind != Token::Kind::kWord || !has_effect(token.meaning)) continue;
      banned_ += token.meaning + ' ';
      ++named;
      // "without changing anything" bans more than tools that are named so.
      if (token.meaning == "edit" && !clause.says("name names")) all_banned_ = true;
    }
    if (named == 0 && clause.says("touch touching effects")) all_banned_ = true;
  }
}

std::string Toolbox::verbs_of(const std::vector<ToolSpec>& tools) {
  std::string verbs;
  for (const ToolSpec& spec : tools) {
    const std::vector<std::string> name = canonical_words(utf8_prefix(spec.name, 64), 1);
    if (name.empty() || among("fil directory text data", name.front()) || among(verbs, name.front())) continue;
    if (verbs.size() > 2000) break;
    verbs += name.front() + ' ';
  }
  return verbs;
}

bool Toolbox::bans(std::string_view effect) const { return all_banned_ || among(banned_, effect); }

int Toolbox::weight(std::string_view word) const {
  const auto [first, last] = std::equal_range(named_.begin(), named_.end(), hash_of(word));
  return 4 + 16 / std::max(static_cast<int>(last - first), 1);
}

/// A tool with an effect is used only when the clause's verb asks for that effect.
bool Toolbox::may_serve(const Known& tool, const Wish& wish) const {
  if (wish.lists && !tool.lists()) return false;
  if (wish.about_files && tool.lists() && !has(tool.name, "search") && !has(tool.name, "glob")) return false;
  const bool led = !tool.lead.empty() && tool.lead.front() == wish.verb;
  // A wish for an effect is not met by a tool without it: to delete a file is not to read it.
  if (!wish.question && has_effect(wish.verb) && !has(tool.name, wish.verb) && !has(tool.lead, wish.verb)) return false;
  if (tool.effects.empty())
    return tool.spec->read_only || !all_banned_ || among(kHarmless, tool.name.empty() ? "" : tool.name.front());
  if (wish.question || all_banned_) return false;
  if (std::ranges::any_of(tool.effects, [&](const std::string& effect) { return among(banned_, effect); }))
    return false;
  if (among(" " + wish.lowered, lower(tool.spec->name))) return true;
  return std::ranges::any_of(tool.effects, [&](const std::string& effect) {
    return effect == wish.verb || led || (wish.verb == "creat" && effect == "writ");
  });
}

int Toolbox::score(const Known& tool, const Wish& wish) const {
  int score = 0;
  int named = 0;
  const auto count = [&](const std::vector<std::string>& words, bool implied) {
    for (const std::string& word : words) {
      if (has(tool.name, word)) {
        score += implied ? weight(word) / 2 : weight(word);
        if (!implied && word == wish.verb) score += 6;
        if (!implied) named += among(kIdle, word) ? 1 : 2;
      } else if (!implied && has(tool.lead, word)) {
        score += 3;
      } else if (!implied && (has(tool.rest, word) || has(tool.properties, word))) {
        score += 1;
      }
    }
  };
  count(wish.said, false);
  count(wish.implied, true);
  for (const std::string& word : tool.name) {
    if (!has(wish.said, word) && !has(wish.implied, word) && !among("get tool", word)) score -= 3;
  }
  if (tool.deprecated) score -= 20;
  if (among(wish.lowered, lower(tool.spec->name))) score += 60;
  // One idle word in common, such as "file", is no reason; a URL is one.
  if (named < 2 && !has(wish.implied, "url")) score = named == 0 && score < 12 ? 0 : score - 8;
  return score;
}

std::vector<const Known*> Toolbox::fitting(const Wish& wish) const {
  constexpr std::size_t kMost = 4;
  int scores[kMost + 1] = {};
  std::vector<const Known*> best;
  for (const Known& tool : tools_) {
    const int points = may_serve(tool, wish) ? score(tool, wish) : 0;
    if (points < kEnough) continue;
    std::size_t place = best.size();  // among equals, the first in the list stays first
    best.push_back(&tool);
    for (; place > 0 && scores[place - 1] < points; --place) {
      scores[place] = scores[place - 1];
      best[place] = best[place - 1];
    }
    scores[place] = points;
    best[place] = &tool;
    if (best.size() > kMost) best.pop_back();
  }
  // Half of the best is too little to mean the same.
  while (!best.empty() && scores[best.size() - 1] * 2 < scores[0]) best.pop_back();
  return best;
}

const Known* Toolbox::named(std::string_view words) const {
  for (const Known& tool : tools_) {
    bool all = true;
    for (const std::string_view word : split(words, ' ')) all = all && has(tool.name, word);
    const bool banned = std::ranges::any_of(tool.effects, [&](const std::string& effect) { return bans(effect); });
    if (all && !banned && !tool.deprecated) return &tool;
  }
  return nullptr;
}

}  // namespace troupe::offline

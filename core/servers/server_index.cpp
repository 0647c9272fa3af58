#include "servers/server_index.hpp"

#include <algorithm>

#include "base/sort.hpp"
#include "base/text.hpp"
#include "servers/capability_words.hpp"
#include "servers/terms.hpp"
#include "task/fixed.hpp"

namespace troupe {
namespace {

// What a word counts for in the fields, in 1/8: chosen on tasks of which the server is known (bench/retrieval).
// Both halves of them, by a hash of the servers' names, gain by it where the large registry is mixed in.
constexpr std::uint32_t kName = 28, kDescription = 11, kToolName = 11, kToolDescription = 2;
/// Of what is related to a name, of 8.
constexpr std::uint32_t kRelated = 5;
/// In the names of a server's tools, and in their descriptions, a word counts so often at most: a server of many tools
/// is not more of anything.
constexpr std::uint32_t kOftenest = 4;
// The same of a tool by itself.
constexpr std::uint32_t kOwnName = 22, kOwnDescription = 16;
// What a word of a question counts for, in 1/256: what is quoted or a path is what the work is on, not what does it.
constexpr std::uint32_t kPlain = 256, kQuoted = 90, kPath = 137, kNamed = 298;
/// And of that, in 1/256, behind its first words: what is wanted is said first, and then what it is wanted with.
constexpr std::uint32_t kLater = 128;
constexpr std::size_t kFirstWords = 8;
constexpr std::size_t kLongestToolDescription = 400;
/// A question of more words is looked at in its first ones.
constexpr std::size_t kMostWords = 60;
/// Log odds that speak against a server until something speaks for it, and what speaks for it, in 1/65536: each word
/// that only one server has and that it answers to, and each word of the task, up to so many. Who wants only an answer
/// says little; but a text may be long that wants no more. An analysis that is so sure needs no more.
constexpr std::int64_t kAgainst = 240'000, kForEachWord = 240'000, kForSaying = 20'000, kSure = 80'000;
constexpr std::size_t kMostSaid = 8;
/// Of many servers some one has any word: it is worth the less the more bits, in 1/256, choose one of them.
constexpr std::int64_t kMostBits = 31 * 256, kUsualBits = 18 * 256;
/// What a server answers to has to be so much of what the task says, in thousandths.
constexpr std::uint32_t kLeastRelevance = 60;
/// With `cover` a further server has to add so much.
constexpr std::uint32_t kLeastAddition = 150;
/// And a part of it, where the task has several.
constexpr std::uint32_t kShareOfPart = 300;
constexpr std::size_t kMostTools = 3;
/// What a word of a capability counts for, in 1/256, where that is certain; of files, where the task names one.
constexpr std::uint32_t kCapable = 40, kFileNamed = 200;
// The second look: how many, and what the best tool counts beside the first score, in 1/256, where no other server
// lists tools.
constexpr std::size_t kLookedAt = 96;
constexpr std::uint32_t kBestTool = 160;

}  // namespace

Result<> ServerIndex::add(const KnownServer& server) {
  if (servers_.size() >= TextIndex::kMostDocuments)
    return failure(Code::kInvalidInput, "The index holds no more than 1,048,576 servers.");
  std::vector<TermCount> counts;
  std::uint32_t length = 0;
  const auto add_field = [&](std::string_view text, std::uint32_t weight) {
    terms_.clear();
    append_terms(terms_, text, tables_);
    for (const std::uint32_t term : terms_) counts.push_back({term, weight});
    length += static_cast<std::uint32_t>(terms_.size()) * weight;
  };
  const auto add_of_tools = [&](auto text_of, std::uint32_t weight) {
    terms_.clear();
    for (const KnownTool& tool : server.tools) append_terms(terms_, text_of(tool), tables_);
    std::ranges::sort(terms_);
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (i >= kOftenest && terms_[i - kOftenest] == terms_[i]) continue;
      counts.push_back({terms_[i], weight});
      length += weight;
    }
  };
  // Of "owner/repository/name" the last part names the server.
  const std::size_t slash = server.name.rfind('/');
  add_field(
      slash == std::string::npos ? std::string_view(server.name) : std::string_view(server.name).substr(slash + 1),
      kName);
  for (const std::uint32_t term : terms_) {
    for (const Related& each : thesaurus_.related(term))
      counts.push_back({each.term, (each.strength * kRelated + 4) / 8});
  }
  add_field(server.description, kDescription);
  add_of_tools([](const KnownTool& tool) { return std::string_view(tool.name); }, kToolName);
  add_of_tools([](const KnownTool& tool) { return utf8_prefix(tool.description, kLongestToolDescription); },
               kToolDescription);
  servers_.add(std::move(counts), length);
  names_.push_back(server.name);
  priorities_.push_back(server.priority);
  first_tools_.push_back(static_cast<std::uint32_t>(tools_.size()));
  if (server.tools.empty()) ++without_tools_;
  for (const KnownTool& tool : server.tools) {
    counts.clear();
    length = 0;
    add_field(tool.name, kOwnName);
    add_field(utf8_prefix(tool.description, kLongestToolDescription), kOwnDescription);
    tools_.add(std::move(counts), length);
    tool_names_.push_back(tool.name);
  }
  return {};
}

void ServerIndex::read_question(std::string_view text) {
  tokens_.read(text);
  question_.clear();
  spans_.clear();
  for (const Token& token : tokens_.list()) {
    if (token.kind >= Token::Kind::kMark || question_.size() >= kMostWords) continue;
    terms_.clear();
    append_terms(terms_, tokens_.text(token), tables_);
    const bool path = token.kind != Token::Kind::kWord && token.kind != Token::Kind::kIdentifier;
    const std::uint32_t kind = token.quoted ? kQuoted : path ? kPath : token.named ? kNamed : kPlain;
    for (const std::uint32_t term : terms_) {
      const std::uint32_t weight = question_.size() < kFirstWords ? kind : kind * kLater / 256;
      const auto same = std::ranges::find(question_, term, &WeightedTerm::term);
      if (same != question_.end()) {
        same->weight = std::max(same->weight, weight);
      } else {
        question_.push_back({term, weight});
        spans_.push_back({token.begin, token.end});
      }
    }
  }
}

bool ServerIndex::add_capabilities(const Analysis& analysis) {
  const bool names_file = std::ranges::contains(analysis.things, NamedThing::Kind::kPath, &NamedThing::kind);
  const std::size_t said = question_.size();
  for (const std::uint8_t each : analysis.capabilities) {
    terms_.clear();
    append_terms(terms_, kCapabilityWords[each], tables_);
    const std::uint32_t whole = names_file && kCapabilities[each].starts_with("file.") ? kFileNamed : kCapable;
    const std::uint32_t weight = whole * analysis.probability[kFirstCapability + each] / 1000;
    for (const std::uint32_t term : terms_) {
      if (std::ranges::find(question_, term, &WeightedTerm::term) != question_.end()) continue;
      question_.push_back({term, weight});
      spans_.push_back({});
    }
  }
  return question_.size() > said;
}

std::vector<Recommendation> ServerIndex::recommend(std::string_view task, const Analysis& analysis, std::size_t most,
                                                   bool cover) {
  std::vector<Recommendation> found;
  if (most == 0) return found;
  read_question(task);
  const std::size_t wanted = std::max(kLookedAt, cover ? most * 4 : most);
  std::vector<TextIndex::Hit> hits = servers_.search(question_, wanted);
  rank(hits);
  // Whether any is needed says the task itself.
  if (!is_needed(analysis, hits.empty() ? 0 : hits.front().score)) return found;
  const std::size_t said = question_.size();
  if (add_capabilities(analysis)) {
    hits = servers_.search(question_, wanted);
    rank(hits);
  }
  // What a server would score that speaks of nothing else than the whole task.
  std::vector<std::uint32_t> worth(question_.size());
  std::uint32_t whole = 1;
  for (std::size_t i = 0; i < question_.size(); ++i) {
    worth[i] = servers_.rarity(question_[i].term) * question_[i].weight / 16;
    if (i < said || said == 0) whole += worth[i];
  }
  const auto parts = static_cast<std::uint32_t>(std::max<std::size_t>(1, analysis.clauses.size()));
  const std::uint32_t least_addition = std::min(kLeastAddition, kShareOfPart / parts);
  const std::uint32_t least_relevance = cover ? std::min(kLeastRelevance, kShareOfPart / parts) : kLeastRelevance;
  std::vector<bool> covered(question_.size());
  for (const TextIndex::Hit& hit : hits) {
    if (found.size() == most) break;
    const std::uint64_t relevance = std::uint64_t{hit.score} * 1000 / whole;
    if (relevance < least_relevance) break;
    if (cover) {
      std::uint64_t addition = 0;
      for (std::size_t i = 0; i < question_.size(); ++i) {
        if (covered[i] || !servers_.has(hit.document, question_[i].term)) continue;
        addition += worth[i];
        covered[i] = true;
      }
      if (!found.empty() && addition * 1000 / whole < least_addition) continue;
    }
    found.push_back({hit.document, static_cast<Permille>(std::min<std::uint64_t>(1000, relevance)), {}, {}});
    explain(found.back());
  }
  return found;
}

/// Does the task need a server at all? The more it says, and the better one answers to it, the less has to be sure of
/// that beforehand.
bool ServerIndex::is_needed(const Analysis& analysis, std::uint32_t best) const {
  const std::int64_t highest = servers_.highest_rarity();
  const std::int64_t words = std::int64_t{best} * kForEachWord / (highest * 16) * (kMostBits - highest) / kUsualBits;
  const auto said = static_cast<std::int64_t>(std::min(question_.size(), kMostSaid));
  return analysis.probability[kServerNeeded] >= logistic(std::min(kAgainst - words - said * kForSaying, kSure));
}

/// Looks again at the servers that a first search found: one tool that fits as a whole is worth more than words here
/// and there. Where most servers list no tools, one that does is known better; where all do, it says nothing new.
void ServerIndex::rank(std::vector<TextIndex::Hit>& hits) {
  if (hits.empty()) return;
  const std::uint64_t bare = std::uint64_t{without_tools_} * 256 / names_.size();
  const std::uint64_t weight = kBestTool * bare * bare / 65536;
  tools_.search(question_, 0);  // all at once: term by term for each tool takes twice as long
  const std::span<const std::uint32_t> scores = tools_.scores();
  for (TextIndex::Hit& hit : hits) {
    std::uint32_t best = 0;
    const auto [first, end] = tools_of(hit.document);
    for (std::uint32_t tool = first; tool < end; ++tool) best = std::max(best, scores[tool]);
    hit.score += static_cast<std::uint32_t>(best * weight / 256);
  }
  sort(hits, [&](const TextIndex::Hit& a, const TextIndex::Hit& b) {
    return a.score != b.score ? a.score > b.score : priorities_[a.document] > priorities_[b.document];
  });
}

/// The words that a server answers to, and its tools that fit best, as rank() scored them.
void ServerIndex::explain(Recommendation& found) {
  struct Telling {
    std::uint32_t score;
    Span span;
  };
  std::vector<Telling> words;
  for (std::size_t i = 0; i < question_.size(); ++i) {
    if (spans_[i].end == 0) continue;
    const std::uint32_t score = servers_.score(found.server, std::span(question_).subspan(i, 1));
    if (score > 0) words.push_back({score, spans_[i]});
  }
  sort(words, [](const Telling& a, const Telling& b) { return a.score > b.score; });
  for (const Telling& word : words) found.because.push_back(word.span);
  struct Fitting {
    std::uint32_t score, tool;
  };
  std::vector<Fitting> tools;
  const auto [first, end] = tools_of(found.server);
  for (std::uint32_t tool = first; tool < end; ++tool) {
    if (const std::uint32_t score = tools_.scores()[tool]; score > 0) tools.push_back({score, tool});
  }
  sort(tools, [](const Fitting& a, const Fitting& b) { return a.score > b.score; });
  for (std::size_t i = 0; i < std::min(tools.size(), kMostTools); ++i)
    found.tools.push_back(tool_names_[tools[i].tool]);
}

std::pair<std::uint32_t, std::uint32_t> ServerIndex::tools_of(std::uint32_t server) const {
  const bool last = server + 1 == first_tools_.size();
  return {first_tools_[server], last ? static_cast<std::uint32_t>(tool_names_.size()) : first_tools_[server + 1]};
}

std::vector<std::uint32_t> ServerIndex::search_tools(std::string_view text, std::size_t most) {
  read_question(text);
  std::vector<std::uint32_t> found;
  for (const TextIndex::Hit& hit : tools_.search(question_, most)) found.push_back(hit.document);
  return found;
}

std::span<const std::uint32_t> ServerIndex::score_tools(std::string_view text) {
  read_question(text);
  tools_.search(question_, 0);
  return tools_.scores();
}

std::size_t ServerIndex::memory() const {
  std::size_t bytes =
      servers_.memory() + tools_.memory() + (priorities_.capacity() + first_tools_.capacity()) * sizeof(std::int32_t);
  const auto add = [&](const std::vector<std::string>& texts) {
    bytes += texts.capacity() * sizeof(std::string);
    for (const std::string& text : texts) bytes += text.capacity() > 22 ? text.capacity() + 1 : 0;
  };
  add(names_);
  add(tool_names_);
  return bytes;
}

}  // namespace troupe

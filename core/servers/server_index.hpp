// The search over servers and tools: which of many a task needs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "servers/text_index.hpp"
#include "servers/thesaurus.hpp"
#include "task/analysis.hpp"
#include "task/tables.hpp"
#include "task/tokens.hpp"

namespace troupe {

struct KnownTool {
  std::string name, description;
};

struct KnownServer {
  std::string name, description;
  std::vector<KnownTool> tools;
  std::int32_t priority = 0;  // among equals the higher one comes first
};

/// A server that fits a task, and why.
struct Recommendation {
  std::uint32_t server = 0;        // in the order in which they were added
  Permille relevance = 0;          // how much of what the task asks for the server speaks of
  std::vector<Span> because;       // words of the task that it answers to, the most telling first
  std::vector<std::string> tools;  // of the server, that fit best
};

class ServerIndex {
 public:
  ServerIndex(const Tables& tables, const Thesaurus& thesaurus) : tables_(tables), thesaurus_(thesaurus) {}

  /// Fails with kInvalidInput beyond TextIndex::kMostDocuments servers.
  Result<> add(const KnownServer& server);
  std::size_t size() const { return names_.size(); }
  const std::string& name(std::uint32_t server) const { return names_[server]; }

  /// The servers that fit, the best first; none when none does, or when the task needs no tool. With `cover` a server
  /// that adds nothing to the ones before it is left out: a set for a task of several needs, not five of a kind.
  std::vector<Recommendation> recommend(std::string_view task, const Analysis& analysis, std::size_t most, bool cover);

  /// The best tools of all servers for a text, as a model or an agent asks for them: numbers in the order of addition.
  std::vector<std::uint32_t> search_tools(std::string_view text, std::size_t most);

  /// How well each tool fits a text, in the order of addition; 0: not at all. Good until the next question.
  std::span<const std::uint32_t> score_tools(std::string_view text);

  std::size_t memory() const;

 private:
  void read_question(std::string_view text);
  /// Adds what the task needs and does not say in words: see kCapabilityWords. False when there is nothing to add.
  bool add_capabilities(const Analysis& analysis);
  bool is_needed(const Analysis& analysis, std::uint32_t best) const;
  void rank(std::vector<TextIndex::Hit>& hits);
  void explain(Recommendation& found);
  /// The numbers of its first tool, and of the one behind its last.
  std::pair<std::uint32_t, std::uint32_t> tools_of(std::uint32_t server) const;

  const Tables& tables_;
  const Thesaurus& thesaurus_;
  TextIndex servers_, tools_;
  std::vector<std::string> names_;
  std::vector<std::int32_t> priorities_;
  std::vector<std::uint32_t> first_tools_;  // of each server, and the end
  std::vector<std::string> tool_names_;
  std::uint32_t without_tools_ = 0;  // servers
  // Of the question at hand.
  Tokens tokens_;
  std::vector<WeightedTerm> question_;
  std::vector<Span> spans_;  // of each of its terms; empty of one that the task does not say
  std::vector<std::uint32_t> terms_;
};

}  // namespace troupe

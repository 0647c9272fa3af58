// How agents work together: a pattern with its members, each of them an agent or a pattern of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent.hpp"
#include "base/json.hpp"

namespace troupe {

struct Pattern;

inline constexpr std::int64_t kMostLevels = 4;

/// What has to hold before a chain goes on from a step.
struct Checkpoint {
  std::string question;           // a model answers it with yes or no; empty: there is none
  std::string otherwise = "end";  // after a no: "end", "repeat", or the name of the step to go to
};

/// Who takes part.
struct Member {
  Agent agent;
  std::string role;                // what it does for the pattern itself: "planner", "judge", ...; empty: the work
  std::string part;                // of the task, in words; empty: the whole
  std::vector<std::string> needs;  // of a chain's step: whose results it is told; not given: of the step before
  std::vector<std::string> types;  // of tasks that a router sends here without asking a model
  Checkpoint checkpoint;
  std::shared_ptr<const Pattern> inner;  // works in the agent's place
};

inline const std::string& named(const Member& member) { return member.agent.name; }

enum class Join : std::uint8_t { kSynthesise, kList, kMajority, kJudge };

struct Settings {
  std::int64_t rounds = 3;    // drafts of an evaluator-optimizer, plans of an orchestrator, repeats of a chain
  std::int64_t votes = 1;     // of a parallel: so many times the same
  std::int64_t good = 85;     // of 100: a draft that is good enough
  std::int64_t handoffs = 8;  // of a swarm
  std::int64_t context_chars = 40'000;  // bytes of others' results that one prompt may hold
  Join join = Join::kSynthesise;
  std::vector<std::string> criteria;  // of an evaluator; none: derived from the task
};

struct Pattern {
  std::uint8_t name = 0;  // of kPatterns
  std::vector<Member> members;
  Settings settings;
  std::shared_ptr<Purse> purse;  // where it stands in an agent's place: that agent's

  /// Whether this stop is the end of all of it: an agent whose own budget is used up stops alone.
  bool ends_with(const Stop& stop) const;
  /// The first member with this role, or null.
  const Member* with_role(std::string_view role) const;
  /// The member that does the work of a pattern for one, or null. Not `wary`: the first, whatever its role.
  const Member* alone(bool wary) const;
  /// Those that do the work.
  std::vector<Member> workers() const;
};

/// {"pattern","agents":[{"name","instruction","tools","turns","model","budget","role","part","needs","types","checkpoint","pattern"}],
/// "settings"}; an agent's "pattern" is such an object again, of at most `levels` levels. Fails with kInvalidInput.
Result<Pattern> pattern_from_json(const Json& json, std::int64_t levels = kMostLevels);

/// Runs the pattern on a task. It lives until the coroutine has ended.
Task<Answer> perform(Context context, const Pattern* pattern, std::string task);

/// What there is so far, for a question about the budget, or for a run that is stopped from outside. Patterns in
/// agents' places do not put theirs before that of the pattern around them.
void keep_so_far(const Context& context, std::string text, std::vector<Missing> missing = {});

/// Lets one member do it: its loop, or the pattern in its place. The member lives until the coroutine has ended.
Task<Answer> work(Context context, const Member* member, std::string task);

}  // namespace troupe

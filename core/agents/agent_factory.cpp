#include "agents/agent_factory.hpp"

#include <algorithm>
#include <array>

#include "base/fingerprint.hpp"
#include "base/sort.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::size_t kRemembered = 64;
constexpr std::size_t kMostTools = 24;
constexpr std::int64_t kSpareTurns = 4;

std::uint8_t type_named(std::string_view name) {
  return static_cast<std::uint8_t>(std::ranges::find(kTypes, name) - kTypes.begin());
}

/// Words of tools that destroy.
constexpr std::array<std::string_view, 14> kDestroyers = {"delete", "remove", "drop",      "erase", "destroy",
                                                          "purge",  "wipe",   "truncate",  "reset", "overwrite",
                                                          "kill",   "cancel", "terminate", "unlink"};

/// An application says of its tools what they are; servers that say nothing count as destructive, so there the name
/// has to say it as well.
bool can_destroy(const ToolSpec& tool) {
  if (tool.read_only || !tool.destructive) return false;
  const std::string name = lower(tool.name);
  return tool.server.empty() ||
         std::ranges::any_of(kDestroyers, [&](std::string_view word) { return contains(name, word); });
}

/// May an agent have this tool for this task? What is forbidden says why.
std::string_view forbidden(const ToolSpec& tool, const Analysis& analysis) {
  if (tool.read_only) return {};
  if (analysis.risks == 0) return "the task asks to change nothing, and this tool may";
  if (can_destroy(tool) && !analysis.has_risk(kDestructive))
    return "the task asks to destroy nothing, and this tool may";
  return {};
}

/// By type: what the user holds in hands when it is done.
constexpr std::array<std::string_view, kTypes.size()> kResults = {
    "What counts in the end is the fact or the record that is asked for.",
    "What counts in the end is a text that people read.",
    "What counts in the end is a finding from the data, with its figures.",
    "What counts in the end is the state of the files.",
    "What counts in the end is what was done on the site.",
    "What counts in the end is code that works.",
    "What counts in the end are tickets, plans and dates that are right.",
    "What counts in the end is a judgement from several sources.",
    "What counts in the end is a message that reaches those whom it is for.",
    "What counts in the end is an answer that is well reasoned.",
    "Say what you took the task to mean."};

constexpr std::size_t kMostNamed = 6;

/// What the task names that tools take: paths, addresses, repositories.
std::string named_in(std::string_view task, const Analysis& analysis) {
  using Kind = NamedThing::Kind;
  std::string names;
  std::size_t count = 0;
  for (const NamedThing& thing : analysis.things) {
    const bool told = thing.kind == Kind::kPath || thing.kind == Kind::kUrl || thing.kind == Kind::kMail ||
                      thing.kind == Kind::kRepository;
    if (!told || thing.span.end > task.size() || ++count > kMostNamed) continue;
    append(names, {names.empty() ? "" : ", ", task.substr(thing.span.begin, thing.span.end - thing.span.begin)});
  }
  return names;
}

std::string_view verdict_on(const Analysis& analysis) {
  if (analysis.has_risk(kDestructive))
    return "Ask before you do what cannot be undone, unless the task says plainly what it is.";
  if (analysis.has_risk(kSpendsMoney)) return "Say what it costs before you spend money.";
  if (analysis.has_risk(kSpeaksToOthers)) return "What you send is seen by others: check names and wording first.";
  return {};
}

/// Probability of its types from which on a specialisation takes part, in thousandths.
constexpr std::int64_t kWorthAnAgent = 150;
constexpr std::size_t kMostOfPart = 2000;  // bytes
}  // namespace

bool is_agent_name(std::string_view name) {
  return !name.empty() && name.size() <= 48 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

AgentFactory::AgentFactory() {
  const auto add_built_in = [&](std::string name, std::string instruction,
                                std::initializer_list<std::string_view> types) {
    Specialisation made{std::move(name), std::move(instruction), {}};
    for (const std::string_view type : types) made.types.push_back(type_named(type));
    specialisations_.push_back(std::move(made));
  };
  add_built_in("specialist",
               "You carry out exactly what is asked, with the tools you have, and check that it was done.",
               {"file_operations", "web_automation", "code_development", "communication", "unclear"});
  add_built_in("analyst",
               "You work from data: you say which figures you used, compute instead of guessing, and state how sure a "
               "finding is.",
               {"data_analysis", "reasoning"});
  add_built_in("creator",
               "You write for the reader who is meant: the right tone, concrete words, no padding. You read your draft "
               "again before you give it.",
               {"content_creation"});
  add_built_in("researcher",
               "You look things up in sources, prefer first-hand ones, name where each fact is from, and say what you "
               "could not find.",
               {"information_retrieval", "research"});
  add_built_in("coordinator", "You keep track of who does what by when, and leave nothing open without an owner.",
               {"project_management"});
  built_in_ = specialisations_.size();
}

void AgentFactory::add(Specialisation specialisation) {
  std::erase_if(specialisations_, [&](const Specialisation& each) { return each.name == specialisation.name; });
  specialisations_.push_back(std::move(specialisation));
  made_.clear();
}

void AgentFactory::reset() { *this = AgentFactory(); }

const Specialisation& AgentFactory::for_type(std::uint8_t type) const {
  for (auto each = specialisations_.rbegin(); each != specialisations_.rend(); ++each) {
    if (std::ranges::find(each->types, type) != each->types.end()) return *each;
  }
  return named("specialist");
}

const Specialisation& AgentFactory::named(std::string_view name) const {
  const auto found = std::ranges::find(specialisations_, name, &Specialisation::name);
  return found == specialisations_.end() ? specialisations_.front() : *found;
}

AgentPlan AgentFactory::plan(const Specialisation& specialisation, std::string_view task, const Analysis& analysis,
                             const Strategy& strategy, const std::vector<ToolAtHand>& tools) const {
  AgentPlan agent;
  agent.specialisation = specialisation.name;
  agent.name = specialisation.name;
  agent.model = strategy.model;
  agent.turns = std::int64_t{analysis.steps_most} + kSpareTurns;
  agent.instruction = specialisation.instruction;
  append(agent.instruction, {" ", kResults[analysis.type]});
  if (const std::string names = named_in(task, analysis); !names.empty())
    append(agent.instruction, {" The task names ", names, "."});
  if (const std::string_view caution = verdict_on(analysis); !caution.empty())
    append(agent.instruction, {" ", caution});
  if (analysis.server) {
    std::size_t withheld = 0;
    std::string example, changing;
    for (const ToolAtHand& tool : tools) {
      if (tool.relevance == 0 || agent.tools.size() == kMostTools) continue;
      if (const std::string_view why = forbidden(*tool.spec, analysis); !why.empty()) {
        if (++withheld == 1) example = joined({"\"", tool.spec->name, "\" is withheld: ", why, "."});
      } else {
        agent.tools.push_back(tool.spec->name);
        if (tool.spec->read_only) continue;
        const std::string_view how = can_destroy(*tool.spec) ? " may destroy" : " may change things";
        append(changing, {changing.empty() ? "" : ", ", "\"", tool.spec->name, "\"", how});
      }
    }
    if (!changing.empty()) agent.reasons.push_back(joined({"Of its tools ", changing, "."}));
    if (withheld > 1)
      append(example, {" The same goes for ", decimal(static_cast<std::int64_t>(withheld) - 1), " more."});
    if (withheld > 0) agent.reasons.push_back(std::move(example));
  } else {
    agent.reasons.emplace_back("It needs no tool: a model alone can do this.");
  }
  return agent;
}

std::shared_ptr<const std::vector<AgentPlan>> AgentFactory::create(std::string_view task, const Analysis& analysis,
                                                                   const Strategy& strategy,
                                                                   const std::vector<ToolAtHand>& tools) {
  std::uint64_t print = fingerprint(task);
  const auto depends_on = [&](std::string_view text) { print = fingerprint(text, (print ^ 0xFF) * 0x100000001b3); };
  depends_on(strategy.model);
  depends_on(kPatterns[strategy.choice().pattern]);
  // The analysis may be an application's own.
  const std::int64_t verdicts[] = {analysis.type, analysis.risks, analysis.server, analysis.steps_most};
  for (const std::int64_t each : verdicts) depends_on(decimal(each));
  for (std::size_t i = 0; i < kTypes.size(); ++i) depends_on(decimal(analysis.probability[kFirstType + i]));
  for (const TaskClause& each : analysis.clauses) {
    for (const std::uint64_t number : {std::uint64_t{each.span.begin}, std::uint64_t{each.span.end}, each.needs})
      depends_on(hexadecimal(number));
  }
  for (const ToolAtHand& tool : tools) {
    depends_on(tool.spec->name);
    depends_on(tool.spec->read_only ? "r" : can_destroy(*tool.spec) ? "d" : "w");
    depends_on(tool.relevance > 0 ? "y" : "n");
  }
  if (made_.empty()) made_.resize(kRemembered);
  Made& place = made_[print % kRemembered];
  if (place.agents && place.fingerprint == print) return place.agents;

  std::vector<AgentPlan> agents;
  const Specialisation& own = for_type(analysis.type);
  const bool meant = std::ranges::find(own.types, analysis.type) != own.types.end();
  const std::string of_type =
      joined({meant ? "It is for tasks of the type " : "No specialisation is for tasks of the type ",
              kTypes[analysis.type], "."});
  const auto add_agent = [&](const Specialisation& specialisation, std::string reason) -> AgentPlan& {
    AgentPlan agent = plan(specialisation, task, analysis, strategy, tools);
    agent.reasons.insert(agent.reasons.begin(), std::move(reason));
    const auto same = std::ranges::count_if(agents, [&](const AgentPlan& each) {
      return each.name == agent.name || each.name.starts_with(joined({agent.name, "-"}));
    });
    if (same > 0) agent.name = joined({agent.name, "-", decimal(same + 1)});
    return agents.emplace_back(std::move(agent));
  };
  // Who works for the pattern itself needs no tools.
  const auto add_role = [&](std::string_view role, std::string_view specialisation, std::string reason) {
    AgentPlan& agent = add_agent(named(specialisation), std::move(reason));
    agent.name = agent.role = role;
    agent.tools.clear();
    agent.reasons.resize(1);
  };
  // One for each clause of the task; or one alone, and the pattern divides the task itself.
  const auto workers = [&] {
    const std::size_t clauses = analysis.clauses.size();
    if (clauses < 2 || clauses > kMostAgents) {
      add_agent(own, of_type);
      return;
    }
    for (std::size_t i = 0; i < clauses; ++i) {
      AgentPlan& agent = add_agent(own, of_type);
      const TaskClause& clause = analysis.clauses[i];
      agent.part = utf8_prefix(task.substr(clause.span.begin, clause.span.end - clause.span.begin), kMostOfPart);
      for (std::size_t need = 0; need < i && strategy.choice().pattern == kChainPattern; ++need) {
        if ((clause.needs >> need & 1U) != 0) agent.needs.push_back(agents[need].name);
      }
    }
  };
  // Several kinds of agents: for the type of the task, and for those that it may have as well.
  const auto specialists = [&](std::size_t least) {
    const auto share = [&](const Specialisation* each) {
      std::int64_t sum = each == &own ? 1000 : 0;
      for (const std::uint8_t type : each->types) sum += analysis.probability[kFirstType + type];
      return sum;
    };
    std::vector<const Specialisation*> ranked;
    for (const Specialisation& each : specialisations_) ranked.push_back(&each);
    sort(ranked, [&](const Specialisation* a, const Specialisation* b) { return share(a) > share(b); });
    for (const Specialisation* each : ranked) {
      if ((agents.size() >= least && share(each) < kWorthAnAgent) || agents.size() + 1 == kMostAgents) break;
      AgentPlan& agent = add_agent(*each, each == &own ? of_type : "The task has something of its kind, too.");
      for (const std::uint8_t type : each->types) agent.types.emplace_back(kTypes[type]);
    }
  };
  switch (strategy.choice().pattern) {
    case kChainPattern: workers(); break;
    case kParallelPattern:
      workers();
      add_role("synthesiser", "coordinator", "Parts that were done apart need one answer.");
      break;
    case kRouterPattern:
      specialists(2);
      add_role("router", "coordinator", "A router has to choose the specialist.");
      break;
    case kOrchestratorPattern:
      specialists(1);
      add_role("planner", "coordinator", "An orchestrator plans what depends on what.");
      break;
    case kSwarmPattern: specialists(3); break;
    case kEvaluatorPattern:
      add_agent(own, of_type);
      add_role("evaluator", "analyst", "An evaluator must not be the author.");
      break;
    default: add_agent(own, of_type);
  }
  place.fingerprint = print;
  place.agents = std::make_shared<const std::vector<AgentPlan>>(std::move(agents));
  return place.agents;
}

std::size_t AgentFactory::acquire(std::size_t wanted) {
  const std::size_t given = std::min(wanted, most_ - std::min(most_, taken_));
  taken_ += given;
  return given;
}

void AgentFactory::release(std::size_t agents) { taken_ -= std::min(taken_, agents); }

std::string to_json(const std::vector<AgentPlan>& agents) {
  const auto list = [](const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& each : texts) {
      if (out.size() > 1) out += ',';
      append_quoted(out, each);
    }
    return out += ']';
  };
  std::string out = "[";
  for (const AgentPlan& agent : agents) {
    if (out.size() > 1) out += ',';
    out += ObjectText()
               .text("instruction", agent.instruction)
               .text("model", agent.model)
               .text("name", agent.name)
               .raw("needs", list(agent.needs))
               .text("part", agent.part)
               .raw("reasons", list(agent.reasons))
               .text("role", agent.role)
               .text("specialisation", agent.specialisation)
               .raw("tools", list(agent.tools))
               .number("turns", agent.turns)
               .raw("types", list(agent.types))
               .finish();
  }
  return out += ']';
}

}  // namespace troupe

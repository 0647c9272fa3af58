#include "patterns/pattern.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "llm/choice/wish.hpp"
#include "patterns/chain.hpp"
#include "patterns/direct.hpp"
#include "patterns/evaluator_optimizer.hpp"
#include "patterns/orchestrator.hpp"
#include "patterns/parallel.hpp"
#include "patterns/prompts/prompt.hpp"
#include "patterns/router.hpp"
#include "patterns/swarm.hpp"
#include "task/outputs.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostMembers = 64;
constexpr std::int64_t kMostOfASetting = 1'000'000;
constexpr std::array<std::string_view, 4> kJoins = {"synthesise", "list", "majority", "judge"};

std::unexpected<Error> wrong(std::string sentence) { return failure(Code::kInvalidInput, std::move(sentence)); }

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> out;
  for (const Json& each : list) {
    if (each.is_string()) out.push_back(each.get<std::string>());
  }
  return out;
}

Result<Settings> settings_from(const Json& json) {
  Settings settings;
  const std::pair<std::string_view, std::int64_t*> numbers[] = {{"rounds", &settings.rounds},
                                                                {"votes", &settings.votes},
                                                                {"good", &settings.good},
                                                                {"handoffs", &settings.handoffs},
                                                                {"context_chars", &settings.context_chars}};
  for (const auto& [name, value] : json.items()) {
    const auto number = std::ranges::find(numbers, name, [](const auto& each) { return each.first; });
    if (number != std::end(numbers)) {
      *number->second = integer_field(json, name, 0);
      if (*number->second < 1 || *number->second > kMostOfASetting)
        return wrong(joined({"The setting \"", name, "\" must be a whole number from 1 to 1000000."}));
    } else if (name == "join") {
      const auto join = std::ranges::find(kJoins, text_field(json, name));
      if (join == kJoins.end()) return wrong("The setting \"join\" is synthesise, list, majority or judge.");
      settings.join = static_cast<Join>(join - kJoins.begin());
    } else if (name == "criteria") {
      settings.criteria = texts(value);
    } else {
      return wrong(joined({"There is no setting \"", name, "\" of a pattern."}));
    }
  }
  return settings;
}

Result<Pattern> read_pattern(const Json& json, std::int64_t levels, bool outermost, std::shared_ptr<Purse> around);

Result<Member> member_from(const Json& json, std::int64_t levels, const std::shared_ptr<Purse>& around) {
  Member member;
  member.agent.name = text_field(json, "name");
  if (!is_agent_name(member.agent.name))
    return wrong(joined({"An agent's \"name\" needs 1 to 48 letters, digits, _ or -; this one is \"",
                         utf8_prefix(member.agent.name, 60), "\"."}));
  const auto about = [&](std::string_view what) { return joined({"The agent \"", member.agent.name, "\" ", what}); };
  member.agent.instruction = text_field(json, "instruction");
  if (json.contains("tools")) {
    if (!field(json, "tools").is_array()) return wrong(about("needs a list of names as \"tools\"."));
    member.agent.tools = texts(field(json, "tools"));
  }
  member.agent.turns = std::max<std::int64_t>(0, integer_field(json, "turns"));
  member.agent.model = model_text(field(json, "model"));
  Result<Budget> budget = budget_from_json(field(json, "budget"));
  if (!budget) return failure(Error(Code::kInvalidInput, about("has a budget that cannot be used"), budget.error()));
  member.agent.budget = *budget;
  member.agent.purse = around;
  if (budget->limits()) member.agent.purse = std::make_shared<Purse>(*budget, member.agent.name, around);
  member.role = text_field(json, "role");
  if (member.role == "worker") member.role.clear();
  if (!member.role.empty() && std::ranges::find(kRoles, member.role) == kRoles.end())
    return wrong(about("has no role that there is: planner, synthesiser, router, judge, evaluator."));
  member.part = text_field(json, "part");
  member.needs = texts(field(json, "needs"));
  member.types = texts(field(json, "types"));
  const Json& checkpoint = field(json, "checkpoint");
  member.checkpoint.question = text_field(checkpoint, "question");
  member.checkpoint.otherwise = text_field(checkpoint, "otherwise", "end");
  if (json.contains("pattern")) {
    Result<Pattern> inner = read_pattern(field(json, "pattern"), levels - 1, false, member.agent.purse);
    if (!inner) return failure(Error(Code::kInvalidInput, about("has a pattern that cannot be used"), inner.error()));
    member.inner = std::make_shared<const Pattern>(std::move(*inner));
  }
  return member;
}

/// Whether everything that is named exists.
Result<> check_names(const Pattern& pattern) {
  const auto exists = [&](std::string_view name) {
    return std::ranges::any_of(pattern.members, [&](const Member& each) { return each.agent.name == name; });
  };
  for (const Member& member : pattern.members) {
    const auto same = std::ranges::count_if(pattern.members,
                                            [&](const Member& each) { return each.agent.name == member.agent.name; });
    if (same > 1) return wrong(joined({"Two agents have the name \"", member.agent.name, "\"."}));
    for (const std::string& need : member.needs) {
      if (!exists(need))
        return wrong(joined({"The agent \"", member.agent.name, "\" needs \"", need, "\", which there is not."}));
    }
    const std::string& otherwise = member.checkpoint.otherwise;
    if (otherwise != "end" && otherwise != "repeat" && !exists(otherwise))
      return wrong(joined({"The checkpoint of \"", member.agent.name, "\" leads to \"", otherwise,
                           "\", which there is not; it is \"end\", \"repeat\" or an agent's name."}));
  }
  return {};
}

Result<Pattern> read_pattern(const Json& json, std::int64_t levels, bool outermost, std::shared_ptr<Purse> around) {
  if (levels == 0) return wrong("Patterns are nested deeper than limits.depth allows.");
  Pattern pattern;
  pattern.purse = around;
  const std::string_view name = text_field(json, "pattern", "direct");
  const auto known = std::ranges::find(kPatterns, name);
  if (known == kPatterns.end()) {
    std::string sentence = joined({"There is no pattern \"", utf8_prefix(name, 60), "\". There are: "});
    for (const std::string_view each : kPatterns) append(sentence, {each == kPatterns.front() ? "" : ", ", each});
    return wrong(sentence + ".");
  }
  pattern.name = static_cast<std::uint8_t>(known - kPatterns.begin());
  Result<Settings> settings = settings_from(field(json, "settings"));
  if (!settings) return failure(settings.error());
  pattern.settings = std::move(*settings);
  if (field(json, "agents").size() > kMostMembers) return wrong("A pattern has at most 64 agents.");
  for (const Json& each : field(json, "agents")) {
    Result<Member> member = member_from(each, levels, around);
    if (!member) return failure(member.error());
    pattern.members.push_back(std::move(*member));
  }
  if (Result<> checked = check_names(pattern); !checked) return failure(checked.error());
  // Where the outermost pattern is given no agents, the engine creates them.
  if (pattern.members.empty() && outermost) return pattern;
  const std::size_t least = name == "router" || name == "swarm" ? 2 : 1;
  if (pattern.workers().size() < least)
    return wrong(joined({"The pattern \"", name, "\" needs at least ", least == 2 ? "two agents" : "one agent",
                         " without a role, to do the work."}));
  return pattern;
}

}  // namespace

bool Pattern::ends_with(const Stop& stop) const {
  return stop.reason == "budget" && (stop.purse == nullptr || pays_from(purse.get(), stop.purse.get()));
}

const Member* Pattern::with_role(std::string_view role) const {
  const auto found = std::ranges::find(members, role, &Member::role);
  return found == members.end() ? nullptr : &*found;
}

const Member* Pattern::alone(bool wary) const {
  const auto found = std::ranges::find_if(members, [&](const Member& each) { return !wary || each.role.empty(); });
  return found == members.end() ? nullptr : &*found;
}

std::vector<Member> Pattern::workers() const {
  std::vector<Member> found;
  std::ranges::copy_if(members, std::back_inserter(found), [](const Member& each) { return each.role.empty(); });
  return found;
}

Result<Pattern> pattern_from_json(const Json& json, std::int64_t levels) {
  return read_pattern(json, levels, true, nullptr);
}

Task<Answer> perform(Context context, const Pattern* pattern, std::string task) {
  using Run = Task<Answer> (*)(Context, const Pattern*, std::string);
  static constexpr std::array<Run, kPatterns.size()> kRuns = {direct,       chain, parallel,           router,
                                                              orchestrator, swarm, evaluator_optimizer};
  return kRuns[pattern->name](std::move(context), pattern, std::move(task));
}

void keep_so_far(const Context& context, std::string text, std::vector<Missing> missing) {
  RunState& state = context.state();
  if (!context.run().header().has(kWary)) {
    state.so_far = std::move(text);
    return;
  }
  const auto depth = static_cast<std::size_t>(std::ranges::count(context.path(), '.'));
  if (!state.so_far.empty() && depth > state.so_far_depth) return;
  state.so_far = std::move(text);
  state.not_yet = std::move(missing);
  state.so_far_depth = depth;
}

Task<Answer> work(Context context, const Member* member, std::string task) {
  if (member->inner) return perform(std::move(context), member->inner.get(), std::move(task));
  Agent agent = member->agent;
  agent.instruction = instruction_with(context, member->agent.instruction, prompts::kWorker);
  return augmented_llm(std::move(context), std::move(agent), std::move(task));
}

}  // namespace troupe

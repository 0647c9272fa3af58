#include "patterns/swarm.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "llm/brief.hpp"
#include "patterns/prompts/prompt.hpp"

namespace troupe {
namespace {

using brief::kHandOver;
/// So many hand-overs between the same two, to and fro, are a loop.
constexpr std::size_t kToAndFro = 4;

struct HandOver {
  std::size_t from = 0, to = 0;
  std::string context;
  std::string said;        // beside it
  std::int64_t calls = 0;  // of tools, before it
};

ToolSpec exit_to(const Member& member) {
  ToolSpec tool;
  tool.name = joined({kHandOver, member.agent.name});
  tool.description =
      joined({"Hands the work over to ", member.agent.name, ": ", utf8_prefix(member.agent.instruction, 200)});
  tool.input_schema = parsed_part(
      R"({"type":"object","properties":{"context":{"type":"string","minLength":1,"description":)"
      R"("What the next one has to know: what was done, what was found, what is to be done now"}},"required":["context"]})");
  tool.server = kExit;
  tool.read_only = true;
  return tool;
}

std::string told(const Context& context, const std::string& task, const std::vector<Member>& members,
                 const std::vector<HandOver>& log, std::int64_t most) {
  if (log.empty()) return task;
  std::string text = joined({brief::kTask, task, brief::kSoFar});
  const auto each_most = most / static_cast<std::int64_t>(log.size());
  for (const HandOver& each : log) {
    append(text, {"\n\n", members[each.from].agent.name, " handed over to ", members[each.to].agent.name, ":"});
    text += result_block(context, members[each.from].agent.name,
                         each.said.empty() ? each.context : joined({each.said, "\n", each.context}), each_most);
  }
  return text;
}

/// Whether the last ones went to and fro between two, and nobody did anything.
bool is_ping_pong(const std::vector<HandOver>& log) {
  if (log.size() < kToAndFro) return false;
  const auto last = log.end() - kToAndFro;
  return std::all_of(last, log.end(), [&](const HandOver& each) {
    const bool same_two =
        (each.from == last->from && each.to == last->to) || (each.from == last->to && each.to == last->from);
    return same_two && (&each == &*last || each.calls == 0);
  });
}

/// What there is when it ends without an answer.
std::string last_words(const std::vector<HandOver>& log) { return log.empty() ? std::string() : log.back().context; }

}  // namespace

Task<Answer> swarm(Context context, const Pattern* pattern, std::string task) {
  const std::vector<Member> members = pattern->workers();
  std::vector<HandOver> log;
  std::vector<Missing> missing;  // of all who worked so far
  const auto with_all_missing = [&](Answer answer) {
    answer.missing.insert(answer.missing.begin(), missing.begin(), missing.end());
    return answer;
  };
  std::size_t active = 0;
  for (;;) {
    Member member = members[active];
    if (!member.inner) {
      member.agent.instruction = instruction_with(context, member.agent.instruction, prompts::kHandOver);
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (i != active) member.agent.exits.push_back(exit_to(members[i]));
      }
    }
    Answer answer =
        co_await work(context.branch(), &member, told(context, task, members, log, pattern->settings.context_chars));
    // A pattern in an agent's place cannot hand over: what it gives goes back to the first.
    const bool goes_back = member.inner && active != 0 && !answer.stop;
    // Nor does it say how many tools it called.
    if (goes_back && context.run().header().has(kMended)) answer.calls = std::max<std::int64_t>(1, answer.calls);
    if (!answer.exit && !goes_back) co_return with_all_missing(std::move(answer));
    if (context.run().header().has(kWary)) missing.insert(missing.end(), answer.missing.begin(), answer.missing.end());
    HandOver over{active, 0, answer.text, {}, answer.calls};
    if (answer.exit) {
      const std::string_view name = std::string_view(answer.exit->name).substr(kHandOver.size());
      over.to = static_cast<std::size_t>(
          std::ranges::find(members, name, [](const Member& each) { return std::string_view(each.agent.name); }) -
          members.begin());
      const Json arguments = parsed_part(answer.exit->arguments);
      over.context = text_field(arguments, "context");
      over.said = std::move(answer.text);
    }
    active = over.to;
    log.push_back(std::move(over));
    keep_so_far(context, last_words(log), missing);
    if (is_ping_pong(log)) {
      co_return with_all_missing(
          {last_words(log),
           Stop{"ping_pong", joined({"\"", members[log.back().from].agent.name, "\" and \"", members[active].agent.name,
                                     "\" handed the work to and fro without doing any."})}});
    }
    if (std::cmp_greater_equal(log.size(), pattern->settings.handoffs)) {
      co_return with_all_missing(
          {last_words(log),
           Stop{"handoff_limit", joined({"The agents handed over ", decimal(pattern->settings.handoffs),
                                         " times without an answer. Raise settings.handoffs to let them go on."})}});
    }
  }
}

}  // namespace troupe

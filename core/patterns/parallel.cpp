#include "patterns/parallel.hpp"

#include <algorithm>
#include <utility>

#include "agents/typed_reply.hpp"
#include "base/text.hpp"
#include "llm/brief.hpp"
#include "patterns/divide.hpp"
#include "run/all.hpp"
#include "run/slots.hpp"

namespace troupe {
namespace {

constexpr std::string_view kChoice =
    R"({"title":"Best","type":"object","properties":{"best":{"type":"string","description":"the result's name"},)"
    R"("reason":{"type":"string"}},"required":["best","reason"]})";

/// What makes two short answers the same: letters and digits alone.
std::string essence(std::string_view text) {
  std::string out;
  for (const char c : lower(trim(text))) {
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    const bool kept = !ascii || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (kept) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
  return out;
}

/// Whether the text has the name as a word of its own.
bool names(std::string_view text, std::string_view name) {
  const auto is_part = [&](std::size_t at) {
    return at < text.size() && ((text[at] >= 'a' && text[at] <= 'z') || (text[at] >= 'A' && text[at] <= 'Z') ||
                                (text[at] >= '0' && text[at] <= '9'));
  };
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (!(at > 0 && is_part(at - 1)) && !is_part(at + name.size())) return true;
  }
  return false;
}

/// Appends what is missing and not named by the text itself.
std::string with_missing(std::string text, const std::vector<Missing>& missing) {
  for (const Missing& each : missing) {
    if (!names(text, each.part)) append(text, {"\n\nNot done: ", each.part, ": ", each.why});
  }
  return text;
}

std::string as_list(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& each : findings)
    append(text, {text.empty() ? "" : "\n\n", "## ", each.of, "\n\n", trim(each.text)});
  return text;
}

std::string blocks(const std::vector<Finding>& findings, std::int64_t most) {
  std::string text;
  const auto each_most = most / static_cast<std::int64_t>(std::max<std::size_t>(1, findings.size()));
  for (const Finding& each : findings) text += result_block(each.of, each.text, each_most);
  return text;
}

std::string by_majority(const std::vector<Finding>& findings) {
  std::vector<std::string> essences;
  for (const Finding& each : findings) essences.push_back(essence(each.text));
  std::size_t best = 0;
  std::ptrdiff_t most = 0;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto votes = std::ranges::count(essences, essences[i]);
    if (votes > most) {
      most = votes;
      best = i;
    }
  }
  return findings[best].text;
}

Task<Answer> judged(Context context, const Pattern* pattern, std::string task, std::vector<Finding> findings) {
  Form form{kChoice};
  form.check = [&findings](const Json& choice) -> std::vector<std::string> {
    const bool known =
        std::ranges::any_of(findings, [&](const Finding& each) { return each.of == text_field(choice, "best"); });
    if (known) return {};
    return {joined({"There is no result \"", text_field(choice, "best"), "\"."})};
  };
  Typed choice =
      co_await typed_reply(context, agent_for(context, *pattern, "judge", prompts::kJudge),
                           joined({brief::kTask, task, blocks(findings, pattern->settings.context_chars)}), form);
  if (choice.stop) co_return Answer{findings.front().text, std::move(choice.stop)};
  const auto best = std::ranges::find(findings, text_field(choice.value, "best"), &Finding::of);
  co_return Answer{best->text};
}

Task<Answer> in_slot(Context context, Slots* slots, const Member* member, std::string task) {
  co_await slots->take();
  Result<Answer> answer = co_await settled(work(context, member, std::move(task)));
  slots->release();
  Answer given = co_await std::move(answer);
  co_return given;
}

}  // namespace

std::string one_by_one(const std::vector<Finding>& findings, const std::vector<Missing>& missing) {
  return with_missing(as_list(findings), missing);
}

Task<Answer> synthesised(Context context, const Pattern* pattern, std::string task, std::vector<Finding> findings,
                         std::vector<Missing> missing) {
  std::string text = joined({brief::kTask, task, blocks(findings, pattern->settings.context_chars)});
  for (const Missing& each : missing) append(text, {"\n\nNot done: ", each.part, ": ", each.why});
  Agent agent = agent_for(context, *pattern, "synthesiser", prompts::kSynthesise);
  const Result<Answer> answer = co_await settled(augmented_llm(context, std::move(agent), std::move(text)));
  // Without its last reply the work is still done.
  if (!answer || answer->text.empty()) {
    co_return Answer{one_by_one(findings, missing), answer ? answer->stop : std::nullopt, std::move(missing)};
  }
  co_return Answer{with_missing(answer->text, missing), answer->stop, std::move(missing)};
}

Task<Answer> side_by_side(Context context, const Pattern* pattern, std::vector<Member> members, std::string task) {
  Slots slots(context.state().config.limits.parallel);
  std::vector<Task<Answer>> tasks;
  for (const Member& member : members)
    tasks.push_back(in_slot(context.branch(), &slots, &member, part_of(task, member.part)));
  std::vector<Task<Answer>> ended = co_await all(std::move(tasks));
  std::vector<Finding> findings;
  std::vector<Missing> missing;
  std::optional<Stop> stop;
  std::optional<Error> failed;
  const bool pursed = context.run().header().has(kPursed);
  for (std::size_t i = 0; i < ended.size(); ++i) {
    Result<Answer> answer = ended[i].take();
    if (!answer) {
      missing.push_back({members[i].agent.name, answer.error().whole()});
      if (!failed) failed = answer.error();
      continue;
    }
    missing.insert(missing.end(), answer->missing.begin(), answer->missing.end());
    if (answer->stop) {
      missing.push_back({members[i].agent.name, answer->stop->sentence});
      if (!stop || (pursed && pattern->ends_with(*answer->stop))) stop = answer->stop;
    }
    if (!answer->text.empty()) findings.push_back({members[i].agent.name, std::move(answer->text)});
  }
  if (findings.empty() && failed) co_await failure(*failed);
  context.state().so_far = one_by_one(findings, missing);
  // Who was stopped by the budget or a person leaves nothing to pay a synthesiser with.
  if (findings.empty() || (stop && pattern->ends_with(*stop)))
    co_return Answer{context.state().so_far, std::move(stop), std::move(missing)};
  if (pattern->settings.join == Join::kList) co_return Answer{context.state().so_far, std::nullopt, std::move(missing)};
  if (pattern->settings.join == Join::kMajority)
    co_return Answer{with_missing(by_majority(findings), missing), std::nullopt, std::move(missing)};
  if (pattern->settings.join == Join::kJudge && findings.size() > 1) {
    Answer best = co_await judged(context, pattern, task, findings);
    best.text = with_missing(std::move(best.text), missing);
    best.missing = std::move(missing);
    co_return best;
  }
  Answer answer = co_await synthesised(context, pattern, task, std::move(findings), std::move(missing));
  co_return answer;
}

Task<Answer> parallel(Context context, const Pattern* pattern, std::string task) {
  if (pattern->settings.votes > 1) {
    std::vector<Member> workers = pattern->workers();
    if (workers.empty()) workers.emplace_back();
    std::vector<Member> voters;
    for (std::int64_t i = 0; i < pattern->settings.votes; ++i) {
      voters.push_back(workers[static_cast<std::size_t>(i) % workers.size()]);
      append(voters.back().agent.name, {"-", decimal(i + 1)});
    }
    Answer answer = co_await side_by_side(context, pattern, std::move(voters), std::move(task));
    co_return answer;
  }
  Parts parts = co_await divided(context, pattern, task, &prompts::kDivideInParts);
  if (parts.stop) co_return Answer{{}, std::move(parts.stop)};
  if (parts.members.size() == 1) {
    const bool mended = context.run().header().has(kMended);
    Answer answer = co_await work(context.branch(), parts.members.data(),
                                  mended ? part_of(task, parts.members.front().part) : task);
    co_return answer;
  }
  Answer answer = co_await side_by_side(context, pattern, std::move(parts.members), std::move(task));
  co_return answer;
}

}  // namespace troupe

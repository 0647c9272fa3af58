#include "patterns/parallel.hpp"

#include <algorithm>
#include <optional>
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

/// Before kWary, letters and digits alone made two short answers the same, and so "C++" and "C#".
std::string letters_of(std::string_view text) {
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

/// Without a mark that stands around words: where it does not come in pairs, it is a sign of its own.
std::string without_pairs(std::string_view text, std::string_view mark) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    pieces.push_back(text.substr(0, at));
    text.remove_prefix(at + mark.size());
  }
  pieces.push_back(text);
  const bool paired = pieces.size() % 2 == 1;
  std::string out(pieces.front());
  for (std::size_t i = 1; i < pieces.size(); ++i) append(out, {paired ? "" : mark, pieces[i]});
  return out;
}

/// What makes two short answers the same: all but emphasis, quotation marks, capitals, spaces and what ends a sentence.
std::string essence(std::string_view text) {
  std::string out;
  std::string bare = lower(trim(text));
  for (const std::string_view mark : {"**", "`", "\""}) bare = without_pairs(bare, mark);
  for (const char c : bare) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
  const bool slanted = out.size() > 2 && out.front() == out.back() && (out.front() == '*' || out.front() == '_');
  return slanted ? out.substr(1, out.size() - 2) : out;
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

std::string blocks(const Context& context, const std::vector<Finding>& findings, std::int64_t most) {
  std::string text;
  const auto each_most = most / static_cast<std::int64_t>(std::max<std::size_t>(1, findings.size()));
  for (const Finding& each : findings) text += result_block(context, each.of, each.text, each_most);
  return text;
}

/// What most of them say. Where they are no more than half, that is missing.
Answer by_majority(const std::vector<Finding>& findings, bool wary) {
  std::vector<std::string> essences;
  for (const Finding& each : findings) essences.push_back(wary ? essence(each.text) : letters_of(each.text));
  std::size_t best = 0;
  std::ptrdiff_t most = 0;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto votes = std::ranges::count(essences, essences[i]);
    if (votes > most) {
      most = votes;
      best = i;
    }
  }
  Answer answer{findings[best].text};
  if (wary && 2 * most <= std::ssize(findings))
    answer.missing.push_back({"majority", joined({"this was said by ", decimal(most), " of ",
                                                  decimal(std::ssize(findings)), ", and nothing else by more"})});
  return answer;
}

Task<Answer> judged(Context context, const Pattern* pattern, std::string task, std::vector<Finding> findings) {
  Form form{kChoice};
  form.check = [&findings](const Json& choice) -> std::vector<std::string> {
    const bool known =
        std::ranges::any_of(findings, [&](const Finding& each) { return each.of == text_field(choice, "best"); });
    if (known) return {};
    return {joined({"There is no result \"", text_field(choice, "best"), "\"."})};
  };
  Typed choice = co_await typed_reply(
      context, agent_for(context, *pattern, "judge", prompts::kJudge),
      joined({brief::kTask, task, blocks(context, findings, pattern->settings.context_chars)}), form);
  if (choice.stop) co_return Answer{findings.front().text, std::move(choice.stop)};
  const auto best = std::ranges::find(findings, text_field(choice.value, "best"), &Finding::of);
  co_return Answer{best->text};
}

/// How those ended that work side by side; empty: not yet.
using Ends = std::vector<std::optional<Result<Answer>>>;

/// What has come of them.
struct Gathered {
  std::vector<Finding> findings;
  std::vector<Missing> missing;
  std::optional<Stop> stop;
  std::optional<Error> failed;
};

Gathered gathered(const Context& context, const Pattern& pattern, const std::vector<Member>& members,
                  const Ends& ends) {
  Gathered all;
  const bool pursed = context.run().header().has(kPursed);
  const bool wary = context.run().header().has(kWary);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::string& name = members[i].agent.name;
    if (!ends[i]) {
      all.missing.push_back({name, "it has not ended yet"});
      continue;
    }
    const Result<Answer>& answer = *ends[i];
    if (!answer) {
      all.missing.push_back({name, answer.error().whole()});
      if (!all.failed) all.failed = answer.error();
      continue;
    }
    all.missing.insert(all.missing.end(), answer->missing.begin(), answer->missing.end());
    if (answer->stop) {
      all.missing.push_back({name, answer->stop->sentence});
      if (!all.stop || (pursed && pattern.ends_with(*answer->stop))) all.stop = answer->stop;
    }
    const bool empty = wary ? trim(answer->text).empty() : answer->text.empty();
    if (!empty) all.findings.push_back({name, answer->text});
    else if (wary && !answer->stop) all.missing.push_back({name, "it gave no answer"});
  }
  return all;
}

/// Those that work side by side, and how they ended.
struct Side {
  const Pattern* pattern;
  const std::vector<Member>& members;
  Slots slots;
  Ends ends = Ends(members.size());
};

Task<bool> in_slot(Context around, Context context, Side* side, std::size_t at, std::string task) {
  co_await side->slots.take();
  Result<Answer> answer = co_await settled(work(context, &side->members[at], std::move(task)));
  side->slots.release();
  side->ends[at] = std::move(answer);
  if (around.run().header().has(kWary)) {
    Gathered so_far = gathered(around, *side->pattern, side->members, side->ends);
    std::string text = one_by_one(so_far.findings, so_far.missing);
    if (!so_far.findings.empty()) keep_so_far(around, std::move(text), std::move(so_far.missing));
  }
  co_return true;
}

}  // namespace

std::string one_by_one(const std::vector<Finding>& findings, const std::vector<Missing>& missing) {
  return with_missing(as_list(findings), missing);
}

Task<Answer> synthesised(Context context, const Pattern* pattern, std::string task, std::vector<Finding> findings,
                         std::vector<Missing> missing) {
  std::string text = joined({brief::kTask, task, blocks(context, findings, pattern->settings.context_chars)});
  for (const Missing& each : missing) append(text, {"\n\nNot done: ", each.part, ": ", each.why});
  Agent agent = agent_for(context, *pattern, "synthesiser", prompts::kSynthesise);
  const std::string name = agent.name;
  const Result<Answer> answer = co_await settled(augmented_llm(context, std::move(agent), std::move(text)));
  // Without its last reply the work is still done.
  if (!answer || answer->text.empty()) {
    std::string list = one_by_one(findings, missing);
    if (context.run().header().has(kWary) && (!answer || !answer->stop))
      missing.push_back({name, joined({"the results were not put together: ",
                                       answer ? std::string("it gave no answer") : answer.error().whole()})});
    co_return Answer{std::move(list), answer ? answer->stop : std::nullopt, std::move(missing)};
  }
  co_return Answer{with_missing(answer->text, missing), answer->stop, std::move(missing)};
}

Task<Answer> side_by_side(Context context, const Pattern* pattern, std::vector<Member> members, std::string task) {
  Side side{pattern, members, Slots(context.state().config.limits.parallel)};
  std::vector<Task<bool>> tasks;
  for (std::size_t i = 0; i < members.size(); ++i)
    tasks.push_back(in_slot(context, context.branch(), &side, i, part_of(task, members[i].part)));
  const std::vector<Task<bool>> ended = co_await all(std::move(tasks));
  auto [findings, missing, stop, failed] = gathered(context, *pattern, members, side.ends);
  const bool wary = context.run().header().has(kWary);
  if (findings.empty() && failed) co_await failure(*failed);
  if (findings.empty() && !stop && wary) co_await failure(Code::kMalformed, "None of the agents gave an answer.");
  std::string list = one_by_one(findings, missing);
  if (!findings.empty() || !wary) keep_so_far(context, list, missing);
  // Who was stopped by the budget or a person leaves nothing to pay a synthesiser with.
  if (findings.empty() || (stop && pattern->ends_with(*stop)))
    co_return Answer{std::move(list), std::move(stop), std::move(missing)};
  const Join join = pattern->settings.join;
  if (join == Join::kList) co_return Answer{std::move(list), std::nullopt, std::move(missing)};
  if (join == Join::kMajority) {
    Answer most = by_majority(findings, wary);
    most.text = with_missing(std::move(most.text), missing);
    most.missing.insert(most.missing.begin(), missing.begin(), missing.end());
    co_return most;
  }
  // Of one there is nothing to choose.
  if (join == Join::kJudge && findings.size() == 1 && wary)
    co_return Answer{with_missing(findings.front().text, missing), std::nullopt, std::move(missing)};
  if (join == Join::kJudge && findings.size() > 1) {
    Result<Answer> chosen = co_await settled(judged(context, pattern, task, findings));
    if (!chosen && wary) {
      missing.push_back({"judge", joined({"nobody chose the best: ", chosen.error().whole()})});
      co_return Answer{std::move(list), std::nullopt, std::move(missing)};
    }
    Answer best = co_await std::move(chosen);
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

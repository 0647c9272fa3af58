#include "llm/offline/told.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "llm/brief.hpp"
#include "llm/offline/clauses.hpp"
#include "llm/offline/words.hpp"

namespace troupe::offline {
namespace {

constexpr std::size_t kMostWords = 200;
constexpr std::size_t kMostParts = 8;

/// The text behind `mark`, or nothing.
std::string_view behind(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + mark.size());
}

std::string_view before(std::string_view text, std::string_view mark) { return text.substr(0, text.find(mark)); }

/// "- name: text" lines.
std::vector<Told::Named> list_in(std::string_view text) {
  std::vector<Told::Named> list;
  for (const std::string_view line : split(before(text, "\n\n"), '\n')) {
    if (!line.starts_with("- ")) continue;
    const std::size_t colon = line.find(": ");
    const std::string_view name = line.substr(2, colon == std::string_view::npos ? colon : colon - 2);
    list.push_back({name, colon == std::string_view::npos ? std::string_view() : line.substr(colon + 2)});
  }
  return list;
}

/// The things that the task asks for, each with what refers to it.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  const Task task(text, {});
  for (const Clause& clause : task.clauses()) {
    const bool refers = clause.refers_to_one() || clause.refers_to_many() || clause.forbids || clause.verb.empty();
    if (!parts.empty() && (refers || parts.size() == kMostParts)) append(parts.back(), {", ", trim(clause.text)});
    else parts.emplace_back(trim(clause.text));
  }
  if (parts.empty()) parts.emplace_back(text);
  return parts;
}

/// Of 100: how many of the words of `text` are among those of `other`.
std::int64_t shared(std::string_view text, std::string_view other) {
  const std::string own = canonical_words(text, kMostWords);
  const std::string others = canonical_words(other, kMostWords);
  std::int64_t all = 0;
  std::int64_t found = 0;
  for (std::string_view left = own; !left.empty();) {
    const std::string_view word = next_word(left);
    ++all;
    found += among(others, word) ? 1 : 0;
  }
  return all == 0 ? 100 : 100 * found / all;
}

Json parts_form(const Told& told) {
  Json list = Json::array();
  for (const std::string& part : parts_of(told.task))
    list.push_back(
        object({{"name", joined({"part ", decimal(static_cast<std::int64_t>(list.size()) + 1)})}, {"task", part}}));
  return object({{"parts", std::move(list)}});
}

/// Each task needs the one before: rules cannot tell what depends on what.
Json plan_form(const Told& told) {
  Json tasks = Json::array();
  std::string last;
  for (const std::string& part : parts_of(told.task)) {
    const std::string id = joined({"part-", decimal(static_cast<std::int64_t>(tasks.size()) + 1)});
    Json needs = Json::array();
    if (!last.empty()) needs.push_back(last);
    tasks.push_back(object({{"id", id},
                            {"agent", told.agents.empty() ? "agent" : told.agents.front().name},
                            {"task", part},
                            {"needs", std::move(needs)}}));
    last = id;
  }
  return object({{"tasks", std::move(tasks)}});
}

Json choices_form(const Told& told) {
  Json list = Json::array();
  std::int64_t most = -1;
  for (const Told::Named& agent : told.agents) {
    const std::int64_t fit = shared(told.task, joined({agent.name, " ", agent.text}));
    if (fit > most) list = Json::array({object({{"agent", agent.name}, {"sure", fit}})});
    most = std::max(most, fit);
  }
  return object({{"choices", std::move(list)}});
}

Json best_form(const Told& told) {
  const auto longest = std::ranges::max_element(told.results, {}, [](const auto& each) { return each.text.size(); });
  const std::string_view name = longest == told.results.end() ? std::string_view() : longest->name;
  return object({{"best", name}, {"reason", "It says the most."}});
}

Json review_form(const Told& told) {
  const std::int64_t score = told.results.empty() ? 0 : shared(told.task, told.results.front().text);
  Json list = Json::array();
  for (const std::string_view criterion : told.criteria)
    list.push_back(object({{"criterion", criterion},
                           {"score", score},
                           {"reason", joined({decimal(score), " of 100 words of the task are in it."})}}));
  return object({{"scores", std::move(list)}});
}

}  // namespace

Told told_in(std::string_view message) {
  Told told;
  const std::string_view form = behind(message, brief::kForm);
  if (!form.empty()) told.form = before(behind(form, "\"title\":\""), "\"");
  const std::string_view text = before(message, brief::kForm);
  told.handed_over = contains(text, brief::kSoFar);
  told.agents = list_in(behind(text, brief::kAgents));
  for (const Told::Named& each : list_in(behind(text, brief::kCriteria))) told.criteria.push_back(each.name);
  for (std::string_view left = behind(text, brief::kResult); !left.empty(); left = behind(left, brief::kResult))
    told.results.push_back(
        {before(left, brief::kResultText), before(behind(left, brief::kResultText), brief::kResultEnd)});
  std::string_view task = text;
  for (const std::string_view mark : {brief::kSoFar, brief::kCriteria, brief::kAgents, brief::kResult})
    task = before(task, mark);
  if (const std::string_view part = behind(task, brief::kPart); !part.empty()) {
    // Rules do not know what "them" are in a part alone: the whole task says it.
    const bool refers = share(lower(part), "them it they those these");
    task = refers ? behind(before(task, brief::kPart), brief::kWholeTask) : part;
  } else if (task.starts_with(brief::kTask)) {
    task.remove_prefix(brief::kTask.size());
  }
  told.task = task;
  return told;
}

std::string filled_form(const Told& told) {
  Json json = Json::object();
  if (told.form == "Parts") json = parts_form(told);
  if (told.form == "Plan") json = plan_form(told);
  if (told.form == "Choices") json = choices_form(told);
  if (told.form == "Best") json = best_form(told);
  if (told.form == "Review") json = review_form(told);
  if (told.form == "Verdict") json = object({{"yes", true}, {"reason", "Rules cannot tell."}});
  if (told.form == "Completeness") json = object({{"complete", true}, {"missing", Json::array()}});
  if (told.form == "Criteria")
    json["criteria"].push_back(
        object({{"name", "words"}, {"question", "Does it have the words of the task?"}, {"weight", 1}}));
  return dump_json(json);
}

std::string listed_results(const Told& told) {
  std::string text;
  for (const Told::Named& each : told.results)
    append(text, {text.empty() ? "" : "\n\n", "## ", each.name, "\n\n", trim(each.text)});
  return text;
}

}  // namespace troupe::offline

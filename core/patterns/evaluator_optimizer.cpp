#include "patterns/evaluator_optimizer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "agents/typed_reply.hpp"
#include "base/text.hpp"
#include "llm/brief.hpp"
#include "patterns/prompts/prompt.hpp"

namespace troupe {
namespace {

constexpr std::string_view kCriteria =
    R"({"title":"Criteria","type":"object","properties":{"criteria":{"type":"array","minItems":1,"maxItems":6,"items":)"
    R"({"type":"object","properties":{"name":{"type":"string","minLength":1},"question":{"type":"string"},"weight":)"
    R"({"type":"integer","minimum":1,"maximum":10}},"required":["name","question","weight"]}}},"required":["criteria"]})";

constexpr std::string_view kReview =
    R"({"title":"Review","type":"object","properties":{"scores":{"type":"array","minItems":1,"items":{"type":"object",)"
    R"("properties":{"criterion":{"type":"string"},"score":{"type":"integer","minimum":0,"maximum":100},"reason":)"
    R"({"type":"string"}},"required":["criterion","score","reason"]}}},"required":["scores"]})";

/// Drafts in a row that are no better than the best before them.
constexpr int kPatience = 2;

struct Criterion {
  std::string name, question;
  std::int64_t weight = 1;
};

struct Review {
  std::int64_t score = 0;  // of 100, weighted
  std::string objections;
};

std::string listed(const std::vector<Criterion>& criteria) {
  std::string text;
  for (const Criterion& each : criteria)
    append(text, {"\n- ", each.name, each.question.empty() ? "" : ": ", each.question});
  return text;
}

Form review_of(const std::vector<Criterion>& criteria) {
  Form form{kReview};
  form.check = [&criteria](const Json& value) {
    std::vector<std::string> errors;
    for (const Criterion& each : criteria) {
      const bool rated = std::ranges::any_of(
          field(value, "scores"), [&](const Json& score) { return text_field(score, "criterion") == each.name; });
      if (!rated) errors.push_back(joined({"The criterion \"", each.name, "\" has no score."}));
    }
    return errors;
  };
  return form;
}

Review review_from(const Json& value, const std::vector<Criterion>& criteria) {
  Review review;
  std::int64_t weights = 0;
  for (const Criterion& criterion : criteria) {
    for (const Json& each : field(value, "scores")) {
      if (text_field(each, "criterion") != criterion.name) continue;
      const std::int64_t score = integer_field(each, "score");
      review.score += score * criterion.weight;
      weights += criterion.weight;
      append(review.objections,
             {"\n- ", criterion.name, ", ", decimal(score), " of 100: ", text_field(each, "reason")});
      break;
    }
  }
  if (weights > 0) review.score /= weights;
  return review;
}

/// A draft, and what was said against it.
struct Rated {
  std::string draft, objections;
};

/// What the author is told: the best draft, and the last one, where that was no better.
std::string told(const Context& context, const std::string& task, const std::vector<Criterion>& criteria,
                 const Rated& best, const Rated& last, std::int64_t most) {
  std::string text = joined({brief::kTask, task, brief::kCriteria, listed(criteria)});
  if (best.draft.empty()) return text;
  if (!context.run().header().has(kWary))
    return joined({text, "\n\nThis is the best draft so far:", result_block(context, "draft", best.draft, most),
                   "\n\nThe last one was rated so:", last.objections, "\n\nWrite it anew, whole, and better."});
  const bool another = last.draft != best.draft;
  const std::int64_t each_most = another ? most / 2 : most;
  append(text, {"\n\nThis is the best draft so far:", result_block(context, "draft", best.draft, each_most),
                "\n\nIt was rated so:", best.objections});
  if (another)
    append(text, {"\n\nThis is the last one, which was no better:",
                  result_block(context, "draft", last.draft, each_most), "\n\nIt was rated so:", last.objections});
  return text + "\n\nWrite it anew, whole, and better.";
}

/// Scores are told apart by names.
void make_names_differ(std::vector<Criterion>& criteria) {
  for (std::size_t i = 0; i < criteria.size(); ++i) {
    const std::string name = criteria[i].name;
    const auto taken = [&] {
      return std::ranges::find(criteria.begin(), criteria.begin() + static_cast<std::ptrdiff_t>(i), criteria[i].name,
                               &Criterion::name) != criteria.begin() + static_cast<std::ptrdiff_t>(i);
    };
    for (std::int64_t n = 2; taken(); ++n) criteria[i].name = joined({name, " ", decimal(n)});
  }
}

Task<std::vector<Criterion>> criteria_for(Context context, const Pattern* pattern, std::string task) {
  std::vector<Criterion> criteria;
  for (const std::string& each : pattern->settings.criteria) criteria.push_back({each, {}, 1});
  if (!criteria.empty()) co_return criteria;
  const Result<Typed> reply = co_await settled(
      typed_reply(context, agent_for(context, *pattern, "judge", prompts::kCriteria), task, Form{kCriteria}));
  if (reply && !reply->stop) {
    for (const Json& each : field(reply->value, "criteria")) {
      criteria.push_back({std::string(text_field(each, "name")), std::string(text_field(each, "question")),
                          integer_field(each, "weight", 1)});
    }
  }
  if (criteria.empty()) criteria.push_back({"task", "Is it all that the task asks for, and right?", 1});
  co_return criteria;
}

}  // namespace

Task<Answer> evaluator_optimizer(Context context, const Pattern* pattern, std::string task) {
  const std::vector<Member> workers = pattern->workers();
  const Member author = workers.empty() ? Member() : workers.front();
  const bool wary = context.run().header().has(kWary);
  std::vector<Criterion> criteria = co_await criteria_for(context, pattern, task);
  if (wary) make_names_differ(criteria);
  const Agent evaluator = agent_for(context, *pattern, "evaluator", prompts::kEvaluate);
  const std::int64_t most = pattern->settings.context_chars;
  Answer best;
  std::int64_t best_score = -1;
  Rated best_rated, last;
  int no_better = 0;
  for (std::int64_t round = 0; round < pattern->settings.rounds && no_better < kPatience; ++round) {
    Result<Answer> draft =
        co_await settled(work(context.branch(), &author, told(context, task, criteria, best_rated, last, most)));
    // Without another draft, the best one is still there.
    if (!draft && round == 0) co_await failure(draft.error());
    if (!draft) {
      if (wary)
        best.missing.push_back(
            {author.agent.name, joined({"draft ", decimal(round + 1), " was not written: ", draft.error().whole()})});
      break;
    }
    if (draft->stop) co_return best_score < 0 ? std::move(*draft) : Answer{best.text, draft->stop, best.missing};
    const Result<Typed> reply =
        co_await settled(typed_reply(context, evaluator,
                                     joined({brief::kTask, task, brief::kCriteria, listed(criteria),
                                             result_block(context, "draft", draft->text, most)}),
                                     review_of(criteria)));
    if (!reply || reply->stop) {
      // A draft that nobody rated is better than none, and worse than one that was rated.
      if (best_score < 0) best = std::move(*draft);
      if (reply) best.stop = reply->stop;
      else if (wary)
        best.missing.push_back(
            {evaluator.name, joined({"draft ", decimal(round + 1), " was not rated: ", reply.error().whole()})});
      break;
    }
    const Review review = review_from(reply->value, criteria);
    last = {draft->text, review.objections};
    no_better = review.score > best_score ? 0 : no_better + 1;
    if (review.score >= best_score) {
      best = std::move(*draft);
      best_score = review.score;
      best_rated = last;
      keep_so_far(context, best.text);
    }
    if (review.score >= pattern->settings.good) break;
  }
  co_return best;
}

}  // namespace troupe

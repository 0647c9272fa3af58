// Which model a step is given to, by what the judgement says of the step, what was learned, and how models fare.
#include <algorithm>

#include "agents/judgement.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::int32_t kUnknown = 700;  // what is expected of a model that nobody tried, in thousandths

/// The quality that tasks of each of kTypes need of a model.
constexpr std::size_t kGeneral = 0, kCode = 1, kReasoning = 2, kWriting = 3;
constexpr std::array<std::size_t, kTypes.size()> kKinds = {
    kGeneral,    // information_retrieval
    kWriting,    // content_creation
    kReasoning,  // data_analysis
    kGeneral,    // file_operations
    kGeneral,    // web_automation
    kCode,       // code_development
    kGeneral,    // project_management
    kReasoning,  // research
    kWriting,    // communication
    kReasoning,  // reasoning
    kGeneral,    // unclear
};

std::string list_of(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& each : texts) {
    if (list.size() > 1) list += ',';
    append_quoted(list, each);
  }
  return list += ']';
}

}  // namespace

std::string Judgement::choice_entry(std::string_view text, Need need, const Wish& wish, const Models& models,
                                    Traffic* traffic, const Party* party) {
  const Analysis analysis = analysis_for_run(text);
  const std::string context = context_of(analysis);
  need.kind = kKinds[analysis.type];
  need.complexity = analysis.complexity;
  const bool learns = !experience_.empty() && !experience_.observe_only();
  std::vector<Candidate> candidates;
  for (const std::string& name : wish.among) {
    // A host that goes on with a run need not have all of its models.
    const Result<Model> model = models.find(name);
    if (!model) continue;
    Candidate candidate{name, model->price, traits_from(model->known()), {}};
    if (traffic != nullptr) {
      candidate.standing =
          traffic->standing({joined({"provider ", model->provider->name}), joined({"model ", model->name()}), party});
    }
    if (learns) {
      const Experience::Estimate known = experience_.estimate(context, joined({"model:", name}), kUnknown);
      candidate.learned = known.mean;
      candidate.outcomes = known.outcomes / 1000;
    }
    candidates.push_back(std::move(candidate));
  }
  const Ranking ranking = rank(candidates, need, wish.prefer);
  return ObjectText().raw("models", list_of(ranking.models)).raw("reasons", list_of(ranking.reasons)).finish();
}

}  // namespace troupe

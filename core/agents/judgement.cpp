#include "agents/judgement.hpp"

#include <algorithm>
#include <utility>

#include "agents/agent.hpp"
#include "base/fingerprint.hpp"
#include "base/sort.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

/// Of agents, in thousandths: what is expected of one that did nothing yet, and from when on a router relies on it.
constexpr std::int32_t kUnknown = 500;
constexpr std::int32_t kWellDone = 600;
constexpr std::int64_t kOftenEnough = 2500;

constexpr std::int64_t kMostRecommended = 100;
constexpr std::size_t kServersLookedAt = 8;
/// What a run that came to its end is worth as long as nobody rated it: it may still be wrong. In thousandths.
constexpr Reward kEnded = 800;

constexpr std::size_t kFewTools = 24;

/// The tools of the application are found as one server of this name.
constexpr std::string_view kApplication = "application";

bool more_relevant(const ToolAtHand& a, const ToolAtHand& b) { return a.relevance > b.relevance; }

KnownServer server_from(const Json& json, std::string_view name) {
  KnownServer server;
  server.name = name;
  server.description = text_field(json, "description");
  server.priority = static_cast<std::int32_t>(integer_field(json, "priority"));
  for (const Json& tool : field(json, "tools"))
    server.tools.push_back({std::string(text_field(tool, "name")), std::string(text_field(tool, "description"))});
  return server;
}

Result<Specialisation> specialisation_from(const Json& json) {
  Specialisation made;
  made.name = text_field(json, "name");
  made.instruction = text_field(json, "instruction");
  if (made.name.empty() || made.instruction.empty())
    return failure(Code::kInvalidInput, "A specialisation needs a \"name\" and an \"instruction\".");
  if (!is_agent_name(made.name) || std::ranges::find(kRoles, made.name) != kRoles.end())
    return failure(Code::kInvalidInput,
                   joined({"A specialisation's \"name\" needs 1 to 48 letters, digits, _ or -, and is no role of a "
                           "pattern; this one is \"",
                           utf8_prefix(made.name, 60), "\"."}));
  for (const Json& each : field(json, "types")) {
    const std::string_view type =
        each.is_string() ? std::string_view(each.get_ref<const std::string&>()) : std::string_view();
    const auto found = std::ranges::find(kTypes, type);
    if (found == kTypes.end())
      return failure(Code::kInvalidInput,
                     joined({"There is no type of task \"", type, "\" for the specialisation \"", made.name, "\"."}));
    made.types.push_back(static_cast<std::uint8_t>(found - kTypes.begin()));
  }
  return made;
}

Result<Json> request_of(std::string_view text) {
  std::optional<Json> request = parse_json(text);
  if (!request || !request->is_object()) return failure(Code::kInvalidInput, "The request is not a JSON object.");
  return std::move(*request);
}

std::uint64_t seed_of(std::string_view hexadecimal) {
  std::uint64_t seed = 0;
  for (const char c : hexadecimal.substr(0, 16)) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
    seed = seed << 4 | static_cast<std::uint64_t>(digit);
  }
  return seed;
}

}  // namespace

TaskAnalyzer& Judgement::analyzer() {
  if (!analyzer_) analyzer_.emplace();
  return *analyzer_;
}

ServerIndex& Judgement::index() {
  if (!index_) {
    if (!thesaurus_) thesaurus_.emplace(Thesaurus::shipped());
    index_.emplace(analyzer().tables(), *thesaurus_);
    for (const KnownServer& server : known_) {
      if (!index_->add(server)) break;
    }
  }
  return *index_;
}

Result<> Judgement::configure(const Json& configuration, const Models& models, const std::vector<ToolSpec>& tools) {
  std::vector<KnownServer> known;
  for (const auto& [name, entry] : members(field(configuration, "servers"))) known.push_back(server_from(entry, name));
  if (!tools.empty()) {
    KnownServer application{std::string(kApplication), "", {}, 1};
    for (const ToolSpec& tool : tools) application.tools.push_back({tool.name, tool.description});
    known.push_back(std::move(application));
  }
  for (const Json& entry : field(configuration, "catalog")) {
    const std::string_view name = text_field(entry, "name");
    if (name.empty()) return failure(Code::kInvalidInput, "A server of the catalog has no name.");
    if (known.size() >= TextIndex::kMostDocuments)
      return failure(Code::kInvalidInput, "The catalog has too many servers.");
    known.push_back(server_from(entry, name));
  }
  AgentFactory factory;
  for (const Json& entry : field(configuration, "specialisations")) {
    Result<Specialisation> made = specialisation_from(entry);
    if (!made) return failure(made.error());
    factory.add(std::move(*made));
  }
  const Json& learning = field(configuration, "learning");
  Experience::Options options;
  options.observe_only = flag_field(learning, "observe");
  Result<Experience> experience = Experience::from_json(field(learning, "state"), options);
  if (!experience) return failure(experience.error());
  experience_ = std::move(*experience);
  factory_ = std::move(factory);
  known_ = std::move(known);
  index_.reset();
  run_index_.reset();
  first_tool_ = 0;
  for (const KnownServer& server : known_) {
    if (server.name == kApplication) break;
    first_tool_ += server.tools.size();
  }
  tools_ = tools;
  take(models);
  return {};
}

void Judgement::take(const Models& models) {
  models_.clear();
  for (const Model& model : models.known()) models_.push_back({model.name(), model.price.input, model.price.output});
  // The offline model costs nothing, and is no choice where there is another.
  if (models_.size() > 1) std::erase_if(models_, [](const Situation::Model& each) { return each.name == "offline"; });
}

Result<std::vector<std::int32_t>> Judgement::analyze(std::string_view task) {
  const Result<const Analysis*> analysis = analyzer().analyze(task);
  if (!analysis) return failure(analysis.error());
  return numbers_of(**analysis, task);
}

Situation Judgement::situation(std::string_view task, const Analysis& analysis, const Asked& asked) {
  Situation situation;
  situation.models = models_;
  situation.tokens = asked.tokens;
  situation.nano_usd = asked.nano_usd;
  situation.ms = asked.ms;
  situation.calls = asked.calls;
  if (known_.empty()) return situation;  // without the tables of a search, which take a while to unfold
  for (const Recommendation& each : index().recommend(task, analysis, kServersLookedAt, true))
    situation.servers.push_back({index().name(each.server), each.relevance});
  return situation;
}

Result<Analysis> Judgement::analysis_in(const Json& request) {
  const Json& given = field(request, "analysis");
  const std::string_view task = text_field(request, "task");
  if (given.is_object() && task.empty()) return analysis_from_json(given);
  const Result<const Analysis*> made = analyzer().analyze(task);
  if (!made) return failure(made.error());
  if (!given.is_object()) return **made;
  // The verdicts may be an application's own; what stands where is the text's.
  Result<Analysis> own = analysis_from_json(given);
  if (!own) return failure(own.error());
  own->things = (*made)->things;
  own->clauses = (*made)->clauses;
  return own;
}

Judgement::Asked Judgement::asked_in(const Json& request) {
  const Json& budget = field(request, "budget");
  return {integer_field(budget, "tokens", -1), integer_field(budget, "nano_usd", -1), integer_field(budget, "ms", -1),
          integer_field(budget, "calls", -1),  text_field(request, "model"),          text_field(request, "seed")};
}

Strategy Judgement::decide(std::string_view task, const Analysis& analysis, const Asked& asked) {
  Situation at_hand = situation(task, analysis, asked);
  at_hand.by_rules = asked.model == "offline";
  // A model that was named is the one that will work, whatever is known of it; of a provider alone its first.
  if (!asked.model.empty() && !is_wish(asked.model)) {
    const auto own = std::ranges::find_if(models_, [&](const Situation::Model& each) {
      return each.name == asked.model || each.name.starts_with(joined({asked.model, ":"}));
    });
    at_hand.models = {own != models_.end() ? *own : Situation::Model{std::string(asked.model), 0, 0}};
  }
  return troupe::decide(analysis, at_hand, experience_, seed_of(asked.seed), task.size());
}

Result<std::string> Judgement::decide(std::string_view text) {
  const Result<Json> request = request_of(text);
  if (!request) return failure(request.error());
  const Result<Analysis> analysis = analysis_in(*request);
  if (!analysis) return failure(analysis.error());
  return to_json(decide(text_field(*request, "task"), *analysis, asked_in(*request)));
}

Result<std::string> Judgement::recommend(std::string_view text) {
  const Result<Json> request = request_of(text);
  if (!request) return failure(request.error());
  const std::string_view task = text_field(*request, "task");
  const Json& given = field(*request, "limit");
  const std::int64_t limit = given.is_null() ? 5 : given.is_number_integer() ? integer_field(*request, "limit") : 0;
  if (limit < 1 || limit > kMostRecommended)
    return failure(Code::kInvalidInput, "The \"limit\" must be a whole number from 1 to 100.");
  const Result<const Analysis*> analysis = analyzer().analyze(task);
  if (!analysis) return failure(analysis.error());
  std::string out = "[";
  for (const Recommendation& each :
       index().recommend(task, **analysis, static_cast<std::size_t>(limit), flag_field(*request, "cover", true))) {
    if (out.size() > 1) out += ',';
    std::string because = "[";
    for (const Span& span : each.because) {
      if (because.size() > 1) because += ',';
      append_quoted(because, task.substr(span.begin, span.end - span.begin));
    }
    std::string tools = "[";
    for (const std::string& tool : each.tools) {
      if (tools.size() > 1) tools += ',';
      append_quoted(tools, tool);
    }
    out += ObjectText()
               .raw("because", because + "]")
               .number("relevance", each.relevance)
               .text("server", index().name(each.server))
               .raw("tools", tools + "]")
               .finish();
  }
  return out += ']';
}

std::vector<ToolAtHand> Judgement::tools_for(std::string_view task) {
  std::vector<ToolAtHand> tools;
  if (tools_.empty()) return tools;
  const std::span<const std::uint32_t> scores = index().score_tools(task);
  tools.reserve(tools_.size());
  for (std::size_t i = 0; i < tools_.size(); ++i) tools.push_back({&tools_[i], scores[first_tool_ + i]});
  sort(tools, more_relevant);
  return tools;
}

Result<std::string> Judgement::create_agents(std::string_view text) {
  const Result<Json> request = request_of(text);
  if (!request) return failure(request.error());
  const std::string_view task = text_field(*request, "task");
  const Result<Analysis> analysis = analysis_in(*request);
  if (!analysis) return failure(analysis.error());
  const Strategy strategy = decide(task, *analysis, asked_in(*request));
  return to_json(*factory_.create(task, *analysis, strategy, tools_for(task)));
}

Result<std::string> Judgement::learn(std::string_view text) {
  const Result<Json> request = request_of(text);
  if (!request) return failure(request.error());
  if (flag_field(*request, "forget")) experience_.reset();
  if (request->contains("merge")) {
    const Result<Experience> other = Experience::from_json(field(*request, "merge"), {});
    if (!other) return failure(other.error());
    experience_.merge(*other);
  }
  const std::int64_t reward = integer_field(*request, "reward", -1);
  if (!request->contains("choices")) return dump_json(experience_.to_json());
  if (reward < 0 || reward > 1000) return failure(Code::kInvalidInput, "The \"reward\" must be from 0 to 1000.");
  std::string context(text_field(*request, "context"));
  if (context.empty()) context = context_of(analysis_for_run(text_field(*request, "task")));
  const auto instead = static_cast<Reward>(integer_field(*request, "instead", -1));
  for (const Json& choice : field(*request, "choices")) {
    if (!choice.is_string()) continue;
    const std::string& name = choice.get_ref<const std::string&>();
    if (instead >= 0) experience_.correct(context, name, instead, static_cast<Reward>(reward));
    else experience_.learn(context, name, static_cast<Reward>(reward));
  }
  return dump_json(experience_.to_json());
}

/// What runs take as a task may be longer than what is analysed.
const Analysis& Judgement::analysis_for_run(std::string_view task) {
  static const Analysis unclear;
  const Result<const Analysis*> analysis = analyzer().analyze(utf8_prefix(task, 100'000));
  return analysis ? **analysis : unclear;
}

std::string Judgement::analysis_entry(std::string_view task) {
  const Analysis& analysis = analysis_for_run(task);
  return summary_json(analysis, task, analyzer().tables().stamp());
}

std::string Judgement::strategy_entry(std::string_view task, const Asked& asked) {
  return summary_json(decide(task, analysis_for_run(task), asked));
}

std::string Judgement::route_entry(std::string_view task, const std::vector<std::string>& agents) {
  const Analysis& analysis = analysis_for_run(task);
  ObjectText entry;
  std::string_view best;
  std::int32_t most = kWellDone;
  for (const std::string& agent : agents) {
    const Experience::Estimate known = experience_.estimate(context_of(analysis), joined({"agent:", agent}), kUnknown);
    if (known.outcomes < kOftenEnough || known.mean < most || experience_.observe_only()) continue;
    most = known.mean;
    best = agent;
  }
  if (!best.empty()) entry.text("best", best);
  return entry.number("probability", analysis.probability[kFirstType + analysis.type])
      .text("type", kTypes[analysis.type])
      .finish();
}

ServerIndex& Judgement::index_of(const std::vector<ToolSpec>& tools, std::string_view digest) {
  if (run_index_ && run_tools_ == digest) return *run_index_;
  if (!thesaurus_) thesaurus_.emplace(Thesaurus::shipped());
  run_index_.emplace(analyzer().tables(), *thesaurus_);
  run_tools_ = digest;
  KnownServer all{"run", "", {}, 0};
  for (const ToolSpec& tool : tools) all.tools.push_back({tool.name, tool.description});
  if (const Result<> added = run_index_->add(all); !added) run_index_.emplace(analyzer().tables(), *thesaurus_);
  return *run_index_;
}

std::string Judgement::tools_entry(std::string_view text, const ToolBox& box, const std::vector<std::string>* own,
                                   std::size_t most) {
  std::string names = "[";
  // Its own may come behind any number of others.
  const std::size_t wanted = own == nullptr ? most : box.tools.size();
  for (const std::uint32_t tool : index_of(box.tools, box.digest).search_tools(text, wanted)) {
    const std::string& name = box.tools[tool].name;
    if (most == 0 || (own != nullptr && std::ranges::find(*own, name) == own->end())) continue;
    if (names.size() > 1) names += ',';
    append_quoted(names, name);
    --most;
  }
  return names += ']';
}

std::string Judgement::agents_entry(std::string_view task, const Asked& asked, std::uint8_t pattern,
                                    const ToolBox& box) {
  Analysis analysis = analysis_for_run(task);
  Strategy strategy = decide(task, analysis, asked);
  const auto chosen = std::ranges::find(strategy.options, pattern, &Option::pattern);
  std::rotate(strategy.options.begin(), chosen, chosen + 1);
  const std::span<const std::uint32_t> scores = index_of(box.tools, box.digest).score_tools(task);
  // Few tools are all at hand, even where the task seems to need none; among many it has to be one that it speaks of.
  const bool few = box.tools.size() <= kFewTools;
  analysis.server = analysis.server || few;
  std::vector<ToolAtHand> at_hand;
  for (std::size_t i = 0; i < std::min(scores.size(), box.tools.size()); ++i)
    at_hand.push_back({&box.tools[i], few ? scores[i] + 1 : scores[i]});
  sort(at_hand, more_relevant);
  return to_json(*factory_.create(task, analysis, strategy, at_hand));
}

void Judgement::learn_from(std::string_view task, std::string_view choice, std::string_view stop_reason) {
  if (stop_reason == "cancelled") return;  // a person's whim says nothing of the pattern
  experience_.learn(context_of(analysis_for_run(task)), choice, stop_reason == "done" ? kEnded : 0);
}

}  // namespace troupe

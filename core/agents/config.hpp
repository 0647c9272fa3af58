// What a run is told to do and allowed to do. It stands in the journal's header: replay needs nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "guard/approval.hpp"
#include "guard/budget.hpp"
#include "guard/egress.hpp"
#include "guard/rule_of_two.hpp"
#include "llm/models.hpp"

namespace troupe {

struct Limits {
  std::int64_t turns = 100;            // of one agent
  std::int64_t repeats = 3;            // equal turns in a row
  std::int64_t result_chars = 20'000;  // of a tool's result that a model reads, in bytes
  std::int64_t parallel = 8;           // tool calls at once
  std::int64_t window = 10;            // turns that may bring nothing new
  std::int64_t depth = 4;              // of patterns in patterns
};

/// When a person is asked before a plan is carried out.
struct Confirm {
  bool always = false;
  NanoUsd nano_usd = -1;           // estimated cost from which on; negative: never for its cost
  std::vector<std::string> risks;  // of kRisks

  bool asks() const { return always || nano_usd >= 0 || !risks.empty(); }
};

struct RunConfig {
  std::string model;  // "provider:model", or a wish: is_wish()
  Price price;
  std::vector<std::string> fallback;  // models that are asked when that one cannot answer, in this order
  Json prices;                        // of other models than `model`, by name
  Json windows;                       // tokens that models take, by name, where it is known
  Json replies;                       // tokens that models may write at most, where the configuration says it
  bool hedge = false;                 // who does not begin to answer in time is not waited for alone
  std::string instruction;
  std::vector<std::string> servers;
  std::vector<std::string> tools;  // names that the run may use; empty: all
  std::string pattern;             // of kPatterns, or "auto": as the strategy says
  Json agents, settings;           // of the pattern: see pattern_from_json()
  Json prompts;                    // texts of the application, by the prompt's name
  std::string schema;              // JSON Schema of an object that the answer has to fit; empty: any text
  Budget budget;
  Limits limits;
  ApprovalPolicy approvals;
  RuleOfTwo rule_of_two;  // as it is at the start
  Egress egress;
  Confirm confirm;
  std::string tenant;         // whose run it is
  std::int64_t priority = 1;  // among the runs of that tenant
};

/// A model's price as the configuration says it.
Price price_of(const RunConfig& config, std::string_view model);

/// The form of a header's "config". Fails with kInvalidInput.
Result<RunConfig> config_from_json(const Json& json);

/// What a fork changes from its point on: model, budget, limits, approvals.
Result<> apply_changes(RunConfig& config, const Json& changes);

/// A run's options as the host gives them, completed by what the configuration says: the header's "config". Fails with
/// kInvalidInput or kNotFound and the option that is wrong.
Result<Json> complete_options(const Json& options, const Models& models, const std::vector<std::string>& servers);

/// A fork's changes, checked as options are, and completed by the price of a new model. May hold the "result" of a
/// step.
Result<Json> complete_changes(const Json& changes, const Models& models);

/// The model that a config's "model" means, and its price; or the wish, and the prices of all that it may come to.
Result<> put_model(Json& config, const Models& models);

}  // namespace troupe

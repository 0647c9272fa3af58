// A plan: tasks for agents, and which needs the results of which.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace troupe {

struct PlannedTask {
  std::string id;
  std::string agent;
  std::string task;
  std::vector<std::string> needs;  // ids
  std::string server;              // whose tools it takes; empty: it is not said
};

/// The form of a plan, as JSON Schema.
extern const std::string_view kPlanSchema, kPlanSchemaWithServers;

/// Of a JSON that fits the schema.
std::vector<PlannedTask> plan_from(const Json& json, bool with_servers);

/// All that is wrong with a plan, each as a sentence: two tasks with one id, ids that are done already, agents that
/// or servers there are not, results that nobody gives, tasks that wait for themselves.
std::vector<std::string> errors_in(const std::vector<PlannedTask>& plan, const std::vector<std::string>& agents,
                                   const std::vector<std::string>& done, const std::vector<std::string>& servers);

}  // namespace troupe

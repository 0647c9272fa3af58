#include "patterns/plan.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace troupe {

const std::string_view kPlanSchema =
    R"({"title":"Plan","type":"object","properties":{"tasks":{"type":"array","minItems":1,"maxItems":200,"items":)"
    R"({"type":"object","properties":{"id":{"type":"string","minLength":1,"maxLength":60},"agent":{"type":"string"},)"
    R"("task":{"type":"string","minLength":1},"needs":{"type":"array","items":{"type":"string"},)"
    R"("description":"ids of tasks whose results it needs"}},"required":["id","agent","task"]}}},"required":["tasks"]})";

const std::string_view kPlanSchemaWithServers =
    R"({"title":"Plan","type":"object","properties":{"tasks":{"type":"array","minItems":1,"maxItems":200,"items":)"
    R"({"type":"object","properties":{"id":{"type":"string","minLength":1,"maxLength":60},"agent":{"type":"string"},)"
    R"("task":{"type":"string","minLength":1},"needs":{"type":"array","items":{"type":"string"},)"
    R"("description":"ids of tasks whose results it needs"},"server":{"type":"string","description":)"
    R"("whose tools it takes, if it takes those of one"}},"required":["id","agent","task"]}}},"required":["tasks"]})";

std::vector<PlannedTask> plan_from(const Json& json, bool with_servers) {
  std::vector<PlannedTask> plan;
  for (const Json& each : field(json, "tasks")) {
    PlannedTask& task = plan.emplace_back();
    task.id = text_field(each, "id");
    task.agent = text_field(each, "agent");
    task.task = text_field(each, "task");
    if (with_servers) task.server = text_field(each, "server");
    for (const Json& need : field(each, "needs")) task.needs.push_back(need.get<std::string>());
  }
  return plan;
}

namespace {

/// The tasks that wait for one another in a circle, directly or not.
std::vector<std::string> in_circles(const std::vector<PlannedTask>& plan) {
  std::vector<bool> free(plan.size(), false);
  const auto waits = [&](const std::string& need) {
    for (std::size_t i = 0; i < plan.size(); ++i) {
      if (!free[i] && plan[i].id == need) return true;
    }
    return false;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      if (free[i] || std::ranges::any_of(plan[i].needs, waits)) continue;
      free[i] = changed = true;
    }
  }
  std::vector<std::string> left;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (!free[i]) left.push_back(plan[i].id);
  }
  return left;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& each : names) append(text, {text.empty() ? "\"" : ", \"", each, "\""});
  return text;
}

}  // namespace

std::vector<std::string> errors_in(const std::vector<PlannedTask>& plan, const std::vector<std::string>& agents,
                                   const std::vector<std::string>& done, const std::vector<std::string>& servers) {
  std::vector<std::string> errors;
  const auto is_among = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  for (auto task = plan.begin(); task != plan.end(); ++task) {
    const auto same = [&](const PlannedTask& each) { return each.id == task->id; };
    if (std::any_of(plan.begin(), task, same)) errors.push_back(joined({"Two tasks have the id \"", task->id, "\"."}));
    if (is_among(done, task->id))
      errors.push_back(joined({"The task \"", task->id, "\" is done already; use its result, or take another id."}));
    if (!is_among(agents, task->agent))
      errors.push_back(joined({"The task \"", task->id, "\" is for the agent \"", task->agent,
                               "\", which there is not. There are: ", listed(agents), "."}));
    if (!task->server.empty() && !is_among(servers, task->server))
      errors.push_back(
          joined({"The task \"", task->id, "\" takes the server \"", task->server, "\", which there is not. ",
                  servers.empty() ? "There are none" : "There are: ", listed(servers), "."}));
    for (const std::string& need : task->needs) {
      const bool planned = std::ranges::find(plan, need, &PlannedTask::id) != plan.end();
      if (planned || is_among(done, need)) continue;
      errors.push_back(joined({"The task \"", task->id, "\" needs \"", need, "\", which is no task of the plan."}));
    }
  }
  if (const std::vector<std::string> circle = in_circles(plan); !circle.empty())
    errors.push_back(joined({"These tasks wait for one another in a circle: ", listed(circle), "."}));
  return errors;
}

}  // namespace troupe

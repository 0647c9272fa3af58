// What tests of patterns have in common: models that see who asks them for what, and runs to their ends.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "doctest/doctest.h"
#include "test_host.hpp"

namespace troupe::test {

inline std::string system_of(const Json& request) {
  return std::string(text_field(request["messages"].front(), "content"));
}

inline std::string last_of(const Json& request) {
  return std::string(text_field(request["messages"].back(), "content"));
}

/// What the user said first: the task as the agent was told.
inline std::string told(const Json& request) {
  for (const Json& message : request["messages"]) {
    if (text_field(message, "role") == "user") return std::string(text_field(message, "content"));
  }
  return {};
}

/// The title of the form that the request asks for; empty for a text.
inline std::string form_of(const Json& request) {
  const std::string text = told(request);
  const std::size_t at = text.find("{\"title\":\"");
  return at == std::string::npos ? std::string() : text.substr(at + 10, text.find('"', at + 10) - at - 10);
}

inline std::string part_in(const Json& request) {
  const std::string text = told(request);
  const std::size_t at = text.find("Your part of it:\n");
  if (at == std::string::npos) return {};
  const std::string part = text.substr(at + 17);
  return part.substr(0, part.find("\n\n<result"));
}

inline Json agents(std::initializer_list<Json> list) { return Json(std::vector<Json>(list)); }

inline Json worker(const std::string& name, const std::string& part = {}) {
  Json agent{{"name", name}, {"instruction", "You are " + name + "."}};
  if (!part.empty()) agent["part"] = part;
  return agent;
}

using Model = std::function<std::string(const Json& request)>;

inline std::string answer_of(const TestHost& host) { return std::string(text_field(host.outcome, "answer")); }
inline std::string reason_of(const TestHost& host) { return std::string(text_field(host.outcome["stop"], "reason")); }

inline void set_up(TestHost& host, const Model& model) {
  host.model = model;
  host.declare("look", {{"read_only", true}}, [](const Json&) { return Json("seen"); });
  host.configure();
}

/// Runs to the end, waiting as long as it takes.
inline void finish(TestHost& host) {
  host.go();
  for (int i = 0; i < 50 && host.end_kind.empty() && host.wait(); ++i) {}
}

inline Json outcome_of(const Model& model, const Json& options, const std::string& task = "Do all of it.") {
  World world;
  TestHost host(world);
  set_up(host, model);
  host.start("r", task, options);
  finish(host);
  INFO(dump_json(host.failure));
  REQUIRE(host.end_kind == "run.ended");
  return host.outcome;
}

inline std::string echo_part(const Json& request) {
  if (contains(system_of(request), "put the results of several agents together")) return says("All: " + told(request));
  return says("did " + part_in(request));
}

inline Json plan(std::initializer_list<Json> tasks) { return Json{{"tasks", Json(std::vector<Json>(tasks))}}; }

inline Json planned(const std::string& id, const std::string& agent, const std::vector<std::string>& needs = {}) {
  return Json{{"id", id}, {"agent", agent}, {"task", "task " + id}, {"needs", needs}};
}

inline Json orchestrated() {
  return Json{{"pattern", "orchestrator"}, {"agents", agents({worker("reader"), worker("writer")})}};
}

inline std::string hand_over(const std::string& to, const std::string& context) {
  return calls({{"hand_over_to_" + to, {{"context", context}}}});
}

}  // namespace troupe::test

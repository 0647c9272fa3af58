// Answers in a form: what a run's schema makes of its answer, and what vendors are asked for that see to it themselves.
#include "base/text.hpp"
#include "doctest/doctest.h"
#include "llm/reply_schema.hpp"
#include "test_host.hpp"

namespace troupe::test {
namespace {

const Json kSchema = {
    {"type", "object"},
    {"properties", {{"city", {{"type", "string"}, {"minLength", 1}}}, {"people", {{"type", "integer"}}}}},
    {"required", {"city"}}};

constexpr std::string_view kOwn =
    R"({"additionalProperties":false,"properties":{"city":{"type":"string"},"people":{"type":"integer"}},)"
    R"("required":["city","people"],"type":"object"})";

/// A run of the pattern with the schema and a model that gives these replies; its requests.
struct Asked {
  explicit Asked(std::vector<std::string> replies, std::string pattern = "direct", Json provider = Json::object())
      : host(world) {
    provider["type"] = "openai";
    provider["url"] = "https://models.example/v1";
    provider["model"] = "m";
    Json configuration;
    configuration["providers"]["script"] = std::move(provider);
    host.configure(std::move(configuration));
    host.model = [this, replies = std::move(replies)](const Json& request) {
      requests.push_back(request);
      return says(replies.at(std::min(requests.size(), replies.size()) - 1));
    };
    Json options = {{"pattern", std::move(pattern)}, {"schema", kSchema}};
    if (options["pattern"] == "chain")
      options["agents"] = {{{"name", "a"}, {"instruction", "Do."}}, {{"name", "b"}, {"instruction", "Do."}}};
    host.start("r", "Which city is the largest?", options);
    host.go();
  }

  std::string last_words() const { return std::string(text_field(requests.back()["messages"].back(), "content")); }

  World world;
  TestHost host;
  std::vector<Json> requests;
};

}  // namespace

TEST_CASE("an answer that has the form of the run's schema is the value") {
  const Asked asked({R"(Here it is: {"city":"Tokyo","people":37})"});
  CHECK(asked.host.outcome["value"] == Json({{"city", "Tokyo"}, {"people", 37}}));
  CHECK(asked.requests.size() == 1);
  CHECK(contains(asked.last_words(), R"("required":["city"])"));
  CHECK_FALSE(asked.requests.front().contains("response_format"));
}

TEST_CASE("an answer without the form is put into it, what is wrong is given back, and a replay has the same value") {
  const Asked asked({"It is Tokyo.", R"({"people":"many"})", R"({"city":"Tokyo"})"});
  CHECK(asked.requests.size() == 3);
  CHECK(contains(asked.last_words(), "city"));
  CHECK(contains(asked.last_words(), "people"));
  CHECK(asked.host.outcome["value"] == Json({{"city", "Tokyo"}}));
  CHECK(text_field(asked.host.outcome, "answer") == "It is Tokyo.");
  World other;
  TestHost second(other);
  second.configure();
  second.take_up("run.replay", asked.host.journal("r"));
  second.go();
  CHECK(second.outcome["value"] == Json({{"city", "Tokyo"}}));
}

TEST_CASE("agents that work together answer in words, and the form is filled in at the end") {
  const Asked asked({"one", "two", R"({"city":"Tokyo"})"}, "chain");
  CHECK(text_field(asked.host.outcome, "answer") == "two");
  CHECK(asked.host.outcome["value"] == Json({{"city", "Tokyo"}}));
  CHECK_FALSE(contains(dump_json(asked.requests.front()), "JSON Schema"));
  CHECK(contains(dump_json(asked.requests.back()), "JSON Schema"));
}

TEST_CASE("a model that never finds the form ends the run with the sentence that says so") {
  const Asked asked({"I only speak prose."});
  CHECK(asked.host.end_kind == "run.ended");
  CHECK(contains(text_field(asked.host.outcome["stop"], "sentence"), "gave no usable object in 3 tries"));
  CHECK(text_field(asked.host.outcome, "answer") == "I only speak prose.");
  CHECK_FALSE(asked.host.outcome.contains("value"));
}

TEST_CASE("a schema that is none of an object is refused before the run begins") {
  World world;
  TestHost host(world);
  host.configure();
  host.start("r", "t", {{"schema", {{"type", "string"}}}});
  host.go();
  CHECK(text_field(host.failure, "sentence") == "The option \"schema\" must be a JSON Schema of an object.");
}

TEST_CASE("a model that is known to hold replies to a schema is asked to, in the words that all vendors have") {
  const Asked asked({"It is Tokyo.", R"({"city":"Tokyo","people":37})"}, "direct",
                    {{"models", {{"m", {{"structured", true}}}}}});
  CHECK_FALSE(asked.requests.front().contains("response_format"));  // it may call tools first
  const Json form = {{"type", "json_schema"},
                     {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", *parse_json(kOwn)}}}};
  CHECK(asked.requests.back()["response_format"] == form);
}

TEST_CASE("a schema in the vendors' words has every property and no others, and limits are left to us") {
  CHECK(reply_schema(dump_json(kSchema)) == kOwn);
  CHECK(reply_schema(R"({"type":"object","title":"T","properties":{"all":{"type":"array","minItems":1,"items":)"
                     R"({"type":"string","enum":["a","b"],"description":"which"}}}})") ==
        R"({"additionalProperties":false,"properties":{"all":{"items":{"description":"which","enum":["a","b"],)"
        R"("type":"string"},"type":"array"}},"required":["all"],"type":"object"})");
}

TEST_CASE("a schema that cannot be said in the vendors' words is asked for in ours alone") {
  for (const char* schema :
       {"", "[]", R"({"type":"object"})", R"({"type":"array","items":{"type":"string"}})",
        R"({"type":"object","properties":{"a":{"$ref":"#/$defs/a"}}})", R"({"type":"object","properties":{"a":{}}})",
        R"({"type":"object","properties":{"a":{"type":["string","null"]}}})",
        R"({"type":"object","properties":{"a":{"type":"array"}}})"})
    CHECK(reply_schema(schema) == "");
}

}  // namespace troupe::test

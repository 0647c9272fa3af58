// A modern server of MCP that asks twice before its tool's result: a form for a person, then a reply of the model.
#pragma once

#include <string>
#include <string_view>

#include "base/text.hpp"
#include "test_host.hpp"

namespace troupe::test {

inline Json asking_configuration() {
  Json configuration;
  configuration["servers"]["desk"] = {{"type", "http"}, {"url", "https://desk.example/mcp"}, {"era", "modern"}};
  return configuration;
}

/// The person first forgets the name; the model writes the rhyme that the server wants, and repeats the tool's result.
inline void set_up_asking(TestHost& host) {
  const auto form = [] {
    return *parse_json(R"({"method":"elicitation/create","params":{"message":"Who registers?","requestedSchema":
      {"type":"object","required":["name"],"properties":{"name":{"type":"string"},"age":{"type":"integer","default":36}}}}})");
  };
  const auto sampling = [](const std::string& name) {
    return Json{
        {"method", "sampling/createMessage"},
        {"params",
         {{"systemPrompt", "You rhyme."},
          {"maxTokens", 100},
          {"messages", {{{"role", "user"}, {"content", {{"type", "text"}, {"text", "A rhyme for " + name + "."}}}}}}}}};
  };
  const auto called = [=](const Json& params) {
    const Json& responses = field(params, "inputResponses");
    const std::string state(text_field(params, "requestState"));
    Json result{{"resultType", "input_required"}};
    if (!responses.is_object()) {
      result["inputRequests"]["who"] = form();
      result["requestState"] = "first";
    } else if (state == "first") {
      const Json& content = field(field(responses, "who"), "content");
      const std::string name(text_field(content, "name"));
      result["inputRequests"]["rhyme"] = sampling(name);
      result["requestState"] = name + ", aged " + decimal(integer_field(content, "age"));
    } else {
      const Json& said = field(field(responses, "rhyme"), "content");
      result["resultType"] = "complete";
      result["content"] = {{{"type", "text"}, {"text", state + ", says: " + std::string(text_field(said, "text"))}}};
    }
    return result;
  };
  host.http = [&host, called](Host::Id id, const Json& head, std::string_view body) {
    const Json request = *parse_json(body);
    std::string answer;
    if (text_field(head, "url").starts_with("call:")) {
      const Json& last = request["messages"].back();
      if (contains(text_field(last, "content"), "A rhyme for")) answer = says("a rhyme");
      else if (text_field(last, "role") == "tool") answer = says(std::string(text_field(last, "content")));
      else answer = calls({{"register", Json::object()}});
    } else {
      Json result{{"resultType", "complete"}};
      if (text_field(request, "method") == "tools/list")
        result["tools"] = {{{"name", "register"}, {"inputSchema", {{"type", "object"}}}}};
      else result = called(request["params"]);
      answer = dump_json({{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}});
    }
    host.send(Head("http.reply")
                  .number("id", id)
                  .number("status", 200)
                  .json("headers", {{"content-type", "application/json"}}),
              answer);
  };
  host.person = [](const Question& question) {
    const std::string_view subject = text_field(question.json, "subject");
    if (subject == "in_doubt") return Json{{"choice", "retry"}};
    if (subject == "approval") return Json{{"approve", true}, {"hash", question.json["hash"]}};
    if (subject == "sampling") return Json{{"approve", true}};
    if (!question.json.contains("errors")) return Json{{"action", "accept"}, {"content", Json::object()}};
    return Json{{"action", "accept"}, {"content", {{"name", "Ada"}}}};
  };
}

}  // namespace troupe::test

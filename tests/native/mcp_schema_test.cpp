#include <doctest/doctest.h>

#include "mcp/schema.hpp"

using namespace troupe;

namespace {

std::string errors(std::string_view schema, std::string_view value) {
  const std::optional<Json> parsed_schema = parse_json(schema);
  const std::optional<Json> parsed_value = parse_json(value);
  REQUIRE(parsed_schema);
  REQUIRE(parsed_value);
  std::string text;
  for (const std::string& sentence : schema_errors(*parsed_schema, *parsed_value)) {
    text += (text.empty() ? "" : "\n") + sentence;
  }
  return text;
}

}  // namespace

TEST_CASE("arguments that fit their schema have no errors") {
  CHECK(errors(R"({"type":"object","properties":{"path":{"type":"string"},"n":{"type":["integer","null"]}},
                   "required":["path"]})",
               R"({"path":"a","n":null,"other":1})")
            .empty());
  CHECK(errors("{}", "17").empty());
  CHECK(errors("true", "17").empty());
  CHECK(errors("null", "17").empty());
  CHECK(errors("[]", "17").empty());
  CHECK(errors(R"({"type":"integer"})", "3.0").empty());
  CHECK(errors(R"({"type":"number"})", "3").empty());
}

TEST_CASE("a wrong type is said with the place, what is wanted and what is there") {
  CHECK(errors(R"({"properties":{"path":{"type":"string"}}})", R"({"path":3})") ==
        "/path must be a string, not a number");
  CHECK(errors(R"({"type":"object"})", "[]") == "The value must be an object, not an array");
  CHECK(errors(R"({"type":["string","null"]})", "true") == "The value must be a string or null, not a boolean");
  CHECK(errors(R"({"type":"integer"})", "1.5") == "The value must be an integer, not 1.5");
  CHECK(errors(R"({"properties":{"a/b~c":{"type":"array"}}})", R"({"a/b~c":null})") ==
        "/a~1b~0c must be an array, not null");
}

TEST_CASE("missing and unknown fields are named, with what was probably meant") {
  CHECK(errors(R"({"required":["path","mode"]})", R"({"mode":1})") == "/path is missing");
  CHECK(errors(R"({"properties":{"path":{}},"additionalProperties":false})", R"({"pth":1})") ==
        "/pth is not known; did you mean \"path\"?");
  CHECK(errors(R"({"properties":{"path":{},"mode":{}},"additionalProperties":false})", R"({"whatever":1})") ==
        "/whatever is not known; known are \"mode\" and \"path\"");
  CHECK(errors(R"({"additionalProperties":{"type":"string"}})", R"({"a":1})") == "/a must be a string, not a number");
  CHECK(errors(R"({"patternProperties":{"^x":{}},"additionalProperties":false})", R"({"x1":1})").empty());
}

TEST_CASE("bounds of numbers, texts, lists and objects are checked") {
  CHECK(errors(R"({"minimum":1})", "0") == "The value must be at least 1, not 0");
  CHECK(errors(R"({"maximum":1.5})", "2") == "The value must be at most 1.5, not 2");
  CHECK(errors(R"({"exclusiveMinimum":0})", "0") == "The value must be more than 0, not 0");
  CHECK(errors(R"({"minimum":0,"exclusiveMinimum":true})", "0") == "The value must be more than 0, not 0");
  CHECK(errors(R"({"exclusiveMaximum":10})", "10") == "The value must be less than 10, not 10");
  CHECK(errors(R"({"multipleOf":5})", "12") == "The value must be a multiple of 5, not 12");
  CHECK(errors(R"({"multipleOf":5})", "-10").empty());
  CHECK(errors(R"({"multipleOf":0})", "12").empty());
  CHECK(errors(R"({"minLength":2})", R"("ä")") == "The value must have at least 2 characters, not 1");
  CHECK(errors(R"({"maxLength":1})", R"("ä")").empty());
  CHECK(errors(R"({"minItems":1})", "[]") == "The value must have at least 1 item, not 0");
  CHECK(errors(R"({"maxProperties":0})", R"({"a":1})") == "The value must have at most 0 fields, not 1");
}

TEST_CASE("lists are checked item by item, fixed places first") {
  CHECK(errors(R"({"items":{"type":"string"}})", R"(["a",1])") == "/1 must be a string, not a number");
  CHECK(errors(R"({"prefixItems":[{"type":"string"}],"items":false})", R"(["a",1])") == "/1 is not allowed");
  CHECK(errors(R"({"items":[{"type":"string"}],"additionalItems":{"type":"number"}})", R"([1,"a"])") ==
        "/0 must be a string, not a number\n/1 must be a number, not a string");
}

TEST_CASE("choices say what may be chosen") {
  CHECK(errors(R"({"enum":["a","b",null]})", R"("c")") == R"(The value must be "a", "b" or null, not "c")");
  CHECK(errors(R"({"const":1})", "2") == "The value must be 1");
  CHECK(errors(R"({"enum":[1]})", "1.0").empty());
}

TEST_CASE("alternatives are tried, and the reasons of all are told when none fits") {
  const char* either = R"({"properties":{"x":{"anyOf":[{"type":"string"},{"type":"null"}]}}})";
  CHECK(errors(either, R"({"x":null})").empty());
  CHECK(errors(either, R"({"x":1})") == "/x must be a string, not a number or /x must be null, not a number");
  CHECK(errors(R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", "3") ==
        "The value fits 2 of the alternatives of which it may fit only one");
  CHECK(errors(R"({"allOf":[{"minimum":2},{"maximum":3}]})", "5") == "The value must be at most 3, not 5");
  CHECK(errors(R"({"not":{"type":"string"}})", R"("a")") == R"(The value must not fit {"type":"string"})");
  CHECK(errors(R"({"not":{"type":"string"}})", "1").empty());
}

TEST_CASE("references within the schema are followed, others are never fetched") {
  CHECK(errors(R"({"$defs":{"p":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/p"}}})", R"({"a":1})") ==
        "/a must be a string, not a number");
  CHECK(errors(R"({"$ref":"https://example.com/schema.json"})", "1").empty());
  CHECK(errors(R"({"$ref":"#/nowhere"})", "1").empty());
  CHECK(errors(R"({"definitions":{"a/b":{"type":"null"}},"$ref":"#/definitions/a~1b"})", "1") ==
        "The value must be null, not a number");
}

TEST_CASE("a schema that refers to itself without end is left, not followed for ever") {
  CHECK(errors(R"({"$ref":"#"})", "1").empty());
  CHECK(errors(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})", "1").empty());
  CHECK(errors(R"({"not":{"$ref":"#"}})", "1").empty());
  CHECK(errors(R"({"properties":{"next":{"$ref":"#"}},"required":["v"]})", R"({"v":1,"next":{"next":{"v":1}}})") ==
        "/next/v is missing");
}

TEST_CASE("a value that is wrong everywhere has a bounded number of errors") {
  std::string list = "[0";
  for (int i = 0; i < 1000; ++i) list += ",0";
  const std::optional<Json> value = parse_json(list + "]");
  CHECK(schema_errors(Json{{"items", {{"type", "string"}}}}, *value).size() == kMaxSchemaErrors);
}

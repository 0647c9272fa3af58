#include <doctest/doctest.h>

#include "mcp/schema.hpp"
#include "mcp/schema_check.hpp"
#include "mcp/schema_fit.hpp"

using namespace troupe;

namespace {

std::string errors(std::string_view schema, std::string_view value, bool whole = true) {
  const std::optional<Json> parsed_schema = parse_json(schema);
  const std::optional<Json> parsed_value = parse_json(value);
  REQUIRE(parsed_schema);
  REQUIRE(parsed_value);
  SchemaCheck looked(*parsed_schema, whole);
  looked.check(*parsed_schema, *parsed_value, {}, 0);
  CHECK_MESSAGE((looked.errors.empty() || !plainly_fits(*parsed_schema, *parsed_value)), schema, value);
  std::string text;
  for (const std::string& sentence : schema_errors(*parsed_schema, *parsed_value, whole)) {
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

TEST_CASE("what is common fits at first sight, and what is not is looked at") {
  const auto at_sight = [](std::string_view schema, std::string_view value) {
    CHECK(errors(schema, value).empty());
    return plainly_fits(*parse_json(schema), *parse_json(value));
  };
  constexpr std::string_view kCommon = R"({"$schema":"s","type":"object","title":"t","properties":{
    "path":{"type":"string","description":"d","default":"x"},"mode":{"enum":["r","w"]},
    "lines":{"type":"array","items":{"type":"integer"}},"at":{"type":"object","properties":{"x":{"type":"number"}},
    "required":["x"]}},"required":["path"],"additionalProperties":false})";
  CHECK(at_sight(kCommon, R"({"path":"a","mode":"w","lines":[1,2.0],"at":{"x":1.5,"y":null}})"));
  CHECK(at_sight(kCommon, R"({"path":""})"));
  CHECK(at_sight(R"({"required":["path"]})", "17"));
  CHECK(at_sight(R"({"type":"hologram"})", "17"));
  CHECK(!at_sight(R"({"type":["string","null"]})", "null"));
  CHECK(!at_sight(R"({"type":"string","minLength":1})", R"("a")"));
  CHECK(!at_sight(R"({"properties":{"path":true}})", R"({"path":1})"));
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
  CHECK(errors(R"({"multipleOf":5})", "7.5") == "The value must be a multiple of 5, not 7.5");
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

TEST_CASE("multiples are those of the numbers as they are written, not of the nearest doubles") {
  CHECK(errors(R"({"multipleOf":0.1})", "0.3").empty());
  CHECK(errors(R"({"multipleOf":0.01})", "19.99").empty());
  CHECK(errors(R"({"multipleOf":0.01})", "-1234567.89").empty());
  CHECK(errors(R"({"multipleOf":0.01})", "19.995") == "The value must be a multiple of 0.01, not 19.995");
  CHECK(errors(R"({"multipleOf":1.5})", "4.5").empty());
  CHECK(errors(R"({"multipleOf":1.5})", "35") == "The value must be a multiple of 1.5, not 35");
  CHECK(errors(R"({"multipleOf":0.0001})", "0.0075").empty());
  CHECK(errors(R"({"multipleOf":1e-8})", "12391239123").empty());
  CHECK(errors(R"({"multipleOf":0.5})", "1e308").empty());
  CHECK(errors(R"({"multipleOf":0.123456789})", "1e308") == "The value must be a multiple of 0.123456789, not 1e+308");
  CHECK(errors(R"({"multipleOf":1e300})", "1e-300") == "The value must be a multiple of 1e+300, not 1e-300");
  CHECK(errors(R"({"multipleOf":1e300})", "0").empty());
  CHECK(errors(R"({"multipleOf":10})", "18446744073709551610").empty());
  CHECK(errors(R"({"multipleOf":7})", "-9223372036854775808") ==
        "The value must be a multiple of 7, not -9223372036854775808");
  CHECK(errors(R"({"multipleOf":0.3333333333333333})", "1").empty());  // of that many digits nothing is known
  CHECK(errors(R"({"multipleOf":-2})", "3").empty());
}

TEST_CASE("a text that does not match its pattern is told the pattern") {
  const char* zip = R"({"properties":{"zip":{"type":"string","pattern":"^[0-9]{5}$"}}})";
  CHECK(errors(zip, R"({"zip":"12345"})").empty());
  CHECK(errors(zip, R"({"zip":"12a"})") == R"(/zip must match the pattern ^[0-9]{5}$, not "12a")");
  CHECK(errors(R"({"pattern":"b"})", R"("abc")").empty());
  CHECK(errors(R"({"pattern":"b"})", "1").empty());
  CHECK(errors(R"({"pattern":""})", R"("abc")").empty());
  CHECK(errors(R"({"pattern":1})", R"("abc")").empty());
  CHECK(errors(R"({"pattern":"^é{2}$"})", R"("éé")").empty());
  const std::string many(300, 'a');
  CHECK(errors("{\"pattern\":\"" + many + "\"}", R"("b")") ==
        "The value must match the pattern " + many.substr(0, 200) + "…, not \"b\"");
}

TEST_CASE("a pattern that is not understood is accepted, also in what must not fit") {
  CHECK(errors(R"({"pattern":"^(?!x)y"})", R"("x")").empty());
  CHECK(errors(R"({"pattern":"("})", R"("x")").empty());
  CHECK(errors(R"({"not":{"pattern":"(?=x).","type":"string"}})", R"("x")").empty());
  CHECK(errors(R"({"not":{"pattern":"(?=x).","type":"string"}})", "1").empty());
  CHECK(errors(R"({"not":{"not":{"pattern":"(?=x)."}}})", R"("x")").empty());
  CHECK(errors(R"({"oneOf":[{"pattern":"(?=x)."},{"type":"string"}]})", R"("x")").empty());
  CHECK(errors(R"({"oneOf":[{"pattern":"(?=x)."},{"type":"number"}]})", R"("x")").empty());
  CHECK(errors(R"({"if":{"pattern":"(?=x)."},"then":false,"else":false})", R"("x")").empty());
  CHECK(errors(R"({"contains":{"pattern":"(?=x)."},"maxContains":0})", R"(["x"])").empty());
  CHECK(errors(R"({"patternProperties":{"(?=x).":{}},"additionalProperties":false})", R"({"y":1})").empty());
  CHECK(errors(R"({"patternProperties":{"(?=x).":{}},"unevaluatedProperties":false})", R"({"y":1})").empty());
  CHECK(errors(R"({"pattern":"(?=x).","maxLength":1})", R"("xx")") == "The value must have at most 1 character, not 2");
}

TEST_CASE("hostile patterns are answered at once, all of them together") {
  const std::string text = '"' + std::string(100'000, 'a') + '"';
  CHECK(errors(R"({"pattern":"(a*)*b"})", text).starts_with("The value must match the pattern (a*)*b, not \"aaa"));
  CHECK(errors(R"({"pattern":"^(a|aa)+$"})", text).empty());
  CHECK(errors(R"({"pattern":"(a{1,1000}){1,1000}"})", text).empty());
  std::string list = "[0";
  for (int i = 0; i < 20'000; ++i) list += R"(,"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")";
  CHECK(errors(R"({"items":{"pattern":"(x{1,30}){1,30}y|x$"}})", list + "]").empty());
  std::string object = "{\"0\":0";
  for (int i = 1; i < 20'000; ++i) object += ",\"" + std::to_string(i) + "\":0";
  CHECK(errors(R"({"patternProperties":{"(x{1,30}){1,30}y":{},"[0-9]{1,1000}":{}}})", object + "}").empty());
}

TEST_CASE("fields whose names match a pattern have its schema, and all others the rest") {
  const char* headers = R"({"properties":{"id":{}},"patternProperties":{"^x-":{"type":"string"}},
                            "additionalProperties":false})";
  CHECK(errors(headers, R"({"id":1,"x-a":"b"})").empty());
  CHECK(errors(headers, R"({"x-a":1})") == "/x-a must be a string, not a number");
  CHECK(errors(headers, R"({"whatever":1})") == "/whatever is not known; known are \"id\" and what matches ^x-");
  CHECK(errors(R"({"patternProperties":{"a":{"minimum":2},"b":{"maximum":0}}})", R"({"ab":1})") ==
        "/ab must be at least 2, not 1\n/ab must be at most 0, not 1");
  CHECK(errors(R"({"patternProperties":{"^x-":{}},"additionalProperties":{"type":"string"}})", R"({"x-":1,"a":1})") ==
        "/a must be a string, not a number");
}

TEST_CASE("names of fields have a schema of their own") {
  const char* names = R"({"propertyNames":{"pattern":"^[a-z]+$","maxLength":3}})";
  CHECK(errors(names, R"({"abc":1})").empty());
  CHECK(errors(names, R"({"a/B":1})") == "The name of /a~1B must match the pattern ^[a-z]+$, not \"a/B\"");
  CHECK(errors(R"({"propertyNames":false})", R"({"a":1})") == "The name of /a is not allowed");
  CHECK(errors(R"({"propertyNames":{"enum":["a","b"]}})", R"({"c":1})") ==
        R"(The name of /c must be "a" or "b", not "c")");
}

TEST_CASE("what a field needs is asked for only where the field is") {
  const char* card = R"({"dependentRequired":{"card":["billing","name"]}})";
  CHECK(errors(card, R"({"name":"x"})").empty());
  CHECK(errors(card, R"({"card":1,"name":"x"})") == "/billing is missing; \"card\" needs it");
  CHECK(errors(R"({"dependentSchemas":{"a":{"properties":{"b":{"type":"null"}}}}})", R"({"a":1,"b":1})") ==
        "/b must be null, not a number");
  CHECK(errors(R"({"dependencies":{"a":["b"],"c":{"required":["d"]}}})", R"({"a":1,"c":1})") ==
        "/b is missing; \"a\" needs it\n/d is missing");
}

TEST_CASE("items that must all differ are compared as JSON is") {
  const char* unique = R"({"uniqueItems":true})";
  CHECK(errors(unique, R"([1,2,"1",true,null,[1],[1,2],{"a":1},{"a":2}])").empty());
  CHECK(errors(unique, R"(["b","a","b"])") == "/2 must differ from /0");
  CHECK(errors(unique, "[1,1.0]") == "/1 must differ from /0");
  CHECK(errors(unique, R"([{"a":1,"b":[2]},0,{"b":[2.0],"a":1}])") == "/2 must differ from /0");
  CHECK(errors(unique, "[true,1,false,0,\"\"]").empty());
  CHECK(errors(R"({"properties":{"a":{"uniqueItems":true}}})", R"({"a":[1,1]})") == "/a/1 must differ from /a/0");
  CHECK(errors(R"({"uniqueItems":false})", "[1,1]").empty());
  std::string list = "[0";
  for (int i = 1; i < 50'000; ++i) list += "," + std::to_string(i * 7919 % 50'000);
  CHECK(errors(unique, list + "]").empty());
  std::string often = R"({"uniqueItems":true})";
  for (int i = 1; i < 10'000; ++i) often += R"(,{"uniqueItems":true})";
  CHECK(errors("{\"allOf\":[" + often + "]}", list + "]").empty());
}

TEST_CASE("lists that must hold certain items say which and how many") {
  CHECK(errors(R"({"contains":{"const":"x"}})", R"(["a","x"])").empty());
  CHECK(errors(R"({"contains":{"const":"x"}})", R"(["a"])") == R"(The value must have an item like {"const":"x"})");
  CHECK(errors(R"({"contains":{"type":"string"},"minContains":2})", R"(["a",1])") ==
        R"(The value must have at least 2 items like {"type":"string"}, not 1)");
  CHECK(errors(R"({"contains":{"type":"string"},"maxContains":1})", R"(["a","b"])") ==
        R"(The value must have at most 1 item like {"type":"string"}, not 2)");
  CHECK(errors(R"({"contains":{"type":"string"},"minContains":0})", "[]").empty());
  CHECK(errors(R"({"minContains":2})", "[]").empty());
}

TEST_CASE("what holds under a condition") {
  const char* zip = R"({"if":{"properties":{"country":{"const":"US"}},"required":["country"]},
                        "then":{"required":["zip"]},"else":{"required":["postcode"]}})";
  CHECK(errors(zip, R"({"country":"US","zip":"1"})").empty());
  CHECK(errors(zip, R"({"country":"US"})") == "/zip is missing");
  CHECK(errors(zip, R"({"country":"FR"})") == "/postcode is missing");
  CHECK(errors(R"({"then":false,"else":false})", "1").empty());
  CHECK(errors(R"({"if":true})", "1").empty());
}

TEST_CASE("what no keyword has looked at can be closed") {
  const char* closed = R"({"allOf":[{"properties":{"a":{}}}],"anyOf":[{"required":["b"],"properties":{"b":{}}},true],
                           "unevaluatedProperties":false})";
  CHECK(errors(closed, R"({"a":1,"b":1})").empty());
  CHECK(errors(closed, R"({"a":1,"c":1})") == "/c is not allowed");
  CHECK(errors(R"({"allOf":[{"properties":{"a":{"type":"string"}}}],"unevaluatedProperties":false})", R"({"a":1})") ==
        "/a must be a string, not a number");
  CHECK(errors(R"({"properties":{"a":{"properties":{"b":{}}}},"unevaluatedProperties":{"type":"string"}})",
               R"({"a":{"c":1},"b":1})") == "/b must be a string, not a number");
  CHECK(
      errors(R"({"prefixItems":[true],"contains":{"type":"string"},"unevaluatedItems":false})", R"([1,"a"])").empty());
  CHECK(errors(R"({"prefixItems":[true],"contains":{"type":"string"},"unevaluatedItems":false})", R"([1,"a",2])") ==
        "/2 is not allowed");
  CHECK(errors(R"({"not":{"properties":{"a":{"type":"string"}}},"unevaluatedProperties":false})", R"({"a":1})") ==
        "/a is not allowed");
}

TEST_CASE("a run that began before all keywords were understood is checked as it was then") {
  const auto then = [](std::string_view schema, std::string_view value) { return errors(schema, value, false); };
  CHECK(then(R"({"pattern":"^a$"})", R"("b")").empty());
  CHECK(then(R"({"patternProperties":{"a":false},"additionalProperties":false})", R"({"a":1,"b":1})").empty());
  CHECK(then(R"({"propertyNames":false,"dependentRequired":{"a":["b"]}})", R"({"a":1})").empty());
  CHECK(then(R"({"contains":false,"uniqueItems":true,"unevaluatedItems":false})", "[1,1]").empty());
  CHECK(then(R"({"if":true,"then":false})", "1").empty());
  CHECK(then(R"({"multipleOf":0.5})", "0.7").empty());
  CHECK(then(R"({"multipleOf":5})", "7.5").empty());
  CHECK(then(R"({"multipleOf":5})", "7") == "The value must be a multiple of 5, not 7");
  CHECK(then(R"({"$ref":"#a","$defs":{"a":{"$anchor":"a","type":"null"}}})", "1").empty());
  CHECK(then(R"({"not":{"$ref":"#a"}})", "1") == R"(The value must not fit {"$ref":"#a"})");
  CHECK(then(R"({"not":{"pattern":"a"}})", R"("b")") == R"(The value must not fit {"pattern":"a"})");
  CHECK(then(R"({"$id":"x","$ref":"#/$defs/a","$defs":{"a":{"$id":"a","$ref":"#/$defs/b"},"b":{"type":"null"}}})",
             "1") == "The value must be null, not a number");
  CHECK(then(R"({"additionalProperties":false,"properties":{"a":{}}})", R"({"b":1})") ==
        "/b is not known; did you mean \"a\"?");
}

TEST_CASE("formats are notes, not rules") { CHECK(errors(R"({"format":"email"})", R"("nobody")").empty()); }

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

TEST_CASE("references follow anchors, and addresses that parts of the schema have") {
  CHECK(errors(R"({"$defs":{"p":{"$anchor":"text","type":"string"}},"$ref":"#text"})", "1") ==
        "The value must be a string, not a number");
  CHECK(errors(R"({"$defs":{"p":{"$id":"urn:p","type":"string"}},"$ref":"urn:p"})", "1") ==
        "The value must be a string, not a number");
  // What refers to "#…" in a part with an address means that part.
  const char* parts = R"({"$defs":{"x":{"type":"null"},"p":{"$id":"urn:p","$defs":{"x":{"type":"string"}},
                          "items":{"$ref":"#/$defs/x"}}},"$ref":"#/$defs/p"})";
  CHECK(errors(parts, R"(["a"])").empty());
  CHECK(errors(parts, "[null]") == "/0 must be a string, not null");
  CHECK(errors(R"({"$defs":{"p":{"$id":"urn:p","$defs":{"x":{"$anchor":"a","type":"null"}}}},"$ref":"#a"})", "1")
            .empty());
  CHECK(errors(R"({"const":{"$anchor":"a","type":"null"},"$ref":"#a"})", R"({"$anchor":"a","type":"null"})").empty());
  CHECK(errors(R"({"$defs":{"a b%":{"type":"null"}},"$ref":"#/$defs/a%20b%25"})", "1") ==
        "The value must be null, not a number");
  CHECK(errors(R"({"$ref":"#/%zz%"})", "1").empty());
  CHECK(errors(R"({"not":{"$ref":"https://example.com/schema.json"}})", "1").empty());
  CHECK(errors(R"({"not":{"$dynamicRef":"#a"}})", "1").empty());
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

// The two state machines and what tells them apart, without a host.
#include <doctest/doctest.h>

#include "base/base64.hpp"
#include "mcp/era.hpp"
#include "mcp/legacy.hpp"
#include "mcp/modern.hpp"

using namespace troupe;

namespace {

std::optional<RpcMessage> message(std::string_view text) {
  std::optional<std::vector<RpcMessage>> messages = decode_rpc(text);
  if (!messages) return std::nullopt;
  return std::move(messages->front());
}

std::string header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "(none)";
}

std::string why_invalid(const Json& schema) {
  std::string why;
  param_headers(schema, why);
  return why;
}

}  // namespace

TEST_CASE("base64 is that of RFC 4648") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xFF\xFE\xFD") == "//79");
}

TEST_CASE("the era is taken from words that only one generation says") {
  const auto of = [](int status, std::string_view body) { return era_of_reply(status, message(body)); };
  CHECK(of(200, R"({"id":1,"result":{"supportedVersions":["2026-07-28","2025-11-25"]}})") == Era::kModern);
  CHECK(of(400, R"({"id":1,"error":{"code":-32022,"message":"","data":{"supported":["2026-07-28"]}}})") ==
        Era::kModern);
  CHECK(of(400, R"({"id":1,"error":{"code":-32022,"message":"","data":{"supported":["2025-11-25"]}}})") ==
        Era::kLegacy);
  CHECK(of(400, R"({"id":1,"error":{"code":-32020,"message":"Header mismatch"}})") == Era::kModern);
  CHECK(of(404, R"({"id":1,"error":{"code":-32601,"message":"Method not found"}})") == Era::kModern);
  CHECK(of(200, R"({"id":1,"error":{"code":-32601,"message":"Method not found"}})") == Era::kLegacy);
}

TEST_CASE("what deployed legacy servers say to a modern probe is recognised") {
  const auto of = [](int status, std::string_view body) { return era_of_reply(status, message(body)); };
  // server-everything
  CHECK(of(400,
           R"({"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: Server not initialized"},"id":null})") ==
        Era::kLegacy);
  CHECK(of(400, R"({"code":-32000,"message":"Bad Request: Server not initialized","id":null})") == Era::kLegacy);
  // supergateway
  CHECK(of(404, R"({"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null})") ==
        Era::kLegacy);
  CHECK(of(406, "Not Acceptable") == Era::kLegacy);
  CHECK(of(200, "") == Era::kLegacy);
}

TEST_CASE("missing credentials and servers in trouble are no evidence of an era") {
  for (const int status : {401, 403, 407, 408, 429, 500, 502, 503, 302}) {
    CAPTURE(status);
    CHECK_FALSE(era_of_reply(status, message(R"({"id":null,"error":{"code":-32001,"message":"Unauthorized"}})")));
    CHECK_FALSE(era_of_reply(status, std::nullopt));
  }
}

TEST_CASE("over a process any error but a modern one is a legacy server's") {
  CHECK(era_of_line(*message(R"({"id":1,"error":{"code":-32601,"message":"Method not found"}})")) == Era::kLegacy);
  CHECK(era_of_line(*message(R"({"id":1,"error":{"code":-32602,"message":"before initialization"}})")) == Era::kLegacy);
  CHECK(era_of_line(*message(R"({"id":1,"result":{"supportedVersions":["2026-07-28"]}})")) == Era::kModern);
  CHECK(era_of_line(*message(R"({"id":1,"result":{}})")) == Era::kLegacy);
}

TEST_CASE("a legacy session carries its id and version after the handshake") {
  Legacy legacy;
  CHECK(legacy.headers().empty());
  CHECK(parse_json(Legacy::initialize("{}"))->at("protocolVersion") == "2025-11-25");
  CHECK(legacy.begin(R"({"protocolVersion":"2025-06-18"})", "abc"));
  CHECK(header(legacy.headers(), "MCP-Protocol-Version") == "2025-06-18");
  CHECK(header(legacy.headers(), "Mcp-Session-Id") == "abc");
  legacy.end();
  CHECK(legacy.headers().empty());
}

TEST_CASE("a legacy server that chooses an unknown version is not begun") {
  Legacy legacy;
  CHECK_FALSE(legacy.begin(R"({"protocolVersion":"2031-01-01"})", ""));
  CHECK_FALSE(legacy.begin("{}", ""));
  CHECK_FALSE(legacy.begun());
}

TEST_CASE("a session is lost by 404, and by the 400 that many servers say instead") {
  const std::string unknown =
      R"({"error":{"code":-32000,"message":"Bad Request: No valid session ID provided"},"id":null})";
  CHECK(std::holds_alternative<NoAnswer>(Legacy::outcome(404, std::nullopt, false)));
  CHECK(std::holds_alternative<RpcError>(Legacy::outcome(400, message(unknown), false)));
  CHECK(std::holds_alternative<SessionLost>(Legacy::outcome(404, std::nullopt, true)));
  CHECK(std::holds_alternative<SessionLost>(Legacy::outcome(400, message(unknown), true)));
  CHECK(std::holds_alternative<RpcError>(
      Legacy::outcome(404, message(R"({"id":1,"error":{"code":-32601,"message":"Method not found"}})"), true)));
  CHECK(std::holds_alternative<RpcError>(
      Legacy::outcome(400, message(R"({"id":1,"error":{"code":-32000,"message":"of this request"}})"), true)));
}

TEST_CASE("a legacy server's ping is answered, its questions go to who can answer, and other wishes are declined") {
  const Json roots = Json::array({{{"uri", "file:///work"}}});
  const std::string_view offers = R"({"sampling":{},"roots":{}})";
  const auto answer = [&](std::string_view text, std::string_view offered) {
    return Legacy::answer(*message(text), offered, roots);
  };
  CHECK(answer(R"({"id":0,"method":"ping"})", "{}") == R"({"jsonrpc":"2.0","id":0,"result":{}})");
  CHECK(answer(R"({"id":0,"method":"roots/list"})", offers) ==
        R"({"jsonrpc":"2.0","id":0,"result":{"roots":[{"uri":"file:///work"}]}})");
  CHECK_FALSE(answer(R"({"id":"s","method":"sampling/createMessage"})", offers));
  for (const char* method : {"sampling/createMessage", "elicitation/create", "roots/list", "tools/list"}) {
    const auto declined = message(*answer(R"({"id":"s","method":")" + std::string(method) + R"("})", "{}"));
    REQUIRE(declined);
    CHECK(declined->id == R"("s")");
    CHECK(declined->error.code == -32601);
  }
}

TEST_CASE("a legacy error that demands visits of pages is a question, and not a failure") {
  const Outcome outcome = Legacy::outcome(
      200, message(R"({"id":1,"error":{"code":-32042,"message":"Sign in","data":{"elicitations":[{"mode":"url"}]}}})"),
      false);
  const InputRequired* wanted = std::get_if<InputRequired>(&outcome);
  REQUIRE(wanted != nullptr);
  CHECK(wanted->requests == Json{{"0", {{"method", "elicitation/create"}, {"params", {{"mode", "url"}}}}}});
  CHECK(wanted->open == 0);
}

TEST_CASE("a modern request says version, capabilities and client in its _meta") {
  const Modern modern;
  const Json meta = parse_json(modern.meta(R"({"progressToken":1})", R"({"roots":{}})")).value();
  CHECK(meta.at("io.modelcontextprotocol/protocolVersion") == "2026-07-28");
  CHECK(meta.at("io.modelcontextprotocol/clientCapabilities") == Json{{"roots", Json::object()}});
  CHECK(meta.at("io.modelcontextprotocol/clientInfo").at("name") == "troupe");
  CHECK(meta.at("progressToken") == 1);
}

TEST_CASE("modern headers repeat method and name, encoded where a header cannot carry them") {
  const Modern modern;
  const Headers call = modern.headers("tools/call", R"({"name":"get_weather"})");
  CHECK(header(call, "MCP-Protocol-Version") == "2026-07-28");
  CHECK(header(call, "Mcp-Method") == "tools/call");
  CHECK(header(call, "Mcp-Name") == "get_weather");
  CHECK(header(modern.headers("resources/read", R"({"uri":"file:///a%20b"})"), "Mcp-Name") == "file:///a%20b");
  CHECK(header(modern.headers("tools/list", "{}"), "Mcp-Name") == "(none)");
  CHECK(header_value("us-west1") == "us-west1");
  CHECK(header_value("") == "");
  CHECK(header_value("Hello, 世界") == "=?base64?SGVsbG8sIOS4lueVjA==?=");
  CHECK(header_value(" padded ") == "=?base64?IHBhZGRlZCA=?=");
  CHECK(header_value("line1\nline2") == "=?base64?bGluZTEKbGluZTI=?=");
  CHECK(header_value("=?base64?literal?=") == "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=");
}

TEST_CASE("arguments are mirrored into headers as the tool's schema wants") {
  Modern modern;
  const Json schema = {
      {"type", "object"},
      {"properties",
       {{"region", {{"type", "string"}, {"x-mcp-header", "Region"}}},
        {"confirm", {{"type", "boolean"}, {"x-mcp-header", "Confirm"}}},
        {"note", {{"type", "string"}, {"x-mcp-header", "Note"}}},
        {"options",
         {{"type", "object"}, {"properties", {{"limit", {{"type", "integer"}, {"x-mcp-header", "Limit"}}}}}}},
        {"query", {{"type", "string"}}}}}};
  Json tools = Json::array();
  tools.push_back({{"name", "sql"}, {"inputSchema", schema}});
  CHECK(modern.learn(tools).empty());
  CHECK(tools.size() == 1);
  const Headers headers = modern.headers(
      "tools/call", R"({"name":"sql","arguments":{"region":"us","confirm":true,"note":null,"options":{"limit":-7}}})");
  CHECK(header(headers, "Mcp-Param-Region") == "us");
  CHECK(header(headers, "Mcp-Param-Confirm") == "true");
  CHECK(header(headers, "Mcp-Param-Limit") == "-7");
  CHECK(header(headers, "Mcp-Param-Note") == "(none)");
}

TEST_CASE("tools whose header annotations are wrong are left out with a reason, the others stay") {
  const auto with = [](const Json& property) -> Json { return {{"properties", {{"a", property}}}}; };
  const Json good = {{"type", "string"}, {"x-mcp-header", "A"}};
  CHECK(why_invalid(with(good)).empty());
  CHECK_FALSE(why_invalid(with({{"type", "string"}, {"x-mcp-header", ""}})).empty());
  CHECK_FALSE(why_invalid(with({{"type", "string"}, {"x-mcp-header", "a b"}})).empty());
  CHECK_FALSE(why_invalid(with({{"type", "string"}, {"x-mcp-header", "a\r\nb"}})).empty());
  CHECK_FALSE(why_invalid(with({{"type", "string"}, {"x-mcp-header", 7}})).empty());
  CHECK_FALSE(why_invalid(with({{"type", "number"}, {"x-mcp-header", "A"}})).empty());
  CHECK_FALSE(why_invalid(with({{"type", "object"}, {"x-mcp-header", "A"}})).empty());
  CHECK_FALSE(why_invalid(with({{"x-mcp-header", "A"}})).empty());
  CHECK_FALSE(why_invalid(with({{"type", "array"}, {"items", good}})).empty());
  CHECK_FALSE(why_invalid({{"anyOf", Json::array({with(good)})}}).empty());
  CHECK_FALSE(why_invalid({{"$defs", {{"x", with(good)}}}}).empty());
  CHECK_FALSE(why_invalid({{"x-mcp-header", "A"}, {"type", "string"}}).empty());
  CHECK_FALSE(why_invalid({{"properties", {{"a", good}, {"b", {{"type", "string"}, {"x-mcp-header", "a"}}}}}}).empty());
  // A property of that name, and data, are no annotations.
  CHECK(why_invalid({{"properties", {{"x-mcp-header", {{"type", "number"}}}}}, {"default", {{"x-mcp-header", 1}}}})
            .empty());

  Modern modern;
  Json tools = Json::array();
  tools.push_back({{"name", "bad"}, {"inputSchema", with({{"type", "number"}, {"x-mcp-header", "A"}})}});
  tools.push_back({{"name", "good"}, {"inputSchema", with(good)}});
  const std::vector<std::string> sentences = modern.learn(tools);
  REQUIRE(sentences.size() == 1);
  CHECK(
      sentences[0] ==
      R"(The tool "bad" was left out: its x-mcp-header "A" is on something else than a string, an integer or a boolean.)");
  REQUIRE(tools.size() == 1);
  CHECK(tools[0].at("name") == "good");
}

TEST_CASE("what a modern reply means follows from its resultType and its error") {
  const Modern modern;
  CHECK(std::holds_alternative<std::string>(
      modern.outcome(200, message(R"({"id":1,"result":{"resultType":"complete"}})"))));
  CHECK(std::holds_alternative<std::string>(modern.outcome(200, message(R"({"id":1,"result":{}})"))));
  CHECK(std::holds_alternative<NoAnswer>(modern.outcome(200, message(R"({"id":1,"result":{"resultType":"?"}})"))));
  CHECK(std::holds_alternative<NoAnswer>(modern.outcome(404, std::nullopt)));
  CHECK(std::holds_alternative<RpcError>(
      modern.outcome(404, message(R"({"id":1,"error":{"code":-32601,"message":"Method not found"}})"))));
  const Outcome other = modern.outcome(
      400, message(R"({"id":1,"error":{"code":-32022,"message":"","data":{"supported":["2026-07-28"]}}})"));
  REQUIRE(std::holds_alternative<OtherVersion>(other));
  CHECK(std::get<OtherVersion>(other).version == "2026-07-28");
  const Outcome wanted = modern.outcome(
      200, message(R"({"id":1,"result":{"resultType":"input_required","inputRequests":{"k":{}},"requestState":"s"}})"));
  REQUIRE(std::holds_alternative<InputRequired>(wanted));
  CHECK(std::get<InputRequired>(wanted).state == "s");
}

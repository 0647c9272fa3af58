#include <doctest/doctest.h>

#include "mcp/jsonrpc.hpp"

using namespace troupe;

TEST_CASE("a JSON-RPC request is one line of JSON with its id, method and params") {
  CHECK(encode_request(0, "ping", {}) == R"({"jsonrpc":"2.0","id":0,"method":"ping"})");
  CHECK(encode_request(7, "tools/call", "{\n\"text\": \"two\\nlines\"}") ==
        R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{ "text": "two\nlines"}})");
  CHECK(encode_notification("notifications/initialized", {}) ==
        R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  CHECK(encode_result("0", "{}") == R"({"jsonrpc":"2.0","id":0,"result":{}})");
  CHECK(encode_error(R"("a")", -32601, "no \"x\"") ==
        R"({"jsonrpc":"2.0","id":"a","error":{"code":-32601,"message":"no \"x\""}})");
}

TEST_CASE("a server's request with the id 0 is a request and not a notification") {
  const auto messages = decode_rpc(R"({"jsonrpc":"2.0","id":0,"method":"roots/list"})");
  REQUIRE(messages);
  CHECK(messages->at(0).kind == RpcMessage::Kind::kRequest);
  CHECK(messages->at(0).id == "0");
  CHECK_FALSE(messages->at(0).answers(0));
}

TEST_CASE("results, errors and notifications are told apart") {
  const auto result = decode_rpc(R"({"jsonrpc":"2.0","id":3,"result":{"a":1}})");
  REQUIRE(result);
  CHECK(result->at(0).answers(3));
  CHECK_FALSE(result->at(0).answers(4));
  CHECK(result->at(0).content == R"({"a":1})");
  const auto failed = decode_rpc(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"no","data":[1]}})");
  REQUIRE(failed);
  CHECK(failed->at(0).answers(3));
  CHECK(failed->at(0).error.code == -32602);
  CHECK(failed->at(0).error.message == "no");
  CHECK(failed->at(0).error.data.size() == 1);
  const auto note = decode_rpc(R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}})");
  REQUIRE(note);
  CHECK(note->at(0).kind == RpcMessage::Kind::kNotification);
}

TEST_CASE("a batch of 2025-03-26 is read, and what is no message in it is left out") {
  const auto messages = decode_rpc(R"([{"jsonrpc":"2.0","id":1,"result":{}},17,{"method":"a"}])");
  REQUIRE(messages);
  CHECK(messages->size() == 2);
}

TEST_CASE("an error without its envelope is read as an error about nothing") {
  const auto messages = decode_rpc(R"({"code":-32000,"message":"Bad Request: Server not initialized","id":null})");
  REQUIRE(messages);
  CHECK(messages->at(0).kind == RpcMessage::Kind::kError);
  CHECK(messages->at(0).id.empty());
  CHECK(messages->at(0).error.code == -32000);
}

TEST_CASE("bytes that are no UTF-8 inside of a message are replaced") {
  const auto messages = decode_rpc("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"t\":\"caf\xE9\"}}");
  REQUIRE(messages);
  CHECK(messages->at(0).content == "{\"t\":\"caf\xEF\xBF\xBD\"}");
}

TEST_CASE("members of an object are put in the place of those that it has") {
  CHECK(with_members(R"({ "a": 1, "b": [2] })", {{"c", "3"}, {"a", "{}"}}) == R"({"b":[2],"c":3,"a":{}})");
  CHECK(with_members("", {{"c", "3"}}) == R"({"c":3})");
  CHECK(with_members("[1]", {}) == "{}");
}

TEST_CASE("text that is no JSON-RPC gives nothing") {
  for (const char* text : {"", "hello", "{", "[]", "{}", "null", "17", R"({"jsonrpc":"2.0","id":1})",
                           R"({"jsonrpc":"2.0","result":{}})", R"("text")"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_rpc(text));
  }
  CHECK_FALSE(decode_rpc(std::string(1000, '[') + std::string(1000, ']')));
}

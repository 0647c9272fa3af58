#include <doctest/doctest.h>

#include "mcp/tool_result.hpp"

using namespace troupe;

TEST_CASE("a tool's content becomes text, and what is no text is named in brackets") {
  const std::optional<Json> json = parse_json(R"({"content":[
      {"type":"text","text":"one"},
      {"type":"image","mimeType":"image/png","data":"AAAAAA=="},
      {"type":"resource","resource":{"uri":"file:///a","text":"inside"}},
      {"type":"resource","resource":{"uri":"file:///b","mimeType":"application/zip","blob":"AAAA"}},
      {"type":"resource_link","uri":"file:///c","name":"c","mimeType":"text/plain"},
      {"type":"future","x":1}],"structuredContent":{"a":1}})");
  const ToolResult result = result_of_mcp(*json);
  CHECK(result.text ==
        "one\n[image, image/png, 4 bytes]\ninside\n[resource file:///b, application/zip, 3 bytes]\n"
        "[resource file:///c, text/plain]\n{\"type\":\"future\",\"x\":1}");
  CHECK(result.structured == Json{{"a", 1}});
  CHECK_FALSE(result.failed);
}

TEST_CASE("a tool that failed is a failed result, with a sentence even when it gave none") {
  CHECK(result_of_mcp(*parse_json(R"({"content":[{"type":"text","text":"no"}],"isError":true})")).failed);
  CHECK(result_of_mcp(*parse_json(R"({"content":[],"isError":true})")).text == "The tool failed without saying why.");
}

TEST_CASE("structured content alone is the text too") {
  CHECK(result_of_mcp(*parse_json(R"({"content":[],"structuredContent":{"a":[1]}})")).text == R"({"a":[1]})");
}

TEST_CASE("what an application's tool returns is taken as it is") {
  CHECK(result_of_mcp(Json("hello")).text == "hello");
  CHECK(result_of_mcp(Json(nullptr)).text.empty());
  const ToolResult object = result_of_mcp(*parse_json(R"({"sum":3})"));
  CHECK(object.text == R"({"sum":3})");
  CHECK(object.structured == Json{{"sum", 3}});
}

TEST_CASE("a result over the limit is cut between characters, with a note") {
  std::string long_text;
  while (long_text.size() < kMaxResultBytes + 10) long_text += "ä";
  const ToolResult result = result_of_mcp(Json(long_text));
  CHECK(result.cut_from_bytes == static_cast<std::int64_t>(long_text.size()));
  CHECK(result.text.size() < kMaxResultBytes + 200);
  CHECK(result.text.ends_with("[Cut here: the result has 262154 bytes, and only the first 262144 were kept.]"));
  const ToolResult structured = result_of_mcp(Json{{"content", Json::array()}, {"structuredContent", long_text}});
  CHECK(structured.structured.is_null());
}

TEST_CASE("a result comes back from its journal form as it was") {
  const ToolResult result{"text", Json{{"a", 1}}, true, 12};
  const ToolResult back = result_from(written(result));
  CHECK(back.text == result.text);
  CHECK(back.structured == result.structured);
  CHECK(back.failed);
  CHECK(back.cut_from_bytes == 12);
  CHECK(written(ToolResult{"a", nullptr, false, 0}) == R"({"text":"a"})");
}

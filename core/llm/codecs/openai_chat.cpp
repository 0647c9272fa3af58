// OpenAI chat completions: platform.openai.com/docs/api-reference/chat, and what compatible servers make of it.
#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "llm/codec.hpp"
#include "llm/codecs/parts.hpp"

namespace troupe {
namespace {

Usage read_usage(std::string_view json) {
  const Fields usage(json);
  Usage read;
  read.input_tokens = tokens_in(usage, "prompt_tokens");
  read.output_tokens = tokens_in(usage, "completion_tokens");
  const Fields input(usage.raw("prompt_tokens_details")), output(usage.raw("completion_tokens_details"));
  read.cached_tokens = std::min(tokens_in(input, "cached_tokens"), read.input_tokens);
  read.reasoning_tokens = tokens_in(output, "reasoning_tokens");
  return read;
}

std::string finish_of(std::string_view reason, bool calls) {
  if (reason == "content_filter") return "blocked";
  if (reason == "length") return "length";
  return calls ? "tool_calls" : "stop";
}

/// The first of two fields that says something: a refusal stands where the text would.
std::string text_or_refusal(const Fields& message) {
  std::string text = message.text("content");
  return text.empty() ? message.text("refusal") : text;
}

std::string_view first_choice(const Fields& body) {
  const std::vector<std::string_view> choices = items_of(body.raw("choices"));
  return choices.empty() ? std::string_view() : choices.front();
}

std::unexpected<Error> stream_error(const Fields& chunk) {
  const std::string type = Fields(chunk.raw("error")).text("type");
  const Code code = contains(type, "rate_limit") ? Code::kRateLimit : Code::kOverloaded;
  return stream_failure(code, message_in(chunk));
}

class OpenAiReader final : public ReplyReader {
 public:
  Result<ChatReply> whole(std::string_view body) override {
    const Fields completion(body);
    const std::string_view first = first_choice(completion);
    if (!first.starts_with('{')) {
      if (!completion.raw("error").empty()) return stream_error(completion);
      return not_a_reply("a chat completion", body);
    }
    const Fields choice(first), message(choice.raw("message"));
    ChatReply reply;
    reply.text = text_or_refusal(message);
    for (const std::string_view item : items_of(message.raw("tool_calls"))) {
      const Fields call(item), function(call.raw("function"));
      reply.calls.push_back({call.text("id"), function.text("name"), {}});
      const std::string_view arguments = function.raw("arguments");
      set_arguments(reply.calls.back(), arguments.starts_with('"') ? unquoted(arguments) : std::string(arguments));
    }
    reply.model = completion.text("model");
    reply.usage = read_usage(completion.raw("usage"));
    return completed(std::move(reply), choice.text("finish_reason"));
  }

  Result<std::string> event(const ServerSentEvent& event) override {
    if (trim(event.data) == "[DONE]") {
      done_ = true;
      return std::string();
    }
    if (event.data.empty()) return std::string();
    Fields chunk;
    if (!chunk.read(event.data)) {
      if (parse_json(event.data)) return std::string();  // JSON that says nothing
      return not_json(event.data);
    }
    if (const std::string_view error = chunk.raw("error"); !error.empty() && error != "null")
      return stream_error(chunk);
    if (std::string model = chunk.text("model"); !model.empty()) reply_.model = std::move(model);
    if (const std::string_view usage = chunk.raw("usage"); usage.starts_with('{')) reply_.usage = read_usage(usage);
    const Fields choice(first_choice(chunk));
    if (std::string reason = choice.text("finish_reason"); !reason.empty()) reason_ = std::move(reason);
    const Fields delta(choice.raw("delta"));
    take_calls(delta.raw("tool_calls"));
    std::string text = text_or_refusal(delta);
    reply_.text += text;
    return text;
  }

  /// Some servers end without [DONE]; a finish reason is as good.
  bool complete() const override { return done_ || !reason_.empty(); }

  ChatReply finish() override {
    for (Piece& piece : pieces_) {
      set_arguments(piece.call, piece.arguments);
      reply_.calls.push_back(std::move(piece.call));
    }
    return completed(std::move(reply_), reason_);
  }

 private:
  struct Piece {
    std::int64_t index;
    ToolCall call;
    std::string arguments;
  };

  /// Argument text comes in pieces; the index says of which call. Where a server sends none, a piece that names neither
  /// a call nor a function goes on with the last one.
  void take_calls(std::string_view calls) {
    for (const std::string_view item : items_of(calls)) {
      const Fields call(item), function(call.raw("function"));
      std::string id = call.text("id");
      const std::string name = function.text("name");
      const std::int64_t last = pieces_.empty() ? -1 : pieces_.back().index;
      const bool goes_on = id.empty() && name.empty() && last >= 0;
      const std::int64_t index = call.integer("index", goes_on ? last : last + 1);
      if (index < 0 || index > 256) continue;
      Piece& piece = piece_at(index);
      if (!id.empty()) piece.call.id = std::move(id);
      piece.call.name += name;
      piece.arguments += function.text("arguments");
    }
  }

  Piece& piece_at(std::int64_t index) {
    const auto place = std::ranges::find_if(pieces_, [&](const Piece& piece) { return piece.index >= index; });
    if (place != pieces_.end() && place->index == index) return *place;
    return *pieces_.insert(place, Piece{index, {}, {}});
  }

  static ChatReply completed(ChatReply reply, std::string_view reason) {
    number_calls(reply);
    reply.finish = finish_of(reason, !reply.calls.empty());
    return reply;
  }

  ChatReply reply_;
  std::vector<Piece> pieces_;  // by index
  std::string reason_;
  bool done_ = false;
};

class OpenAiChat final : public Codec {
 public:
  std::string_view name() const override { return "openai"; }

  void render(const Message& message, const Message* before, std::string& out) const override {
    if (before != nullptr) out += ',';
    switch (message.role) {
      case Message::Role::kSystem: open(out, "system", message.text); break;
      case Message::Role::kUser: open(out, "user", message.text); break;
      case Message::Role::kTool:
        open(out, "tool", message.text);
        out += ",\"tool_call_id\":";
        append_quoted(out, message.call_id);
        break;
      case Message::Role::kAssistant:
        open(out, "assistant", message.text);
        if (!message.calls.empty()) render_calls(message.calls, out);
    }
    out += '}';
  }

  std::string render_tools(const std::vector<ToolSpec>& tools) const override {
    std::string out;
    for (const ToolSpec& tool : tools) {
      out += out.empty() ? "" : ",";
      out += "{\"type\":\"function\",\"function\":{\"name\":";
      append_quoted(out, tool.name);
      out += ",\"description\":";
      append_quoted(out, tool.description);
      out += joined({",\"parameters\":", dump_json(tool.input_schema), "}}"});
    }
    return out;
  }

  RequestFrame frame(const RequestOptions& options) const override {
    RequestFrame frame;
    frame.head = "{\"model\":";
    append_quoted(frame.head, options.model);
    if (options.stream) frame.head += ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
    if (!options.tools.empty()) append(frame.head, {",\"tools\":[", options.tools, "]"});
    frame.head += ",\"messages\":[";
    frame.tail = "]}";
    return frame;
  }

  std::string path(const RequestOptions&) const override { return "/chat/completions"; }
  std::unique_ptr<ReplyReader> reader() const override { return std::make_unique<OpenAiReader>(); }

  Error failure(int status, std::string_view body) const override {
    Fields parsed;
    parsed.read(body);
    const std::string type = Fields(parsed.raw("error")).text("code");
    Code code = code_of_status(status);
    if (type == "insufficient_quota") code = Code::kQuota;
    if (type == "context_length_exceeded") code = Code::kTooLong;
    return refusal(code, status, words_of(parsed, body));
  }

 private:
  static void open(std::string& out, std::string_view role, std::string_view text) {
    out.append("{\"role\":\"").append(role).append("\",\"content\":");
    append_quoted(out, text);
  }

  static void render_calls(const std::vector<ToolCall>& calls, std::string& out) {
    out += ",\"tool_calls\":[";
    for (std::size_t i = 0; i < calls.size(); ++i) {
      out += i == 0 ? "{\"id\":" : ",{\"id\":";
      append_quoted(out, calls[i].id);
      out += ",\"type\":\"function\",\"function\":{\"name\":";
      append_quoted(out, calls[i].name);
      out += ",\"arguments\":";
      append_quoted(out, sendable_arguments(calls[i]));
      out += "}}";
    }
    out += ']';
  }
};

}  // namespace

const Codec& openai_chat() {
  static const OpenAiChat codec;
  return codec;
}

}  // namespace troupe

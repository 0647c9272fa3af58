// OpenAI chat completions: platform.openai.com/docs/api-reference/chat, and what compatible servers make of it.
#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "llm/codec.hpp"
#include "llm/codecs/openai_shapes.hpp"
#include "llm/codecs/parts.hpp"

namespace troupe {
namespace {

Usage read_usage(std::string_view json) {
  const Fields usage = Fields::within(json);
  Usage read;
  read.input_tokens = count_of(usage, "prompt_tokens");
  read.output_tokens = count_of(usage, "completion_tokens");
  const Fields input = Fields::within(usage.raw("prompt_tokens_details"));
  const Fields output = Fields::within(usage.raw("completion_tokens_details"));
  read.cached_tokens = std::min(count_of(input, "cached_tokens"), read.input_tokens);
  read.reasoning_tokens = count_of(output, "reasoning_tokens");
  return read;
}

std::string finish_of(std::string_view reason, bool refused, bool calls) {
  if (reason == "content_filter") return "blocked";
  if (refused) return "refused";
  if (reason == "length") return "length";
  return calls ? "tool_calls" : "stop";
}

std::string_view first_choice(const Fields& body) {
  const std::vector<std::string_view> choices = items_within(body.raw("choices"));
  return choices.empty() ? std::string_view() : choices.front();
}

std::unexpected<Error> stream_error(const Fields& chunk) {
  return ended_by_error(code_in_reply(Fields::within(chunk.raw("error"))), message_in(chunk));
}

class OpenAiReader final : public ReplyReader {
 public:
  Result<ChatReply> whole(std::string_view body) override {
    const Fields completion(body);
    const std::string_view first = first_choice(completion);
    if (!first.starts_with('{')) {
      if (!completion.raw("error").empty()) return stream_error(completion);
      return unreadable("a chat completion", body);
    }
    const Fields choice = Fields::within(first), message = Fields::within(choice.raw("message"));
    ChatReply reply;
    reply.text = text_or_refusal(message);
    for (const std::string_view item : items_within(message.raw("tool_calls"))) {
      const Fields call = Fields::within(item), function = Fields::within(call.raw("function"));
      reply.calls.push_back({call.text("id"), function.text("name"), {}});
      const std::string_view arguments = function.raw("arguments");
      set_arguments(reply.calls.back(), arguments.starts_with('"') ? unquoted(arguments) : std::string(arguments));
    }
    reply.model = completion.text("model");
    reply.usage = read_usage(completion.raw("usage"));
    return completed(std::move(reply), choice.text("finish_reason"));
  }

  Result<std::string> event(const ServerSentEvent& event) override {
    const Result<bool> read = read_piece(event, chunk_);
    if (!read) return failure(read.error());
    if (!*read) {
      if (trim(event.data) == "[DONE]") done_ = true;
      return std::string();
    }
    if (const std::string_view error = chunk_.raw("error"); !error.empty() && error != "null")
      return stream_error(chunk_);
    if (reply_.model.empty()) reply_.model = chunk_.text("model");
    if (const std::string_view usage = chunk_.raw("usage"); usage.starts_with('{')) reply_.usage = read_usage(usage);
    choice_.read_first_within(chunk_.raw("choices"));
    begun_ = begun_ || !choice_.raw("delta").empty();
    if (std::string reason = choice_.text("finish_reason"); !reason.empty()) reason_ = std::move(reason);
    delta_.read_within(choice_.raw("delta"));
    take_calls(delta_.raw("tool_calls"));
    std::string text = text_or_refusal(delta_);
    reply_.text += text;
    return text;
  }

  /// Some servers end without [DONE]; a finish reason is as good. [DONE] alone is no answer.
  bool complete() const override { return (done_ && begun_) || !reason_.empty(); }

  ChatReply finish() override {
    reply_.calls = pieces_.take();
    return completed(std::move(reply_), reason_);
  }

 private:
  /// The first of two fields that says something: a refusal stands where the text would. Some servers write a list of
  /// parts (Mistral, where a model thinks): what is text in it is the text.
  std::string text_or_refusal(const Fields& message) {
    std::string text = message.text("content");
    for (const std::string_view item : items_within(message.raw("content"))) {
      const Fields part = Fields::within(item);
      if (part.text("type") == "text") text += part.text("text");
    }
    if (!text.empty()) return text;
    std::string refusal = message.text("refusal");
    if (!refusal.empty()) refused_ = true;
    return refusal;
  }

  /// Argument text comes in pieces; the index says of which call. Where a server sends none, a piece that names neither
  /// a call nor a function goes on with the last one.
  void take_calls(std::string_view calls) {
    for (const std::string_view item : items_within(calls)) {
      const Fields call = Fields::within(item), function = Fields::within(call.raw("function"));
      std::string id = call.text("id");
      const std::string name = function.text("name");
      const std::int64_t last = pieces_.last();
      const bool goes_on = id.empty() && name.empty() && last >= 0;
      CallPieces::Piece* piece = pieces_.at(call.integer("index", goes_on ? last : last + 1));
      if (piece == nullptr) continue;
      if (!id.empty()) piece->call.id = std::move(id);
      piece->call.name += name;
      piece->arguments += function.text("arguments");
    }
  }

  ChatReply completed(ChatReply reply, std::string_view reason) const {
    name_calls(reply.calls);
    reply.finish = finish_of(reason, refused_, !reply.calls.empty());
    return reply;
  }

  Fields chunk_, choice_, delta_;  // kept for their room: there are many small chunks
  CallPieces pieces_;
  std::string reason_;
  bool done_ = false, refused_ = false, begun_ = false;
};

class OpenAiChat : public Codec {
 public:
  std::string_view name() const override { return "openai"; }

  /// Pictures in a tool's result are left out: a tool's message is text here.
  void render(const Message& message, const Message* before, std::string& out) const override {
    if (before != nullptr) out += ',';
    switch (message.role) {
      case Message::Role::kSystem: return;  // the frame begins with it
      case Message::Role::kUser:
        out += R"({"role":"user","content":)";
        append_content(out, message);
        break;
      case Message::Role::kTool:
        open(out, "tool", message.text);
        out += ",\"tool_call_id\":";
        append_quoted(out, message.call_id);
        break;
      case Message::Role::kAssistant: open(out, "assistant", message.text); append_calls(out, message.calls);
    }
    out += '}';
  }

  std::string render_tools(const std::vector<ToolSpec>& tools) const override { return function_tools(tools); }

  RequestFrame frame(const RequestOptions& options) const override {
    RequestFrame frame;
    frame.head = "{\"model\":";
    append_quoted(frame.head, options.model);
    if (options.stream) frame.head += ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
    if (!options.tools.empty()) append(frame.head, {",\"tools\":[", options.tools, "]"});
    if (!options.schema.empty()) {
      append(frame.head, {R"(,"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":)",
                          options.schema, R"(,"strict":true}})"});
    }
    if (options.most_tokens > 0) append(frame.head, {",\"max_completion_tokens\":", decimal(options.most_tokens)});
    frame.head += ",\"messages\":[";
    if (!options.instruction.empty()) {
      open(frame.head, "system", options.instruction);
      frame.head += '}';
    }
    frame.tail = "]}";
    return frame;
  }

  std::string path(const RequestOptions&) const override { return "/chat/completions"; }
  std::unique_ptr<ReplyReader> reader() const override { return std::make_unique<OpenAiReader>(); }
  Error failure(int status, std::string_view body) const override { return openai_failure(status, body); }

 private:
  static void open(std::string& out, std::string_view role, std::string_view text) {
    append(out, {"{\"role\":\"", role, "\",\"content\":"});
    append_quoted(out, text);
  }
};

/// learn.microsoft.com/azure/ai-foundry/openai/reference: the same bodies at a deployment's address, and with a
/// version. Without one it is the newer address, which is OpenAI's own below another base.
class AzureOpenAi final : public OpenAiChat {
 public:
  std::string_view name() const override { return "azure"; }

  std::string path(const RequestOptions& options) const override {
    if (options.version.empty()) return "/openai/v1/chat/completions";
    return joined(
        {"/openai/deployments/", in_path(options.model), "/chat/completions?api-version=", in_path(options.version)});
  }
};

}  // namespace

const Codec& openai_chat() {
  static const OpenAiChat codec;
  return codec;
}

const Codec& azure_openai() {
  static const AzureOpenAi codec;
  return codec;
}

}  // namespace troupe

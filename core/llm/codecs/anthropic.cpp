// Anthropic's messages: platform.claude.com/docs/en/api/messages, as of November 2026. The provider adds the headers
// that it wants: "x-api-key" (the credential) and "anthropic-version: 2023-06-01".
#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "llm/codec.hpp"
#include "llm/codecs/blocks.hpp"
#include "llm/codecs/parts.hpp"

namespace troupe {
namespace {

constexpr std::string_view kName = "anthropic";
constexpr std::int64_t kMostTokens = 8192;  // the vendor has no default; all models of today can write as many
constexpr std::string_view kCached = R"("cache_control":{"type":"ephemeral"})";

/// Docs, "Errors": what a failure is, by its type, and by what the vendor has no type for.
Code code_of(const Fields& body, int status) {
  const Fields error(body.raw("error"));
  const std::string type = error.text("type"), message = error.text("message");
  if (type == "invalid_request_error") {
    if (contains(message, "prompt is too long") || contains(message, "exceed context limit")) return Code::kTooLong;
    if (contains(message, "credit balance is too low")) return Code::kQuota;
    if (contains(message, "content filtering policy")) return Code::kBlocked;
    return status == 413 ? Code::kTooLong : Code::kInvalidInput;
  }
  if (type == "authentication_error" || type == "permission_error") return Code::kAuthentication;
  if (type == "billing_error") return Code::kQuota;
  if (type == "not_found_error") return Code::kNotFound;
  if (type == "request_too_large") return Code::kTooLong;
  if (type == "rate_limit_error") {  // Until next month, no waiting helps.
    const std::string detail = Fields(error.raw("details")).text("error_code");
    return detail.ends_with("spend_limit_reached") ? Code::kQuota : Code::kRateLimit;
  }
  if (type == "timeout_error") return Code::kTimeout;
  if (type == "overloaded_error" || type == "api_error") return Code::kOverloaded;
  return code_of_status(status);
}

/// Their input_tokens are those that the cache had no part in; ours are all.
void take_usage(const Fields& usage, Usage& into) {
  const auto take = [&](std::string_view name, std::int64_t old) {
    return std::max<std::int64_t>(0, usage.integer(name, old));  // later counts replace earlier ones; null says nothing
  };
  const std::int64_t plain = into.input_tokens - into.cached_tokens - into.written_tokens;
  into.cached_tokens = take("cache_read_input_tokens", into.cached_tokens);
  into.written_tokens = take("cache_creation_input_tokens", into.written_tokens);
  into.input_tokens = sum(take("input_tokens", plain), sum(into.cached_tokens, into.written_tokens));
  into.output_tokens = take("output_tokens", into.output_tokens);
  const Fields details(usage.raw("output_tokens_details"));
  into.reasoning_tokens = std::max<std::int64_t>(0, details.integer("thinking_tokens", into.reasoning_tokens));
}

std::string finish_of(std::string_view reason, bool calls) {
  if (reason == "refusal") return "refused";
  if (reason == "max_tokens") return "length";
  if (reason == "model_context_window_exceeded") return "window";
  return calls ? "tool_calls" : "stop";  // end_turn, stop_sequence, tool_use; pause_turn ends as what it has
}

std::string written_thought(const Blocks::Block& thought) {
  if (!thought.hidden.empty())
    return ObjectText().text("data", thought.hidden).text("type", "redacted_thinking").finish();
  return ObjectText()
      .text("signature", thought.signature)
      .text("thinking", thought.text)
      .text("type", "thinking")
      .finish();
}

class AnthropicReader final : public ReplyReader {
 public:
  Result<ChatReply> whole(std::string_view body) override {
    const Fields message(body);
    if (!message.raw("content").starts_with('[')) {
      if (message.raw("error").starts_with('{')) return ended_by_error(code_of(message, 529), message_in(message));
      return unreadable("a message", body);
    }
    std::int64_t index = 0;
    for (const std::string_view block : items_of(message.raw("content"))) start(index++, Fields(block));
    reply_.model = message.text("model");
    take_usage(Fields(message.raw("usage")), reply_.usage);
    stop(message);
    return finish();
  }

  Result<std::string> event(const ServerSentEvent& event) override {
    Fields said;
    const Result<bool> read = read_piece(event, said);
    if (!read) return troupe::failure(read.error());
    if (!*read) return std::string();
    const std::string type = said.text("type");
    if (type == "error") return ended_by_error(code_of(said, 529), message_in(said));
    if (type == "message_start") {
      const Fields message(said.raw("message"));
      reply_.model = message.text("model");
      take_usage(Fields(message.raw("usage")), reply_.usage);
    } else if (type == "content_block_start") {
      return start(said.integer("index", -1), Fields(said.raw("content_block")));
    } else if (type == "content_block_delta") {
      return add(said.integer("index", -1), Fields(said.raw("delta")));
    } else if (type == "message_delta") {
      take_usage(Fields(said.raw("usage")), reply_.usage);
      return stop(Fields(said.raw("delta")));
    } else if (type == "message_stop") {
      done_ = true;
    }
    return std::string();
  }

  bool complete() const override { return done_ || !reason_.empty(); }

  ChatReply finish() override {
    blocks_.finish(reply_, kName, written_thought);
    reply_.finish = finish_of(reason_, !reply_.calls.empty());
    return std::move(reply_);
  }

 private:
  /// A block as it stands whole, or as it begins. The text that it adds.
  std::string start(std::int64_t index, const Fields& content) {
    Blocks::Block* block = blocks_.at(index);
    if (block == nullptr) return {};
    const std::string type = content.text("type");
    if (type == "text") {
      block->kind = Blocks::Kind::kText;
      return told(content.text("text"));
    }
    if (type == "tool_use") {
      block->kind = Blocks::Kind::kCall;
      block->call.id = content.text("id");
      block->call.name = content.text("name");
      const std::string_view input = content.raw("input");
      const Fields members(input);  // of a stream an empty object, and the text of the real one comes in pieces
      block->text = input.starts_with('{') && members.begin() == members.end() ? std::string_view() : input;
    } else if (type == "thinking" || type == "redacted_thinking") {
      block->kind = Blocks::Kind::kThought;
      block->text_before = static_cast<std::int64_t>(reply_.text.size());
      block->text = content.text("thinking");
      block->signature = content.text("signature");
      block->hidden = content.text("data");
    }
    return {};
  }

  std::string add(std::int64_t index, const Fields& delta) {
    Blocks::Block* block = blocks_.at(index);
    if (block == nullptr) return {};
    const std::string type = delta.text("type");
    if (type == "text_delta" && block->kind == Blocks::Kind::kText) return told(delta.text("text"));
    if (type == "input_json_delta") block->text += delta.text("partial_json");
    else if (type == "thinking_delta") block->text += delta.text("thinking");
    else if (type == "signature_delta") block->signature += delta.text("signature");
    return {};
  }

  /// Why it stopped, of a message or of what changes it. A refusal that has no text is explained by the vendor's.
  std::string stop(const Fields& message) {
    if (std::string reason = message.text("stop_reason"); !reason.empty()) reason_ = std::move(reason);
    if (reason_ != "refusal" || !reply_.text.empty()) return {};
    return told(Fields(message.raw("stop_details")).text("explanation"));
  }

  std::string told(std::string text) {
    reply_.text += text;
    return text;
  }

  Blocks blocks_;
  std::string reason_;
  bool done_ = false;
};

void write_text(std::string_view text, std::string& out) {
  out += "{\"type\":\"text\",\"text\":";
  append_quoted(out, text);
}

void write_image(const Image& image, std::string& out) {
  out += "{\"type\":\"image\",\"source\":{\"type\":";
  if (image.base64.empty()) {
    out += "\"url\",\"url\":";
    append_quoted(out, image.url);
  } else {
    out += "\"base64\",\"media_type\":";
    append_quoted(out, image.media_type);
    out += ",\"data\":";
    append_quoted(out, image.base64);
  }
  out += '}';
}

void write_call(const ToolCall& call, std::string& out) {
  out += "{\"type\":\"tool_use\",\"id\":";
  append_quoted(out, plain_name(call.id));
  out += ",\"name\":";
  append_quoted(out, plain_name(call.name));
  append(out, {",\"input\":", arguments_of(call)});
}

constexpr BlockStyle kStyle{write_text, write_image, write_call, kName};

class Anthropic final : public Codec {
 public:
  std::string_view name() const override { return kName; }

  void render(const Message& message, const Message*, std::string& out) const override {
    switch (message.role) {
      case Message::Role::kSystem: return;  // stands apart in the request
      case Message::Role::kAssistant: return render_turn(message, kStyle, out);
      case Message::Role::kUser: return render_content(message, kStyle, Within::kMessage, out);
      case Message::Role::kTool: render_result(message, out);
    }
  }

  std::string render_tools(const std::vector<ToolSpec>& tools) const override {
    std::string out;
    for (const ToolSpec& tool : tools) {
      out += out.empty() ? "{\"name\":" : ",{\"name\":";
      append_quoted(out, tool.name);
      if (!tool.description.empty()) {
        out += ",\"description\":";
        append_quoted(out, tool.description);
      }
      append(out, {",\"input_schema\":", dump_json(tool.input_schema)});
      if (&tool == &tools.back()) append(out, {",", kCached});
      out += '}';
    }
    return out;
  }

  /// Marks for the vendor's cache (docs, "Prompt caching") stand behind the tools, which all runs of an agent share,
  /// behind the instruction, and at the top: that one means the last block, whichever it is, so no message that was
  /// written before changes as the history grows. Three of the four marks that a request may have.
  RequestFrame frame(const RequestOptions& options) const override {
    RequestFrame frame;
    frame.head = "{\"model\":";
    append_quoted(frame.head, options.model);
    append(frame.head,
           {",\"max_tokens\":", decimal(options.most_tokens > 0 ? options.most_tokens : kMostTokens), ",", kCached});
    if (options.stream) frame.head += ",\"stream\":true";
    if (!options.schema.empty())  // docs, "Structured outputs"
      append(frame.head, {R"(,"output_config":{"format":{"type":"json_schema","schema":)", options.schema, "}}"});
    if (!options.tools.empty()) append(frame.head, {",\"tools\":[", options.tools, "]"});
    if (!trim(options.instruction).empty()) {
      frame.head += ",\"system\":[";
      write_text(options.instruction, frame.head);
      append(frame.head, {",", kCached, "}]"});
    }
    frame.head += ",\"messages\":[";
    frame.tail = "]}]}";
    return frame;
  }

  std::string path(const RequestOptions&) const override { return "/messages"; }
  std::unique_ptr<ReplyReader> reader() const override { return std::make_unique<AnthropicReader>(); }

  Error failure(int status, std::string_view body) const override {
    const Fields parsed(body);
    return refused(code_of(parsed, status), status, said_in(body));
  }

 private:
  static void render_result(const Message& message, std::string& out) {
    open_block(out, Side::kUser);
    out += "{\"type\":\"tool_result\",\"tool_use_id\":";
    append_quoted(out, plain_name(message.call_id));
    if (message.failed) out += ",\"is_error\":true";
    std::string content;
    render_content(message, kStyle, Within::kList, content);
    if (content.empty() && message.failed) {  // it has to say something; a success may have nothing to say
      write_text("(no explanation)", content);
      content += '}';
    }
    if (!content.empty()) append(out, {",\"content\":[", content, "]"});
    close_block(out, Side::kUser);
  }
};

}  // namespace

const Codec& anthropic() {
  static const Anthropic codec;
  return codec;
}

}  // namespace troupe

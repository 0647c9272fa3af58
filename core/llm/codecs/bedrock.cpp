// Amazon Bedrock's Converse and ConverseStream:
// docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and API_runtime_ConverseStream.html, as of
// November 2026. The provider adds what shows who asks: a Bedrock API key as "authorization: Bearer", or a signature.
#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "llm/codec.hpp"
#include "llm/codecs/blocks.hpp"
#include "llm/codecs/parts.hpp"

namespace troupe {
namespace {

constexpr std::string_view kName = "bedrock";
constexpr std::string_view kCachePoint = R"({"cachePoint":{"type":"default"}})";

/// By an exception's name, which begins with a capital letter in one place and not in the other, and by what Amazon has
/// no exception for.
Code code_of(std::string_view exception, std::string_view message, Code otherwise) {
  const std::string type = lower(exception);
  if (type == "throttlingexception" || otherwise == Code::kRateLimit)
    return contains(message, "per day") ? Code::kQuota : Code::kRateLimit;  // until tomorrow, no waiting helps
  if (type == "accessdeniedexception") return Code::kAuthentication;
  if (type == "resourcenotfoundexception") return Code::kNotFound;
  if (type == "servicequotaexceededexception") return Code::kQuota;
  if (type == "modeltimeoutexception") return Code::kTimeout;
  if (type == "internalserverexception" || type == "serviceunavailableexception" || type == "modelnotreadyexception" ||
      type == "modelerrorexception" || type == "modelstreamerrorexception")
    return Code::kOverloaded;
  if (type != "validationexception" && otherwise != Code::kInvalidInput) return otherwise;
  for (const std::string_view sign : {"too long", "exceed context limit", "maximum context length"}) {
    if (contains(message, sign)) return Code::kTooLong;
  }
  return contains(message, "model identifier is invalid") ? Code::kNotFound : Code::kInvalidInput;
}

/// Their inputTokens are those that the cache had no part in (user guide, "Prompt caching"); ours are all.
Usage usage_of(const Fields& fields) {
  Usage usage;
  usage.cached_tokens = count_of(fields, "cacheReadInputTokens");
  usage.written_tokens = count_of(fields, "cacheWriteInputTokens");
  usage.input_tokens = sum(count_of(fields, "inputTokens"), sum(usage.cached_tokens, usage.written_tokens));
  usage.output_tokens = count_of(fields, "outputTokens");
  return usage;
}

std::string finish_of(std::string_view reason, bool calls) {
  if (reason == "guardrail_intervened" || reason == "content_filtered") return "blocked";
  if (reason == "max_tokens") return "length";
  if (reason == "model_context_window_exceeded") return "window";
  return calls ? "tool_calls" : "stop";  // end_turn, stop_sequence, tool_use; what is malformed ends as what it has
}

std::string written_thought(const Blocks::Block& thought) {
  ObjectText content;
  if (!thought.hidden.empty()) content.text("redactedContent", thought.hidden);
  else
    content.raw("reasoningText", ObjectText().text("signature", thought.signature).text("text", thought.text).finish());
  return ObjectText().raw("reasoningContent", content.finish()).finish();
}

class BedrockReader final : public ReplyReader {
 public:
  Result<ChatReply> whole(std::string_view body) override {
    const Fields answer(body), message(Fields(answer.raw("output")).raw("message"));
    const std::string_view content = message.raw("content");
    if (!content.starts_with('[')) return unreadable("one of Converse's", body);
    std::int64_t index = 0;
    for (const std::string_view block : items_of(content)) take(index++, Fields(block));
    reply_.usage = usage_of(Fields(answer.raw("usage")));
    reason_ = answer.text("stopReason");
    return finish();
  }

  Result<std::string> event(const ServerSentEvent& event) override {
    if (event.id == "exception" || event.id == "error") {
      const std::string message = said_in(event.data);
      return ended_by_error(code_of(event.event, message, Code::kOverloaded), message);
    }
    Fields said;
    const Result<bool> read = read_piece(event, said);
    if (!read) return troupe::failure(read.error());
    if (!*read) return std::string();
    const std::int64_t index = said.integer("contentBlockIndex", -1);
    if (event.event == "contentBlockStart") return take(index, Fields(said.raw("start")));
    if (event.event == "contentBlockDelta") return take(index, Fields(said.raw("delta")));
    if (event.event == "messageStop") {
      stopped_ = true;
      reason_ = said.text("stopReason");
    } else if (event.event == "metadata") {
      reply_.usage = usage_of(Fields(said.raw("usage")));
    }
    return std::string();
  }

  bool complete() const override { return stopped_; }

  ChatReply finish() override {
    blocks_.finish(reply_, kName, written_thought);
    reply_.finish = finish_of(reason_, !reply_.calls.empty());
    return std::move(reply_);
  }

 private:
  /// A block, its start or more of it: they differ in whether a call's input is an object or a piece of its text, and
  /// in whether a thought is an object of its own. The text that it adds.
  std::string take(std::int64_t index, const Fields& content) {
    Blocks::Block* block = blocks_.at(index);
    if (block == nullptr) return {};
    if (std::string text = content.text("text"); !text.empty()) {
      reply_.text += text;
      return text;
    }
    if (const std::string_view call = content.raw("toolUse"); call.starts_with('{')) take_call(*block, Fields(call));
    else if (const std::string_view thought = content.raw("reasoningContent"); thought.starts_with('{'))
      take_thought(*block, Fields(thought));
    return {};
  }

  static void take_call(Blocks::Block& block, const Fields& call) {
    // What the vendor's servers run themselves is none of ours.
    if (call.text("type") == "server_tool_use") block.kind = Blocks::Kind::kUnknown;
    else if (!call.raw("toolUseId").empty()) block.kind = Blocks::Kind::kCall;
    block.call.id += call.text("toolUseId");
    block.call.name += call.text("name");
    const std::string_view input = call.raw("input");
    block.text += input.starts_with('"') ? unquoted(input) : std::string(input);
  }

  void take_thought(Blocks::Block& block, const Fields& thought) {
    if (block.kind != Blocks::Kind::kThought) block.text_before = static_cast<std::int64_t>(reply_.text.size());
    block.kind = Blocks::Kind::kThought;
    const Fields whole(thought.raw("reasoningText"));
    for (const Fields* fields : {&thought, &whole}) {
      block.text += fields->text("text");
      block.signature += fields->text("signature");
    }
    block.hidden += thought.text("redactedContent");
  }

  Blocks blocks_;
  std::string reason_;
  bool stopped_ = false;
};

void write_text(std::string_view text, std::string& out) {
  out += "{\"text\":";
  append_quoted(out, text);
}

/// Converse fetches pictures from S3 alone; elsewhere the model is told at least where the picture is.
void write_image(const Image& image, std::string& out) {
  const bool stored = image.base64.empty() && image.url.starts_with("s3://");
  if (image.base64.empty() && !stored) return write_text(joined({"(An image: ", image.url, ")"}), out);
  std::string_view format = image.media_type;
  if (format.starts_with("image/")) format.remove_prefix(6);
  out += "{\"image\":{\"format\":";
  append_quoted(out, format == "jpg" ? "jpeg" : format);
  out += stored ? ",\"source\":{\"s3Location\":{\"uri\":" : ",\"source\":{\"bytes\":";
  append_quoted(out, stored ? image.url : image.base64);
  out += stored ? "}}}" : "}}";
}

void write_call(const ToolCall& call, std::string& out) {
  out += "{\"toolUse\":{\"toolUseId\":";
  append_quoted(out, plain_name(call.id));
  out += ",\"name\":";
  append_quoted(out, plain_name(call.name));
  append(out, {",\"input\":", arguments_of(call), "}"});
}

constexpr BlockStyle kStyle{write_text, write_image, write_call, kName};

/// Models that take marks for the cache wherever we set them: Claude from 4 on ("anthropic.claude-opus-4-1..."; before,
/// the version came first). Others refuse them (user guide, "Prompt caching"), or, as Nova, keep prompts by themselves.
bool takes_cache_points(std::string_view model) {
  constexpr std::string_view kClaude = "anthropic.claude-";
  const std::size_t at = model.find(kClaude);
  if (at == std::string_view::npos) return false;
  const std::string_view version = model.substr(at + kClaude.size());
  return !version.starts_with('3') && !version.starts_with("v2") && !version.starts_with("instant");
}

class Bedrock final : public Codec {
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
      out += out.empty() ? "{\"toolSpec\":{\"name\":" : ",{\"toolSpec\":{\"name\":";
      append_quoted(out, tool.name);
      if (!tool.description.empty()) {
        out += ",\"description\":";
        append_quoted(out, tool.description);
      }
      append(out, {",\"inputSchema\":{\"json\":", dump_json(tool.input_schema), "}}}"});
    }
    return out;
  }

  /// Points for the cache stand behind the tools, behind the instruction, and, because the last message is open, behind
  /// whichever message is the last: no message that was written before changes as the history grows.
  RequestFrame frame(const RequestOptions& options) const override {
    const bool caches = takes_cache_points(options.model);
    const std::string point = caches ? joined({",", kCachePoint}) : std::string();
    RequestFrame frame;
    frame.head = "{";
    if (options.most_tokens > 0)  // the model's own limit otherwise
      append(frame.head, {"\"inferenceConfig\":{\"maxTokens\":", decimal(options.most_tokens), "},"});
    if (!options.schema.empty()) {  // user guide, "Structured outputs": the schema as a text
      frame.head += R"("outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":)";
      append_quoted(frame.head, options.schema);
      frame.head += "}}}},";
    }
    if (!trim(options.instruction).empty()) {
      frame.head += "\"system\":[";
      write_text(options.instruction, frame.head);
      append(frame.head, {"}", point, "],"});
    }
    if (!options.tools.empty()) append(frame.head, {"\"toolConfig\":{\"tools\":[", options.tools, point, "]},"});
    frame.head += "\"messages\":[";
    frame.tail = joined({point, "]}]}"});
    return frame;
  }

  /// The model's name may be an address of its own, with colons and slashes.
  std::string path(const RequestOptions& options) const override {
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string path = "/model/";
    for (const char c : options.model) {
      const auto byte = static_cast<unsigned char>(c);
      const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                         c == '.' || c == '_' || c == '~';
      if (plain) path += c;
      else path.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
    return path + (options.stream ? "/converse-stream" : "/converse");
  }

  Framing framing() const override { return Framing::kAmazon; }
  std::unique_ptr<ReplyReader> reader() const override { return std::make_unique<BedrockReader>(); }

  Error failure(int status, std::string_view body) const override {
    const Fields parsed(body);
    const std::string words = said_in(body), type = parsed.text("__type");
    // "com.amazon.coral.service#AccessDeniedException"
    const std::string_view exception = std::string_view(type).substr(type.find('#') + 1);
    return refused(code_of(exception, words, code_of_status(status)), status, words);
  }

 private:
  static void render_result(const Message& message, std::string& out) {
    open_block(out, Side::kUser);
    out += "{\"toolResult\":{\"toolUseId\":";
    append_quoted(out, plain_name(message.call_id));
    out += ",\"content\":[";
    const std::size_t start = out.size();
    render_content(message, kStyle, Within::kList, out);
    if (out.size() == start) {  // a blank text is refused, and so is none
      write_text(message.failed ? "(no explanation)" : "(nothing)", out);
      out += '}';
    }
    append(out, {"],\"status\":", message.failed ? "\"error\"}" : "\"success\"}"});
    close_block(out, Side::kUser);
  }
};

}  // namespace

const Codec& bedrock() {
  static const Bedrock codec;
  return codec;
}

}  // namespace troupe

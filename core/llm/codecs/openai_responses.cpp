// OpenAI's Responses: platform.openai.com/docs/api-reference/responses and .../responses-streaming. Nothing is stored
// at the vendor; what its models thought comes encrypted and goes back with the history
// (platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items).
#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "llm/codec.hpp"
#include "llm/codecs/openai_shapes.hpp"
#include "llm/codecs/parts.hpp"
#include "llm/codecs/said_order.hpp"

namespace troupe {
namespace {

constexpr std::string_view kName = "openai_responses";

/// Models that do not think refuse to be asked for their thoughts: "Encrypted content is not supported with this
/// model".
bool thinks(std::string_view model) {
  return !contains(model, "gpt-3") && !contains(model, "gpt-4") && !contains(model, "-chat");
}

Usage read_usage(std::string_view json) {
  const Fields fields(json), input(fields.raw("input_tokens_details")), output(fields.raw("output_tokens_details"));
  Usage usage;
  usage.input_tokens = count_of(fields, "input_tokens");
  usage.output_tokens = count_of(fields, "output_tokens");
  usage.cached_tokens = std::min(count_of(input, "cached_tokens"), usage.input_tokens);
  usage.reasoning_tokens = count_of(output, "reasoning_tokens");
  return usage;
}

class ResponsesReader final : public ReplyReader {
 public:
  Result<ChatReply> whole(std::string_view body) override {
    const Fields response(body);
    if (failed(response)) return ended(response);
    if (!response.raw("output").starts_with('[')) return unreadable("a response", body);
    std::int64_t index = 0;
    for (const std::string_view item : items_of(response.raw("output"))) reply_.text += item_done(index++, item);
    complete_by(response);
    return finish();
  }

  Result<std::string> event(const ServerSentEvent& event) override {
    Fields chunk;
    const Result<bool> read = read_piece(event, chunk);
    if (!read) return failure(read.error());
    if (!*read) return std::string();
    const std::string type = chunk.text("type");
    const bool adds = type == "response.output_item.added";
    const std::int64_t index = chunk.integer("output_index", pieces_.last() + (adds ? 1 : 0));
    std::string text;
    if (type == "error") return ended(chunk);
    if (type == "response.failed") return ended(Fields(chunk.raw("response")));
    if (type == "response.completed" || type == "response.incomplete") complete_by(Fields(chunk.raw("response")));
    if (adds) item_added(index, Fields(chunk.raw("item")));
    if (type == "response.output_item.done") text = item_done(index, chunk.raw("item"));
    if (type == "response.function_call_arguments.delta") {
      if (CallPieces::Piece* piece = pieces_.at(index)) piece->arguments += chunk.text("delta");
    } else if (type == "response.output_text.delta" || type == "response.refusal.delta") {
      text = chunk.text("delta");
      refused_ = refused_ || type == "response.refusal.delta";
      told_ += text.size();
    }
    reply_.text += text;
    return text;
  }

  bool complete() const override { return done_; }

  ChatReply finish() override {
    reply_.calls = pieces_.take();
    name_calls(reply_.calls);
    if (reason_ == "content_filter") reply_.finish = "blocked";
    else if (refused_) reply_.finish = "refused";
    else if (!reason_.empty()) reply_.finish = "length";
    else reply_.finish = reply_.calls.empty() ? "stop" : "tool_calls";
    if (order_.kept()) reply_.thoughts = {std::string(kName), order_.blocks()};
    return std::move(reply_);
  }

 private:
  static bool failed(const Fields& response) { return response.raw("error").starts_with('{'); }

  /// An error stands in the event itself, or below "error".
  static std::unexpected<Error> ended(const Fields& holder) {
    const Fields inner(failed(holder) ? holder.raw("error") : "{}");
    std::string said = message_in(holder);
    if (said.empty()) said = "(no explanation)";
    return ended_by_error(code_in_reply(failed(holder) ? inner : holder), said);
  }

  void complete_by(const Fields& response) {
    done_ = true;
    reply_.model = response.text("model");
    reply_.usage = read_usage(response.raw("usage"));
    reason_ = Fields(response.raw("incomplete_details")).text("reason");
  }

  void item_added(std::int64_t index, const Fields& item) {
    told_ = 0;
    if (item.text("type") == "function_call") name_call(pieces_.at(index), item);
  }

  static void name_call(CallPieces::Piece* piece, const Fields& item) {
    if (piece == nullptr) return;
    piece->call.id = item.text("call_id", piece->call.id);
    piece->call.name = item.text("name", piece->call.name);
  }

  /// The item's text as far as no delta has told it.
  std::string item_done(std::int64_t index, std::string_view raw) {
    const Fields item(raw);
    const std::string type = item.text("type");
    std::string text;
    if (type == "message") {
      if (told_ == 0) text = text_of(item.raw("content"));
      const std::string_view phase = item.raw("phase");
      order_.text(std::exchange(told_, 0) + text.size(), phase.starts_with('"') ? dump_json(unquoted(phase)) : "");
    } else if (type == "function_call") {
      CallPieces::Piece* piece = pieces_.at(index);
      name_call(piece, item);
      if (piece != nullptr) piece->arguments = item.text("arguments", piece->arguments);
      order_.call();
    } else if (type == "reasoning" && !item.text("encrypted_content").empty()) {
      // Without what is encrypted it would be a name of something that is not stored.
      if (const std::optional<Json> reasoning = parse_json(raw)) order_.other(dump_json(*reasoning));
    }
    return text;
  }

  std::string text_of(std::string_view content) {
    std::string text;
    for (const std::string_view item : items_of(content)) {
      const Fields part(item);
      const bool refusal = part.text("type") == "refusal";
      refused_ = refused_ || refusal;
      text += part.text(refusal ? "refusal" : "text");
    }
    return text;
  }

  CallPieces pieces_;
  SaidOrder order_;
  std::string reason_;
  std::size_t told_ = 0;  // of the item that is being told, in bytes
  bool done_ = false, refused_ = false;
};

class OpenAiResponses final : public Codec {
 public:
  std::string_view name() const override { return kName; }

  void render(const Message& message, const Message*, std::string& out) const override {
    switch (message.role) {
      case Message::Role::kSystem: return;
      case Message::Role::kUser:
        open(out, R"({"type":"message","role":"user","content":)");
        append_content(out, message);
        out += '}';
        return;
      case Message::Role::kAssistant: return append_said(out, message);
      case Message::Role::kTool:
        open(out, R"({"type":"function_call_output","call_id":)");
        append_quoted(out, message.call_id);
        out += ",\"output\":";
        append_content(out, message);
        out += '}';
    }
  }

  std::string render_tools(const std::vector<ToolSpec>& tools) const override {
    std::string out;
    for (const ToolSpec& tool : tools) {
      out += out.empty() ? "" : ",";
      out += R"({"type":"function","name":)";
      append_quoted(out, tool.name);
      out += ",\"description\":";
      append_quoted(out, tool.description);
      // Strict schemas are a small part of JSON Schema, which servers' tools do not keep to.
      append(out, {",\"parameters\":", dump_json(tool.input_schema), ",\"strict\":false}"});
    }
    return out;
  }

  RequestFrame frame(const RequestOptions& options) const override {
    RequestFrame frame;
    frame.head = "{\"model\":";
    append_quoted(frame.head, options.model);
    frame.head += ",\"store\":false";
    if (thinks(options.model)) frame.head += R"(,"include":["reasoning.encrypted_content"])";
    if (options.stream) frame.head += ",\"stream\":true";
    if (!options.instruction.empty()) {
      frame.head += ",\"instructions\":";
      append_quoted(frame.head, options.instruction);
    }
    if (!options.tools.empty()) append(frame.head, {",\"tools\":[", options.tools, "]"});
    if (!options.schema.empty()) {
      append(frame.head, {R"(,"text":{"format":{"type":"json_schema","name":"answer","schema":)", options.schema,
                          R"(,"strict":true}})"});
    }
    if (options.most_tokens > 0) append(frame.head, {",\"max_output_tokens\":", decimal(options.most_tokens)});
    frame.head += ",\"input\":[";
    frame.tail = "]}";
    return frame;
  }

  std::string path(const RequestOptions&) const override { return "/responses"; }
  std::unique_ptr<ReplyReader> reader() const override { return std::make_unique<ResponsesReader>(); }
  Error failure(int status, std::string_view body) const override { return openai_failure(status, body); }

 private:
  static void open(std::string& out, std::string_view text) { append(out, {out.empty() ? "" : ",", text}); }

  /// Words of their own for what chat messages call "text" and "image_url".
  static void append_content(std::string& out, const Message& message) {
    if (message.images.empty()) return append_quoted(out, message.text);
    out += '[';
    if (!message.text.empty()) {
      out += R"({"type":"input_text","text":)";
      append_quoted(out, message.text);
      out += "},";
    }
    for (const Image& image : message.images) {
      out += R"({"type":"input_image","detail":"auto","image_url":)";
      append_quoted(out, address_of(image));
      out += "},";
    }
    out.back() = ']';
  }

  static void append_said(std::string& out, const Message& message) {
    const std::vector<SaidPart> parts = said_parts(message, kName);
    for (const SaidPart& part : parts) {
      if (part.other) open(out, part.kept);
      else if (part.call != nullptr) append_call(out, *part.call);
      else append_text(out, part.text, part.kept);
    }
    if (parts.empty()) append_text(out, "", "");
  }

  static void append_text(std::string& out, std::string_view text, std::string_view phase) {
    open(out, R"({"type":"message","role":"assistant","content":)");
    append_quoted(out, text);
    if (!phase.empty()) append(out, {",\"phase\":", phase});
    out += '}';
  }

  static void append_call(std::string& out, const ToolCall& call) {
    open(out, R"({"type":"function_call","call_id":)");
    append_quoted(out, call.id);
    out += ",\"name\":";
    append_quoted(out, call.name);
    out += ",\"arguments\":";
    append_quoted(out, arguments_of(call));
    out += '}';
  }
};

}  // namespace

const Codec& openai_responses() {
  static const OpenAiResponses codec;
  return codec;
}

}  // namespace troupe

// Cohere's chat, version 2: docs.cohere.com/reference/chat, docs.cohere.com/docs/streaming and
// docs.cohere.com/docs/tool-use-streaming. Messages and tools are written as OpenAI's.
#include <algorithm>
#include <utility>

#include "base/json_parse.hpp"
#include "base/text.hpp"
#include "llm/codec.hpp"
#include "llm/codecs/openai_shapes.hpp"
#include "llm/codecs/parts.hpp"

namespace troupe {
namespace {

constexpr std::string_view kName = "cohere";

/// The vendor's numbers may be written as 12.0.
std::int64_t tokens_of(const Fields& fields, std::string_view name) {
  const std::string_view number = fields.raw(name);
  return std::max<std::int64_t>(0, integer_of(number.substr(0, number.find('.')), 0));
}

/// "billed_units" are what is paid for; "tokens" also count the vendor's own words around the conversation, which cost
/// nothing. Prices are for what is billed; where that is not said, the others are a good guess.
Usage read_usage(std::string_view json) {
  const Fields fields(json);
  const std::string_view billed = fields.raw("billed_units");
  const Fields counted(billed.starts_with('{') ? billed : fields.raw("tokens"));
  Usage usage;
  usage.input_tokens = tokens_of(counted, "input_tokens");
  usage.output_tokens = tokens_of(counted, "output_tokens");
  usage.cached_tokens = std::min(tokens_of(fields, "cached_tokens"), usage.input_tokens);
  return usage;
}

/// What the model thought, as Thoughts keep it: {"thinking":[texts],"tool_plan":text}.
struct Plan {
  std::vector<std::string> thinking;
  std::string tool_plan;

  std::string written() const {
    ObjectText out;
    std::string texts;
    for (const std::string& text : thinking) {
      if (text.empty()) continue;
      texts += texts.empty() ? '[' : ',';
      append_quoted(texts, text);
    }
    if (!texts.empty()) out.raw("thinking", texts + ']');
    if (!tool_plan.empty()) out.text("tool_plan", tool_plan);
    return out.open().size() > 1 ? out.finish() : std::string();
  }
};

class CohereReader final : public ReplyReader {
 public:
  Result<ChatReply> whole(std::string_view body) override {
    const Fields response(body), message(response.raw("message"));
    if (!response.raw("message").starts_with('{')) return unreadable("a chat message", body);
    const std::string_view content = message.raw("content");
    if (content.starts_with('"')) reply_.text = unquoted(content);
    for (const std::string_view item : items_of(content)) {
      const Fields part(item);
      if (part.text("type") == "thinking") plan_.thinking.push_back(part.text("thinking"));
      reply_.text += part.text("text");
    }
    plan_.tool_plan = message.text("tool_plan");
    for (const std::string_view item : items_of(message.raw("tool_calls"))) take_call(pieces_.last() + 1, Fields(item));
    const Result<> ended = end(response);
    if (!ended) return failure(ended.error());
    return finish();
  }

  Result<std::string> event(const ServerSentEvent& event) override {
    Fields chunk;
    const Result<bool> read = read_piece(event, chunk);
    if (!read) return failure(read.error());
    if (!*read) return std::string();
    const std::string type = chunk.text("type");
    const Fields delta(chunk.raw("delta")), message(delta.raw("message")), content(message.raw("content"));
    if (type == "message-end") {
      const Result<> ended = end(delta);
      if (!ended) return failure(ended.error());
    } else if (type == "tool-plan-delta") {
      plan_.tool_plan += message.text("tool_plan");
    } else if (type == "tool-call-start" || type == "tool-call-delta") {
      const bool starts = type == "tool-call-start";
      take_call(chunk.integer("index", pieces_.last() + (starts ? 1 : 0)), Fields(message.raw("tool_calls")));
    } else if (type == "content-start" || type == "content-delta") {
      const std::string thinking = content.text("thinking");
      const bool opens = content.text("type") == "thinking" || (plan_.thinking.empty() && !thinking.empty());
      if (opens) plan_.thinking.emplace_back();
      if (!thinking.empty()) plan_.thinking.back() += thinking;
      std::string text = content.text("text");
      reply_.text += text;
      return text;
    }
    return std::string();
  }

  bool complete() const override { return !reason_.empty(); }

  ChatReply finish() override {
    reply_.calls = pieces_.take();
    name_calls(reply_.calls);
    const bool cut = reason_ == "MAX_TOKENS";
    reply_.finish = reason_ == "ERROR_TOXIC" ? "blocked"
                    : cut                    ? "length"
                    : reply_.calls.empty()   ? "stop"
                                             : "tool_calls";
    if (std::string thoughts = plan_.written(); !thoughts.empty())
      reply_.thoughts = {std::string(kName), std::move(thoughts)};
    return std::move(reply_);
  }

 private:
  /// Of a start the id and the name, of a delta some more of the arguments.
  void take_call(std::int64_t index, const Fields& call) {
    CallPieces::Piece* piece = pieces_.at(index);
    if (piece == nullptr) return;
    const Fields function(call.raw("function"));
    if (std::string id = call.text("id"); !id.empty()) piece->call.id = std::move(id);
    piece->call.name += function.text("name");
    piece->arguments += function.text("arguments");
  }

  Result<> end(const Fields& end) {
    reason_ = end.text("finish_reason", "COMPLETE");
    reply_.usage = read_usage(end.raw("usage"));
    const std::string said = end.text("error", "(no explanation)");
    if (reason_ == "TIMEOUT") return ended_by_error(Code::kTimeout, said);
    if (reason_ == "ERROR") return ended_by_error(Code::kOverloaded, said);
    return {};
  }

  CallPieces pieces_;
  Plan plan_;
  std::string reason_;
};

class Cohere final : public Codec {
 public:
  std::string_view name() const override { return kName; }

  /// Pictures in a tool's result are left out: it is text or documents here.
  void render(const Message& message, const Message* before, std::string& out) const override {
    if (before != nullptr) out += ',';
    switch (message.role) {
      case Message::Role::kSystem: return;  // the frame begins with it
      case Message::Role::kUser: out += R"({"role":"user","content":)"; break;
      case Message::Role::kAssistant: append_said(out, message); return;
      case Message::Role::kTool:
        out += R"({"role":"tool","tool_call_id":)";
        append_quoted(out, message.call_id);
        out += ",\"content\":";
        append_quoted(out, message.text);
    }
    if (message.role != Message::Role::kTool) append_content(out, message);
    out += '}';
  }

  std::string render_tools(const std::vector<ToolSpec>& tools) const override { return function_tools(tools); }

  RequestFrame frame(const RequestOptions& options) const override {
    RequestFrame frame;
    frame.head = "{\"model\":";
    append_quoted(frame.head, options.model);
    frame.head += options.stream ? ",\"stream\":true" : ",\"stream\":false";
    if (!options.tools.empty()) append(frame.head, {",\"tools\":[", options.tools, "]"});
    // The vendor does not take both.
    else if (!options.schema.empty())
      append(frame.head, {R"(,"response_format":{"type":"json_object","json_schema":)", options.schema, "}"});
    if (options.most_tokens > 0) append(frame.head, {",\"max_tokens\":", decimal(options.most_tokens)});
    frame.head += ",\"messages\":[";
    if (!options.instruction.empty()) {
      frame.head += R"({"role":"system","content":)";
      append_quoted(frame.head, options.instruction);
      frame.head += '}';
    }
    frame.tail = "]}";
    return frame;
  }

  std::string path(const RequestOptions&) const override { return "/chat"; }
  std::unique_ptr<ReplyReader> reader() const override { return std::make_unique<CohereReader>(); }

  /// docs.cohere.com/reference/errors
  Error failure(int status, std::string_view body) const override {
    const std::string said = said_in(body);
    Code code = code_of_status(status);
    if (status == 498) code = Code::kBlocked;
    if (status == 499) code = Code::kOverloaded;
    if (status == 429 && contains(said, "/ month")) code = Code::kQuota;
    // "max tokens" are those of the reply: a shorter conversation does not help.
    if (status == 400 && contains(said, "too many tokens") && !contains(said, "max tokens")) code = Code::kTooLong;
    return refused(code, status, said);
  }

 private:
  static void append_said(std::string& out, const Message& message) {
    const Fields kept(message.thoughts.codec == kName ? std::string_view(message.thoughts.blocks) : "{}");
    out += R"({"role":"assistant")";
    std::string content;
    for (const std::string_view text : items_of(kept.raw("thinking")))
      append(content, {R"({"type":"thinking","thinking":)", text, "},"});
    if (!content.empty()) {
      append(out, {",\"content\":[", content});
      if (!message.text.empty()) {
        out += R"({"type":"text","text":)";
        append_quoted(out, message.text);
        out += "},";
      }
      out.back() = ']';
    } else if (!message.text.empty() || message.calls.empty()) {
      out += ",\"content\":";
      append_quoted(out, message.text);
    }
    const std::string_view plan = kept.raw("tool_plan");
    if (!plan.empty() && !message.calls.empty()) append(out, {",\"tool_plan\":", plan});
    append_calls(out, message.calls);
    out += '}';
  }
};

}  // namespace

const Codec& cohere() {
  static const Cohere codec;
  return codec;
}

}  // namespace troupe

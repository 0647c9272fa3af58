// OpenAI chat completions: platform.openai.com/docs/api-reference/chat, and what compatible servers make of it.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "llm/codec.hpp"

namespace troupe {
namespace {

/// Arguments come as text; a model may write no JSON, or JSON that is no object.
void set_arguments(ToolCall& call, std::string_view text) {
  if (trim(text).empty()) {
    call.arguments = Json::object();
    return;
  }
  std::optional<Json> parsed = parse_json(text);
  if (parsed && parsed->is_object()) call.arguments = std::move(*parsed);
  else call.malformed = repaired_utf8(text);
}

Usage read_usage(const Json& usage) {
  Usage read;
  const auto count = [](const Json& object, std::string_view name) {
    return std::max<std::int64_t>(0, integer_field(object, name));
  };
  read.input_tokens = count(usage, "prompt_tokens");
  read.output_tokens = count(usage, "completion_tokens");
  read.cached_tokens = std::min(count(field(usage, "prompt_tokens_details"), "cached_tokens"), read.input_tokens);
  read.reasoning_tokens = count(field(usage, "completion_tokens_details"), "reasoning_tokens");
  return read;
}

std::string finish_of(std::string_view reason, bool calls) {
  if (reason == "content_filter") return "blocked";
  if (reason == "length") return "length";
  return calls ? "tool_calls" : "stop";
}

/// {"error":{"message","type","code"}}, {"error":"..."} or {"message":"..."}: servers differ.
std::string message_in(const Json& body) {
  const Json& error = field(body, "error");
  if (error.is_string()) return error.get<std::string>();
  const std::string_view inner = text_field(error, "message");
  return std::string(inner.empty() ? text_field(body, "message") : inner);
}

std::unexpected<Error> stream_error(const Json& chunk) {
  const std::string_view type = text_field(field(chunk, "error"), "type");
  const Code code = contains(type, "rate_limit") ? Code::kRateLimit : Code::kOverloaded;
  return failure(code, joined({"The model's stream ended with an error: ", message_in(chunk)}));
}

class OpenAiReader final : public ReplyReader {
 public:
  Result<ChatReply> whole(std::string_view body) override {
    const std::optional<Json> parsed = parse_json(body);
    const Json& choice = parsed ? first_choice(*parsed) : field(Json(), "");
    if (!choice.is_object()) {
      if (parsed && parsed->contains("error")) return stream_error(*parsed);
      return failure(Code::kMalformed, joined({"The model's answer is not a chat completion; it begins with: ",
                                               repaired_utf8(utf8_prefix(body, 120))}));
    }
    const Json& message = field(choice, "message");
    ChatReply reply;
    reply.text = text_field(message, "content");
    if (reply.text.empty()) reply.text = text_field(message, "refusal");
    for (const Json& item : field(message, "tool_calls")) {
      const Json& function = field(item, "function");
      ToolCall call{std::string(text_field(item, "id")), std::string(text_field(function, "name")), Json(), {}, {}};
      const Json& arguments = field(function, "arguments");
      set_arguments(call, arguments.is_string() ? arguments.get_ref<const std::string&>() : dump_json(arguments));
      reply.calls.push_back(std::move(call));
    }
    reply.model = text_field(*parsed, "model");
    reply.usage = read_usage(field(*parsed, "usage"));
    return completed(std::move(reply), text_field(choice, "finish_reason"));
  }

  Result<std::string> event(const ServerSentEvent& event) override {
    if (trim(event.data) == "[DONE]") {
      done_ = true;
      return std::string();
    }
    if (event.data.empty()) return std::string();
    const std::optional<Json> chunk = parse_json(event.data);
    if (!chunk) {
      return failure(Code::kMalformed, joined({"The model's stream has a piece that is no JSON: ",
                                               repaired_utf8(utf8_prefix(event.data, 120))}));
    }
    if (chunk->contains("error") && !(*chunk)["error"].is_null()) return stream_error(*chunk);
    if (const std::string_view model = text_field(*chunk, "model"); !model.empty()) reply_.model = model;
    if (field(*chunk, "usage").is_object()) reply_.usage = read_usage(field(*chunk, "usage"));
    const Json& choice = first_choice(*chunk);
    if (!choice.is_object()) return std::string();
    if (const std::string_view reason = text_field(choice, "finish_reason"); !reason.empty()) reason_ = reason;
    const Json& delta = field(choice, "delta");
    take_calls(field(delta, "tool_calls"));
    std::string_view said = text_field(delta, "content");
    if (said.empty()) said = text_field(delta, "refusal");
    std::string text = repaired_utf8(said);
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

  static const Json& first_choice(const Json& body) {
    const Json& choices = field(body, "choices");
    return choices.is_array() && !choices.empty() ? choices.front() : field(Json(), "");
  }

  /// Argument text comes in pieces; the index says of which call. Where a server sends none, a piece that names neither
  /// a call nor a function goes on with the last one.
  void take_calls(const Json& calls) {
    if (!calls.is_array()) return;
    for (const Json& item : calls) {
      const Json& function = field(item, "function");
      const bool goes_on = text_field(item, "id").empty() && text_field(function, "name").empty();
      const std::int64_t last = pieces_.empty() ? -1 : pieces_.back().index;
      const std::int64_t index = integer_field(item, "index", goes_on && last >= 0 ? last : last + 1);
      if (index < 0 || index > 256) continue;
      Piece& piece = piece_at(index);
      if (const std::string_view id = text_field(item, "id"); !id.empty()) piece.call.id = id;
      piece.call.name += text_field(function, "name");
      piece.arguments += text_field(function, "arguments");
    }
  }

  Piece& piece_at(std::int64_t index) {
    const auto place = std::ranges::find_if(pieces_, [&](const Piece& piece) { return piece.index >= index; });
    if (place != pieces_.end() && place->index == index) return *place;
    return *pieces_.insert(place, Piece{index, {}, {}});
  }

  static ChatReply completed(ChatReply reply, std::string_view reason) {
    for (std::size_t i = 0; i < reply.calls.size(); ++i) {
      if (reply.calls[i].id.empty()) reply.calls[i].id = joined({"call_", decimal(static_cast<std::int64_t>(i))});
    }
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
  void render(const Message& message, std::string& out) const override {
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

  RequestFrame frame(std::string_view model, std::string_view tools, bool stream) const override {
    RequestFrame frame;
    frame.head = "{\"model\":";
    append_quoted(frame.head, model);
    if (stream) frame.head += ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
    if (!tools.empty()) frame.head.append(",\"tools\":[").append(tools).append("]");
    frame.head += ",\"messages\":[";
    frame.tail = "]}";
    return frame;
  }

  std::string_view path() const override { return "/chat/completions"; }
  std::unique_ptr<ReplyReader> reader() const override { return std::make_unique<OpenAiReader>(); }

  Error failure(int status, std::string_view body) const override {
    const std::optional<Json> parsed = parse_json(body);
    std::string said = parsed ? message_in(*parsed) : repaired_utf8(utf8_prefix(trim(body), 200));
    if (said.empty()) said = "(no explanation)";
    const std::string_view type = parsed ? text_field(field(*parsed, "error"), "code") : std::string_view();
    const std::string what = joined({"HTTP ", decimal(status), ": ", said});
    if (status == 401 || status == 403)
      return {Code::kAuthentication, joined({"The provider refused the key (", what, ")."})};
    if (type == "insufficient_quota" || status == 402)
      return {Code::kQuota, joined({"The account's quota is used up (", what, ")."})};
    if (status == 429) return {Code::kRateLimit, joined({"The provider limits the rate of requests (", what, ")."})};
    if (status == 404) return {Code::kNotFound, joined({"The provider has no such model or address (", what, ")."})};
    if (type == "context_length_exceeded" || status == 413) {
      return {Code::kTooLong, joined({"The conversation is longer than the model can read (", what, ")."})};
    }
    if (status == 408 || status >= 500)
      return {Code::kOverloaded, joined({"The provider cannot answer now (", what, ")."})};
    return {Code::kInvalidInput, joined({"The provider refused the request (", what, ")."})};
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
      // What is no JSON is not sent back: servers refuse a history that they cannot parse.
      append_quoted(out, calls[i].malformed.empty() ? std::string_view(calls[i].written) : "{}");
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

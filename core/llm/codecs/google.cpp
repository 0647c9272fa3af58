// Gemini: ai.google.dev/api/generate-content and ai.google.dev/gemini-api/docs/thought-signatures. The same bodies are
// served below aiplatform.googleapis.com
// (docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference).
#include <algorithm>
#include <utility>

#include "base/fingerprint.hpp"
#include "base/json_parse.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "llm/codec.hpp"
#include "llm/codecs/parts.hpp"
#include "llm/codecs/said_order.hpp"

namespace troupe {
namespace {

constexpr std::string_view kName = "google";
/// Before an id that the vendor gave. It wants that back, and refuses one that it did not give.
constexpr std::string_view kGiven = "google_";

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

Usage read_usage(std::string_view json) {
  const Fields fields(json);
  Usage usage;
  usage.input_tokens = sum(count_of(fields, "promptTokenCount"), count_of(fields, "toolUsePromptTokenCount"));
  usage.reasoning_tokens = count_of(fields, "thoughtsTokenCount");
  usage.output_tokens = sum(count_of(fields, "candidatesTokenCount"), usage.reasoning_tokens);
  usage.cached_tokens = std::min(count_of(fields, "cachedContentTokenCount"), usage.input_tokens);
  return usage;
}

/// Of RESOURCE_EXHAUSTED: a day's quota and an unpaid bill do not pass by waiting, a minute's limit does.
Code exhausted(const Fields& error, std::string_view said) {
  const std::string_view details = error.raw("details");
  if (contains(details, "PerDay")) return Code::kQuota;
  if (contains(details, "RetryInfo")) return Code::kRateLimit;
  return contains(said, "billing") ? Code::kQuota : Code::kRateLimit;
}

/// ai.google.dev/gemini-api/docs/troubleshooting: the body's status says more than HTTP's.
Code code_of(const Fields& error, std::string_view said, Code otherwise) {
  const std::string status = error.text("status");
  if (one_of(status, {"UNAUTHENTICATED", "PERMISSION_DENIED"})) return Code::kAuthentication;
  if (status == "RESOURCE_EXHAUSTED") return exhausted(error, said);
  if (status == "NOT_FOUND") return Code::kNotFound;
  if (one_of(status, {"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL"})) return Code::kOverloaded;
  if (status == "INVALID_ARGUMENT") {
    if (contains(said, "API key")) return Code::kAuthentication;
    if (contains(said, "exceeds the maximum number of tokens")) return Code::kTooLong;
    return Code::kInvalidInput;
  }
  return otherwise;
}

/// What a body says; an answer to a request for a stream may be a list of one.
std::string_view unwrapped(std::string_view body) {
  const std::vector<std::string_view> items = items_of(body);
  return items.empty() ? body : items.front();
}

std::string finish_of(std::string_view reason, bool calls) {
  if (reason == "MAX_TOKENS") return "length";
  if (one_of(reason, {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR",
                      "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"}))
    return "blocked";
  return calls ? "tool_calls" : "stop";
}

class GoogleReader final : public ReplyReader {
 public:
  Result<ChatReply> whole(std::string_view body) override {
    const Fields response(unwrapped(body));
    const Result<std::string> read = take(response);
    if (!read) return failure(read.error());
    if (items_of(response.raw("candidates")).empty() && reason_.empty()) return unreadable("a generated content", body);
    return finish();
  }

  Result<std::string> event(const ServerSentEvent& event) override {
    Fields chunk;
    const Result<bool> read = read_piece(event, chunk);
    if (!read) return failure(read.error());
    return *read ? take(chunk) : std::string();
  }

  bool complete() const override { return !reason_.empty(); }

  ChatReply finish() override {
    name_by_content();
    reply_.finish = blocked_ ? "blocked" : finish_of(reason_, !reply_.calls.empty());
    // Calls without a signature are kept in mind too: they were this vendor's.
    if (order_.kept() || !reply_.calls.empty()) reply_.thoughts = {std::string(kName), order_.blocks()};
    return std::move(reply_);
  }

 private:
  /// A piece of a stream is as the whole is, with fewer parts.
  Result<std::string> take(const Fields& response) {
    if (const std::string_view raw = response.raw("error"); raw.starts_with('{')) {
      const std::string said = message_in(response);
      const Fields error(raw);
      const std::int64_t status = error.integer("code");
      const bool told = status >= 400 && status <= 599;
      return ended_by_error(code_of(error, said, told ? code_of_status(static_cast<int>(status)) : Code::kOverloaded),
                            said);
    }
    if (std::string model = response.text("modelVersion"); !model.empty()) reply_.model = std::move(model);
    if (std::string id = response.text("responseId"); !id.empty()) id_ = std::move(id);
    if (const std::string_view usage = response.raw("usageMetadata"); usage.starts_with('{'))
      reply_.usage = read_usage(usage);
    if (std::string reason = Fields(response.raw("promptFeedback")).text("blockReason"); !reason.empty()) {
      reason_ = std::move(reason);
      blocked_ = true;
    }
    const std::vector<std::string_view> candidates = items_of(response.raw("candidates"));
    if (candidates.empty()) return std::string();
    const Fields candidate(candidates.front()), content(candidate.raw("content"));
    std::string text;
    for (const std::string_view part : items_of(content.raw("parts"))) text += take_part(Fields(part));
    reply_.text += text;
    if (std::string reason = candidate.text("finishReason"); !reason.empty()) reason_ = std::move(reason);
    if (one_of(reason_, {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE"})) {
      return failure(Code::kMalformed, joined({"The model broke off a call that it could not write (", reason_,
                                               "): ", candidate.text("finishMessage", "(no explanation)")}));
    }
    return text;
  }

  std::string take_part(const Fields& part) {
    if (part.flag("thought")) return {};
    const std::string_view signature = part.raw("thoughtSignature");
    const std::string kept = signature.starts_with('"') ? dump_json(unquoted(signature)) : std::string();
    if (const std::string_view call = part.raw("functionCall"); call.starts_with('{')) {
      take_call(Fields(call));
      order_.call(kept);
      return {};
    }
    std::string text = part.text("text");
    order_.text(text.size(), kept);
    return text;
  }

  void take_call(const Fields& call) {
    const std::string id = call.text("id");
    reply_.calls.push_back({id.empty() ? id : joined({kGiven, id}), call.text("name"), {}});
    set_arguments(reply_.calls.back(), call.raw("args"));
  }

  /// Older models give no ids. Ours are of all that tells this reply from others of the conversation.
  void name_by_content() {
    std::uint64_t content = fingerprint(id_);
    content = fingerprint(decimal(reply_.usage.input_tokens), content);
    for (const ToolCall& call : reply_.calls) content = fingerprint(call.written(), fingerprint(call.name, content));
    name_calls(reply_.calls, joined({"call_", hexadecimal(content), "_"}));
  }

  SaidOrder order_;
  std::string reason_, id_;
  bool blocked_ = false;
};

class Google final : public Codec {
 public:
  std::string_view name() const override { return kName; }

  void render(const Message& message, const Message* before, std::string& out) const override {
    if (message.role == Message::Role::kSystem) return;
    const bool result = message.role == Message::Role::kTool;
    if (result && before != nullptr && before->role == message.role && out.ends_with("]}")) {
      out.resize(out.size() - 2);  // the results of one turn's calls are one content
      out += ',';
    } else {
      if (!out.empty()) out += ',';
      out += message.role == Message::Role::kAssistant ? R"({"role":"model","parts":[)" : R"({"role":"user","parts":[)";
    }
    if (message.role == Message::Role::kAssistant) append_said(out, message);
    else if (result) append_result(out, message);
    else append_user(out, message);
    if (out.back() == ',') out.pop_back();
    out += "]}";
  }

  std::string render_tools(const std::vector<ToolSpec>& tools) const override {
    std::string out;
    for (const ToolSpec& tool : tools) {
      out += out.empty() ? "{\"name\":" : ",{\"name\":";
      append_quoted(out, tool.name);
      out += ",\"description\":";
      append_quoted(out, tool.description);
      // Not "parameters", which is no JSON Schema and refuses every word that OpenAPI 3.0 has not.
      append(out, {",\"parametersJsonSchema\":", dump_json(tool.input_schema), "}"});
    }
    return out;
  }

  RequestFrame frame(const RequestOptions& options) const override {
    RequestFrame frame{"{", "]}"};
    if (!options.instruction.empty()) {
      frame.head += R"("systemInstruction":{"parts":[{"text":)";
      append_quoted(frame.head, options.instruction);
      frame.head += "}]},";
    }
    if (!options.tools.empty()) append(frame.head, {R"("tools":[{"functionDeclarations":[)", options.tools, "]}],"});
    ObjectText config;
    if (options.most_tokens > 0) config.number("maxOutputTokens", options.most_tokens);
    if (!options.schema.empty())
      config.text("responseMimeType", "application/json").raw("responseJsonSchema", options.schema);
    if (config.open().size() > 1) append(frame.head, {"\"generationConfig\":", config.finish(), ","});
    frame.head += "\"contents\":[";
    return frame;
  }

  std::string path(const RequestOptions& options) const override {
    return joined({contains(options.model, "/") ? "/" : "/models/", in_path(options.model),
                   options.stream ? ":streamGenerateContent?alt=sse" : ":generateContent"});
  }

  std::unique_ptr<ReplyReader> reader() const override { return std::make_unique<GoogleReader>(); }

  Error failure(int status, std::string_view body) const override {
    body = unwrapped(body);
    const std::string said = said_in(body);
    return refused(code_of(Fields(Fields(body).raw("error")), said, code_of_status(status)), status, said);
  }

 private:
  static void append_text(std::string& out, std::string_view text) {
    out += "{\"text\":";
    append_quoted(out, text);
  }

  static void append_image(std::string& out, const Image& image) {
    ObjectText data;
    if (!image.media_type.empty()) data.text("mimeType", image.media_type);
    if (!image.base64.empty()) data.text("data", image.base64);
    else data.text("fileUri", image.url);
    append(out, {image.base64.empty() ? "{\"fileData\":" : "{\"inlineData\":", data.finish(), "},"});
  }

  static void append_user(std::string& out, const Message& message) {
    if (!message.text.empty() || message.images.empty()) {
      append_text(out, message.text);
      out += "},";
    }
    for (const Image& image : message.images) append_image(out, image);
  }

  /// The vendor's names for what a function gives: "output" and "error".
  static void append_result(std::string& out, const Message& message) {
    ObjectText response;
    if (message.call_id.starts_with(kGiven)) response.text("id", message.call_id.substr(kGiven.size()));
    response.text("name", message.tool);
    response.raw("response", ObjectText().text(message.failed ? "error" : "output", message.text).finish());
    append(out, {"{\"functionResponse\":", response.open()});
    if (!message.images.empty()) {
      out += ",\"parts\":[";
      for (const Image& image : message.images) append_image(out, image);
      out.back() = ']';
    }
    out += "}}";
  }

  static void append_said(std::string& out, const Message& message) {
    // A call of another vendor's model has no signature; without one Gemini 3 refuses the turn's first call. This is
    // what the vendor's page has for such histories.
    bool foreign = message.thoughts.codec != kName;
    const std::vector<SaidPart> parts = said_parts(message, kName);
    for (const SaidPart& part : parts) {
      if (part.other) continue;
      if (part.call == nullptr) append_text(out, part.text);
      else append_call(out, *part.call);
      if (!part.kept.empty()) append(out, {",\"thoughtSignature\":", part.kept});
      else if (part.call != nullptr && std::exchange(foreign, false))
        out += R"(,"thoughtSignature":"skip_thought_signature_validator")";
      out += "},";
    }
    if (parts.empty()) out += R"({"text":""})";
  }

  static void append_call(std::string& out, const ToolCall& call) {
    ObjectText function;
    if (call.id.starts_with(kGiven)) function.text("id", std::string_view(call.id).substr(kGiven.size()));
    function.text("name", call.name).raw("args", arguments_of(call));
    append(out, {"{\"functionCall\":", function.finish()});
  }
};

}  // namespace

const Codec& google() {
  static const Google codec;
  return codec;
}

}  // namespace troupe

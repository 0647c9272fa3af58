// A codec speaks one vendor's wire format: requests out, replies in. Pure: no I/O, no policy.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "llm/message.hpp"
#include "wire/sse.hpp"

namespace troupe {

/// What surrounds the history in a request's body: the body is head + history + tail, never joined in the core.
struct RequestFrame {
  std::string head, tail;
};

/// Reads one reply, whole or streamed.
class ReplyReader {
 public:
  virtual ~ReplyReader() = default;
  /// A whole JSON body. Fails with kMalformed and the beginning of what came instead.
  virtual Result<ChatReply> whole(std::string_view body) = 0;
  /// One event of a stream; the text that it adds. Fails as the vendor says in the stream.
  virtual Result<std::string> event(const ServerSentEvent& event) = 0;
  /// Whether the vendor said that the stream is complete.
  virtual bool complete() const = 0;
  /// The reply that the events made. REQUIRES complete().
  virtual ChatReply finish() = 0;
  /// What the vendor has told so far of what it used: of a stream that breaks off this is all that is known.
  const Usage& used() const { return reply_.usage; }

 protected:
  ChatReply reply_;  // as far as it came
};

/// What a request says beside its history.
struct RequestOptions {
  std::string_view model;
  std::string_view tools;        // as render_tools() wrote them; empty: none
  std::string_view instruction;  // the history's system messages: a frame says them, not render()
  std::string_view schema;       // JSON Schema that the reply has to fit; empty: any text
  std::string_view version;      // of the API, where the address names one
  std::int64_t most_tokens = 0;  // of the reply; 0: the vendor's default, or the codec's where it has none
  bool stream = true;
};

/// How a stream's events are told apart.
enum class Framing : unsigned char { kServerSent, kAmazon };

/// Codecs have no state, and live for ever.
class Codec {
 public:
  virtual ~Codec() = default;
  /// As it stands in journals beside the thoughts of its models.
  virtual std::string_view name() const = 0;
  /// Appends one message as this vendor writes it, with the comma that separates it from the one before, whose
  /// rendering `out` ends with. A vendor that wants several messages in one (the results of one turn's calls) opens
  /// that again, or leaves the last one open for the frame's tail to close. `before` is null at the beginning.
  virtual void render(const Message& message, const Message* before, std::string& out) const = 0;
  virtual std::string render_tools(const std::vector<ToolSpec>& tools) const = 0;
  virtual RequestFrame frame(const RequestOptions& options) const = 0;
  /// Appended to the provider's base address.
  virtual std::string path(const RequestOptions& options) const = 0;
  virtual Framing framing() const { return Framing::kServerSent; }
  virtual std::unique_ptr<ReplyReader> reader() const = 0;
  /// What an answer with a status other than 2xx means.
  virtual Error failure(int status, std::string_view body) const = 0;
};

/// OpenAI's chat completions, as OpenAI, Ollama, llama.cpp, vLLM and LM Studio serve it.
const Codec& openai_chat();
/// Anthropic's messages.
const Codec& anthropic();
/// Amazon Bedrock's Converse, for the models of all vendors there.
const Codec& bedrock();
/// The same at Azure, below https://RESOURCE.openai.azure.com: the model is the deployment's name.
const Codec& azure_openai();
/// OpenAI's Responses, without anything stored there.
const Codec& openai_responses();
/// Gemini's generateContent, as Google's two services serve it.
const Codec& google();
/// Cohere's chat, version 2.
const Codec& cohere();

}  // namespace troupe

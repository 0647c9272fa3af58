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
};

class Codec {
 public:
  virtual ~Codec() = default;
  /// Appends one message as this vendor writes it.
  virtual void render(const Message& message, std::string& out) const = 0;
  virtual std::string render_tools(const std::vector<ToolSpec>& tools) const = 0;
  virtual RequestFrame frame(std::string_view model, std::string_view rendered_tools, bool stream) const = 0;
  /// Appended to the provider's base address.
  virtual std::string_view path() const = 0;
  virtual std::unique_ptr<ReplyReader> reader() const = 0;
  /// What an answer with a status other than 2xx means.
  virtual Error failure(int status, std::string_view body) const = 0;
};

/// OpenAI's chat completions, as OpenAI, Ollama, llama.cpp, vLLM and LM Studio serve it.
const Codec& openai_chat();

}  // namespace troupe

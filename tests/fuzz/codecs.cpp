// The readers of the other vendors; the first byte says whose. Whatever comes is a reply or an Error; a reply survives
// the journal, and every codec can write the history that it makes.
#include "base/error.hpp"
#include "base/text.hpp"
#include "input.hpp"
#include "llm/codec.hpp"
#include "llm/conversation.hpp"

namespace troupe::fuzz {
namespace {

const Codec* const kCodecs[] = {&google(), &cohere(), &openai_responses(), &openai_chat()};

void check(const ChatReply& reply) {
  const std::string text = written(reply);
  const std::optional<Json> read = parse_json(text, kMaxHolderDepth);
  must(read.has_value() && dump_json(*read) == text, "a reply is canonical JSON", text);
  ChatReply again = reply_from(text);
  must(written(again) == text, "a reply survives the journal", text);
  const Usage& usage = again.usage;
  must(usage.input_tokens >= usage.cached_tokens && usage.cached_tokens >= 0, "counts make sense");

  Conversation conversation("s", "t");
  conversation.add({Message::Role::kAssistant, again.text, again.calls, {}, false, {}, std::move(again.thoughts)});
  for (const ToolCall& call : again.calls) conversation.add({Message::Role::kTool, "r", {}, call.id, false, call.name});
  const std::string instruction = conversation.instruction();
  for (const Codec* codec : kCodecs) {
    const RequestFrame frame = codec->frame({.model = "m", .instruction = instruction});
    const std::string body = frame.head + std::string(conversation.rendered(*codec)) + frame.tail;
    must(parse_json(body, kMaxHolderDepth).has_value(), "a request is JSON", body);
  }
}

/// What a stream gives: the reply and the text told on the way, or the error.
std::string outcome(const Codec& codec, std::string_view stream, std::size_t piece) {
  const std::unique_ptr<ReplyReader> reader = codec.reader();
  SseParser parser;
  std::string told;
  for (; !stream.empty(); stream.remove_prefix(std::min(piece, stream.size()))) {
    parser.feed(stream.substr(0, piece));
    while (const std::optional<ServerSentEvent> event = parser.next().value()) {
      const Result<std::string> text = reader->event(*event);
      if (!text) return told + " (" + text.error().whole() + ")";
      told += *text;
    }
  }
  if (!reader->complete()) return told + " (incomplete)";
  const ChatReply reply = reader->finish();
  check(reply);
  must(reply.text == told, "the text is what was told on the way", told);
  return written(reply);
}

}  // namespace
}  // namespace troupe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  using namespace troupe::fuzz;
  Input input(data, size);
  const Codec& codec = *kCodecs[input.below(std::size(kCodecs))];
  const bool streamed = input.flag();
  const std::size_t piece = 1 + input.below(16);
  const std::string_view body = input.rest();
  if (streamed) {
    const std::string whole = outcome(codec, body, std::max<std::size_t>(1, body.size()));
    must(outcome(codec, body, piece) == whole, "a stream cut anywhere is the same reply", whole);
  } else {
    const Result<ChatReply> reply = codec.reader()->whole(body);
    const std::string sentence = reply ? std::string() : reply.error().whole();
    if (reply) check(*reply);
    must(repaired_utf8(sentence) == sentence, "a sentence is UTF-8", sentence);
  }
  const Error error = codec.failure(static_cast<int>(piece) * 37, body);
  must(repaired_utf8(error.sentence()) == error.sentence(), "a sentence is UTF-8", error.sentence());
  return 0;
}

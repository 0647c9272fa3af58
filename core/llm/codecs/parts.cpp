#include "llm/codecs/parts.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace troupe {
namespace {

std::string_view meaning_of(Code code) {
  switch (code) {
    case Code::kAuthentication: return "The provider refused the key (";
    case Code::kQuota: return "The account's quota is used up (";
    case Code::kRateLimit: return "The provider limits the rate of requests (";
    case Code::kNotFound: return "The provider has no such model or address (";
    case Code::kTooLong: return "The conversation is longer than the model can read (";
    case Code::kBlocked: return "The provider's content filter stopped it (";
    case Code::kOverloaded: return "The provider cannot answer now (";
    case Code::kTimeout: return "The provider did not answer in time (";
    default: return "The provider refused the request (";
  }
}

std::string beginning_of(std::string_view text) { return repaired_utf8(utf8_prefix(text, 120)); }

}  // namespace

void set_arguments(ToolCall& call, std::string_view text) {
  if (trim(text).empty()) text = "{}";
  const std::optional<Json> parsed = parse_json(text);
  if (parsed && parsed->is_object()) call.arguments = dump_json(*parsed);
  else call.malformed = repaired_utf8(text);
}

void number_calls(ChatReply& reply) {
  for (std::size_t i = 0; i < reply.calls.size(); ++i) {
    if (reply.calls[i].id.empty()) reply.calls[i].id = joined({"call_", decimal(static_cast<std::int64_t>(i))});
  }
}

std::string plain_name(std::string_view name) {
  std::string plain(name.empty() ? std::string_view("_") : name);
  for (char& c : plain) {
    const char letter = static_cast<char>(c | 0x20);
    if ((letter < 'a' || letter > 'z') && (c < '0' || c > '9') && c != '-') c = '_';
  }
  return plain;
}

std::int64_t tokens_in(const Fields& fields, std::string_view name) {
  return std::max<std::int64_t>(0, fields.integer(name));
}

Code code_of_status(int status) {
  switch (status) {
    case 401:
    case 403: return Code::kAuthentication;
    case 402: return Code::kQuota;
    case 404: return Code::kNotFound;
    case 413: return Code::kTooLong;
    case 429: return Code::kRateLimit;
    default: return status == 408 || status >= 500 ? Code::kOverloaded : Code::kInvalidInput;
  }
}

std::string message_in(const Fields& body) {
  const std::string_view error = body.raw("error");
  if (error.starts_with('"')) return unquoted(error);
  std::string message = Fields(error).text("message");
  if (message.empty()) message = body.text("message");
  return message.empty() ? body.text("Message") : message;
}

std::string words_of(const Fields& body, std::string_view text) {
  const bool read = body.begin() != body.end();
  std::string words = read ? message_in(body) : repaired_utf8(utf8_prefix(trim(text), 200));
  return words.empty() ? std::string("(no explanation)") : words;
}

Error refusal(Code code, int status, std::string_view words) {
  return {code, joined({meaning_of(code), "HTTP ", decimal(status), ": ", words, ")."})};
}

std::unexpected<Error> stream_failure(Code code, std::string_view words) {
  return failure(code, joined({"The model's stream ended with an error: ", words}));
}

std::unexpected<Error> not_a_reply(std::string_view what, std::string_view body) {
  return failure(Code::kMalformed,
                 joined({"The model's answer is not ", what, "; it begins with: ", beginning_of(body)}));
}

std::unexpected<Error> not_json(std::string_view piece) {
  return failure(Code::kMalformed, joined({"The model's stream has a piece that is no JSON: ", beginning_of(piece)}));
}

}  // namespace troupe

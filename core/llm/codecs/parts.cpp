#include "llm/codecs/parts.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace troupe {

void set_arguments(ToolCall& call, std::string_view text) {
  if (trim(text).empty()) text = "{}";
  const std::optional<Json> parsed = parse_json(text);
  if (parsed && parsed->is_object()) call.arguments = dump_json(*parsed);
  else call.malformed = repaired_utf8(text);
}

std::string_view arguments_of(const ToolCall& call) {
  return call.malformed.empty() && !call.arguments.empty() ? std::string_view(call.arguments) : "{}";
}

void name_calls(std::vector<ToolCall>& calls, std::string_view prefix) {
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].id.empty()) calls[i].id = joined({prefix, decimal(static_cast<std::int64_t>(i))});
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

CallPieces::Piece* CallPieces::at(std::int64_t index) {
  if (index < 0 || index > 256) return nullptr;
  const auto place = std::ranges::find_if(pieces_, [&](const Piece& piece) { return piece.index >= index; });
  if (place != pieces_.end() && place->index == index) return &*place;
  return &*pieces_.insert(place, Piece{index, {}, {}});
}

std::vector<ToolCall> CallPieces::take() {
  std::vector<ToolCall> calls;
  for (Piece& piece : pieces_) {
    set_arguments(piece.call, piece.arguments);
    calls.push_back(std::move(piece.call));
  }
  pieces_.clear();
  return calls;
}

std::int64_t count_of(const Fields& fields, std::string_view name) {
  return std::max<std::int64_t>(0, fields.integer(name));
}

std::string address_of(const Image& image) {
  return image.base64.empty() ? image.url : joined({"data:", image.media_type, ";base64,", image.base64});
}

std::string in_path(std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF", kPlain = "-._~/:@";
  std::string out;
  for (const char c : name) {
    const char letter = static_cast<char>(c | 0x20);
    const bool plain = (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || kPlain.find(c) != kPlain.npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) out += c;
    else append(out, {"%", kHex.substr(byte >> 4U, 1), kHex.substr(byte & 15U, 1)});
  }
  return out;
}

std::string message_in(const Fields& body) {
  const std::string_view error = body.raw("error");
  if (error.starts_with('"')) return unquoted(error);
  std::string message = Fields(error).text("message");
  if (message.empty()) message = body.text("message");
  return message.empty() ? body.text("Message") : message;
}

std::string said_in(std::string_view body) {
  Fields parsed;
  std::string said = parsed.read(body) ? message_in(parsed) : repaired_utf8(utf8_prefix(trim(body), 200));
  return said.empty() ? "(no explanation)" : said;
}

Code code_of_status(int status) {
  switch (status) {
    case 401:
    case 403: return Code::kAuthentication;
    case 402: return Code::kQuota;
    case 404: return Code::kNotFound;
    case 408: return Code::kOverloaded;
    case 413: return Code::kTooLong;
    case 429: return Code::kRateLimit;
    default: return status >= 500 ? Code::kOverloaded : Code::kInvalidInput;
  }
}

Error refused(Code code, int status, std::string_view said) {
  const auto what = [&]() -> std::string_view {
    switch (code) {
      case Code::kAuthentication: return "The provider refused the key";
      case Code::kQuota: return "The account's quota is used up";
      case Code::kRateLimit: return "The provider limits the rate of requests";
      case Code::kNotFound: return "The provider has no such model or address";
      case Code::kTooLong: return "The conversation is longer than the model can read";
      case Code::kBlocked: return "The provider's content filter refused the request";
      case Code::kOverloaded: return "The provider cannot answer now";
      case Code::kTimeout: return "The provider did not answer in time";
      default: return "The provider refused the request";
    }
  };
  return {code, joined({what(), " (HTTP ", decimal(status), ": ", said, ")."})};
}

std::unexpected<Error> ended_by_error(Code code, std::string_view said) {
  return failure(code, joined({"The model's stream ended with an error: ", said}));
}

std::unexpected<Error> unreadable(std::string_view wanted, std::string_view body) {
  return failure(Code::kMalformed, joined({"The model's answer is not ", wanted,
                                           "; it begins with: ", repaired_utf8(utf8_prefix(body, 120))}));
}

Result<bool> read_piece(const ServerSentEvent& event, Fields& piece) {
  if (event.data.empty() || trim(event.data) == "[DONE]") return false;
  if (piece.read(event.data)) return true;
  if (parse_json(event.data)) return false;  // JSON that says nothing
  return failure(Code::kMalformed, joined({"The model's stream has a piece that is no JSON: ",
                                           repaired_utf8(utf8_prefix(event.data, 120))}));
}

}  // namespace troupe

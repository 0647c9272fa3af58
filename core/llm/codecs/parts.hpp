// What several codecs do alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json_parse.hpp"
#include "llm/message.hpp"
#include "wire/sse.hpp"

namespace troupe {

/// Arguments come as text; a model may write no JSON, or JSON that is no object.
void set_arguments(ToolCall& call, std::string_view text);
/// As they go back to a vendor, always an object: servers refuse a history that they cannot parse.
std::string_view arguments_of(const ToolCall& call);
/// Calls that came without an id get `prefix` and their place.
void name_calls(std::vector<ToolCall>& calls, std::string_view prefix = "call_");

/// A tool's name or a call's id as strict vendors take it: letters, digits, _ and -. A history may hold calls of other
/// vendors, and names that a model made up.
std::string plain_name(std::string_view name);

/// Calls whose arguments come in pieces; an index says of which call.
class CallPieces {
 public:
  struct Piece {
    std::int64_t index;
    ToolCall call;
    std::string arguments;
  };

  /// Null for an index that makes no sense. Good until the next call.
  Piece* at(std::int64_t index);
  /// The highest index so far, or -1.
  std::int64_t last() const { return pieces_.empty() ? -1 : pieces_.back().index; }
  /// The calls by index, whole.
  std::vector<ToolCall> take();

 private:
  std::vector<Piece> pieces_;  // by index
};

/// A number of tokens: none where it is missing or makes no sense.
std::int64_t count_of(const Fields& fields, std::string_view name);
/// What a vendor fetches, or a "data:" address that holds the picture.
std::string address_of(const Image& image);
/// A name as a part of an address's path; slashes and colons stay.
std::string in_path(std::string_view name);

/// {"error":{"message"}}, {"error":"..."}, {"message":"..."} or {"Message":"..."}: servers differ.
std::string message_in(const Fields& body);
/// What an answer says in words: its message, or how it begins.
std::string said_in(std::string_view body);
/// What a status means where the body does not say it better.
Code code_of_status(int status);
/// An answer with such a status, as a sentence.
Error refused(Code code, int status, std::string_view said);
/// A stream that ended with the vendor's words, or a whole answer of 200 with such words in it.
std::unexpected<Error> ended_by_error(Code code, std::string_view said);
/// An answer that is not `wanted`, such as "a chat completion".
std::unexpected<Error> unreadable(std::string_view wanted, std::string_view body);
/// Reads an event's data. False where it says nothing; fails where it is no JSON.
Result<bool> read_piece(const ServerSentEvent& event, Fields& piece);

}  // namespace troupe

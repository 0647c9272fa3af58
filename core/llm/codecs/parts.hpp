// What the codecs of several vendors do alike: a call's arguments and names, and how a vendor's refusal is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json_parse.hpp"
#include "llm/message.hpp"

namespace troupe {

/// Takes what a model wrote as arguments: it may be no JSON, or JSON that is no object. None at all is an empty object.
void set_arguments(ToolCall& call, std::string_view text);

/// The arguments as they stand in a history. What is no JSON is not sent back: servers refuse what they cannot parse.
inline std::string_view sendable_arguments(const ToolCall& call) {
  return call.malformed.empty() && !call.arguments.empty() ? std::string_view(call.arguments) : "{}";
}

/// Gives calls that came without an id one of their own: "call_0" and so on.
void number_calls(ChatReply& reply);

/// A tool's name or a call's id as strict vendors take it: letters, digits, _ and -. A history may hold calls of other
/// vendors, and names that a model made up.
std::string plain_name(std::string_view name);

/// A count of tokens: none where it is missing or makes no sense.
std::int64_t tokens_in(const Fields& fields, std::string_view name);

/// What a status means where the body does not say it better.
Code code_of_status(int status);

/// {"error":{"message","type","code"}}, {"error":"..."}, {"message":"..."} or {"Message":"..."}: servers differ.
std::string message_in(const Fields& body);

/// The provider's own words in an answer with a status: its message, or else the beginning of whatever came.
std::string words_of(const Fields& body, std::string_view text);

/// A refusal: what it means, for people, and the provider's own words.
Error refusal(Code code, int status, std::string_view words);

/// A failure that the provider told in the middle of a stream, or in an answer of 200.
std::unexpected<Error> stream_failure(Code code, std::string_view words);

/// Something that is not `what` ("a chat completion"), told by its beginning.
std::unexpected<Error> not_a_reply(std::string_view what, std::string_view body);

/// A piece of a stream that is no JSON, told by its beginning.
std::unexpected<Error> not_json(std::string_view piece);

}  // namespace troupe

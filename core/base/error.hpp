// Failures are values: a code for programs, a sentence for people, and what caused it. Nothing in the core throws; why
// is told in docs/decisions/0007-failures-are-values.md.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace troupe {

/// What kind of failure it is. The names cross the seam and enter journals: add, never rename.
enum class Code : unsigned char {
  kInvalidInput,    // what the caller gave is wrong
  kProtocol,        // a peer spoke against its protocol
  kDivergence,      // a replay attempted something else than was recorded
  kJournal,         // a journal is broken, cut or foreign
  kAuthentication,  // credentials missing or refused
  kQuota,           // the account has no more credit
  kBudget,          // what the application allows is used up
  kRateLimit,       // too many requests; try later
  kTooLong,         // the request exceeds what the model can read
  kBlocked,         // refused by a content filter
  kOverloaded,      // the peer is there but cannot serve now
  kMalformed,       // a reply that cannot be understood
  kNetwork,         // no connection, or it broke
  kTimeout,         // no answer in time
  kCancelled,       // somebody ended it
  kNotFound,        // no such server, tool, model or run
  kUnsupported,     // this host or build cannot do it
  kInternal,        // a defect of troupe
};

/// The name of a code as it appears in frames and journals, such as "rate_limit".
std::string_view name_of(Code code);

/// The code with this name; kInternal when there is none.
Code code_named(std::string_view name);

/// A failure that somebody above may be able to do something about.
class Error {
 public:
  /// `sentence` says what was wrong and what to do, for a person, without a final newline.
  Error(Code code, std::string sentence);
  Error(Code code, std::string sentence, const Error& cause);

  Code code() const;
  const std::string& sentence() const;
  /// The failure behind this one, or null.
  const Error* cause() const;
  /// The sentence and those of all causes, joined by ": ".
  std::string whole() const;

  /// What was used up before it failed, as JSON in the words of whoever failed; empty: nothing is known.
  const std::string& spent() const;
  Error with_spent(std::string spent) const;

 private:
  struct What;
  std::shared_ptr<const What> what_;  // one pointer: errors are copied into journals' steps and to whoever waits
};

/// What a function gives that may fail.
template <class T = void>
using Result = std::expected<T, Error>;

/// `return failure(...)` in a function, `co_await failure(...)` in a coroutine.
std::unexpected<Error> failure(Code code, std::string sentence);
std::unexpected<Error> failure(Code code, const char* sentence);
std::unexpected<Error> failure(Error error);

}  // namespace troupe

#include "base/error.hpp"
#include "base/text.hpp"

#include <array>
#include <optional>
#include <utility>

namespace troupe {
namespace {

constexpr std::array<std::string_view, 18> kNames = {
    "invalid_input", "protocol",   "divergence", "journal",   "authentication", "quota",
    "budget",        "rate_limit", "too_long",   "blocked",   "overloaded",     "malformed",
    "network",       "timeout",    "cancelled",  "not_found", "unsupported",    "internal"};

}  // namespace

std::string_view name_of(Code code) { return kNames[static_cast<std::size_t>(code)]; }

Code code_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Code>(i);
  }
  return Code::kInternal;
}

struct Error::What {
  Code code;
  std::string sentence;
  std::optional<Error> cause;
  std::string spent = {};
};

Error::Error(Code code, std::string sentence)
    : what_(std::make_shared<const What>(What{code, std::move(sentence), std::nullopt})) {}

Error::Error(Code code, std::string sentence, const Error& cause)
    : what_(std::make_shared<const What>(What{code, std::move(sentence), cause})) {}

Code Error::code() const { return what_->code; }
const std::string& Error::sentence() const { return what_->sentence; }
const Error* Error::cause() const { return what_->cause ? &*what_->cause : nullptr; }

std::string Error::whole() const {
  std::string text = sentence();
  for (const Error* error = cause(); error != nullptr; error = error->cause()) {
    text += joined({": ", error->sentence()});
  }
  return text;
}

const std::string& Error::spent() const { return what_->spent; }

Error Error::with_spent(std::string spent) const {
  Error error = *this;
  error.what_ = std::make_shared<const What>(What{code(), sentence(), what_->cause, std::move(spent)});
  return error;
}

std::unexpected<Error> failure(Code code, std::string sentence) { return failure(Error(code, std::move(sentence))); }
std::unexpected<Error> failure(Code code, const char* sentence) { return failure(code, std::string(sentence)); }
std::unexpected<Error> failure(Error error) { return std::unexpected<Error>(std::move(error)); }

}  // namespace troupe

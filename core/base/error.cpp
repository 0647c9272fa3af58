#include "base/error.hpp"
#include "base/text.hpp"

#include <array>
#include <utility>

namespace troupe {
namespace {

constexpr std::array<std::string_view, 17> kNames = {
    "invalid_input", "protocol",  "divergence", "journal",     "authentication", "quota",
    "rate_limit",    "too_long",  "blocked",    "overloaded",  "malformed",      "network",
    "timeout",       "cancelled", "not_found",  "unsupported", "internal"};

}  // namespace

std::string_view name_of(Code code) { return kNames[static_cast<std::size_t>(code)]; }

Code code_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Code>(i);
  }
  return Code::kInternal;
}

Error::Error(Code code, std::string sentence) : code_(code), sentence_(std::move(sentence)) {}

Error::Error(Code code, std::string sentence, const Error& cause)
    : code_(code), sentence_(std::move(sentence)), cause_(std::make_shared<const Error>(cause)) {}

std::string Error::whole() const {
  std::string text = sentence_;
  for (const Error* error = cause(); error != nullptr; error = error->cause()) text += joined({": ", error->sentence_});
  return text;
}

}  // namespace troupe

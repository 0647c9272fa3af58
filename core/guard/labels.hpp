// What a tool does, as the rule of two counts it: by what is given, by its annotations, and by its words.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/json.hpp"
#include "guard/look.hpp"
#include "llm/message.hpp"

namespace troupe {

enum class Doing : std::uint8_t { kReadsPrivate, kReadsUntrusted, kActs };
inline constexpr std::array<std::string_view, 3> kDoingNames = {"private", "untrusted", "acts"};

constexpr std::uint8_t bit(Doing doing) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(doing)); }
inline constexpr std::uint8_t kAllDoings = 7;

/// What a tool does, as bits 1 << Doing.
struct ToolLabels {
  /// What of a question goes to strangers, where the tool only reads: nothing; addresses that it may go to; those, and
  /// the rest where strangers may have asked for it; or all of it.
  enum class Sends : std::uint8_t { kNothing, kAddresses, kWhatStrangersAsk, kAll };

  std::uint8_t does = 0;
  Sends sends = Sends::kNothing;

  bool has(Doing doing) const { return (does & bit(doing)) != 0; }
};

/// What `given` names, {"tool": ["private","untrusted","acts"]}, by the tool's name or its server's name for it. Where
/// several servers have a tool of that name, that takes nothing away from what each says of itself.
/// Without it, what the annotations say, and of what they do not, the words of name and description: an acting tool
/// reads only what its words say that it gives back; one whose words say nothing at all, and that has no annotations,
/// acts and gives what strangers wrote. Tools of the application do what is given, and nothing else: its code is
/// trusted.
ToolLabels labels_of(const ToolSpec& tool, const Json& given, Look look = Look::kWary);

}  // namespace troupe

#include "wire/retry_after.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/text.hpp"

namespace troupe {
namespace {

/// A whole number; what follows a point is dropped.
std::optional<std::int64_t> number_in(std::string_view text) {
  text = trim(text.substr(0, text.find('.')));
  if (text.empty() || text.size() > 10) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

/// Seconds since 1970 of a date as all servers have to write it: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::optional<std::int64_t> seconds_in(std::string_view date) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  date = trim(date);
  if (date.size() != 29 || !date.ends_with(" GMT")) return std::nullopt;
  const std::size_t month = kMonths.find(date.substr(8, 3));
  const auto day = number_in(date.substr(5, 2)), year = number_in(date.substr(12, 4)),
             hour = number_in(date.substr(17, 2)), minute = number_in(date.substr(20, 2)),
             second = number_in(date.substr(23, 2));
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hour || !minute || !second)
    return std::nullopt;
  const std::chrono::sys_days days =
      std::chrono::year(static_cast<int>(*year)) / static_cast<int>(month / 3 + 1) / static_cast<int>(*day);
  return ((std::int64_t{days.time_since_epoch().count()} * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace

std::int64_t retry_after_ms(std::string_view retry_after, std::string_view ms, std::string_view date) {
  if (const auto exact = number_in(ms)) return *exact;
  if (const auto seconds = number_in(retry_after)) return *seconds * 1000;
  const auto until = seconds_in(retry_after), now = seconds_in(date);
  return until && now ? std::max<std::int64_t>(0, *until - *now) * 1000 : -1;
}

}  // namespace troupe

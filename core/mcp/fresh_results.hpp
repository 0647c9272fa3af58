// What servers of 2026-07-28 said and said how long it stays true: "ttlMs" of a result (2026-07-28, caching).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace troupe {

/// Results of one server, by method and params. Its client is one user, so that the scopes "public" and "private" are
/// the same here.
class FreshResults {
 public:
  /// Null: there is none, or it is out of date. Good until the next keep() or heed().
  const std::string* find(std::string_view method, std::string_view params, std::int64_t now_ms) const;
  /// Keeps it for as long as it says, and not at all if it says nothing, or is of a method that is not to be kept.
  void keep(std::string_view method, std::string_view params, const std::string& result, std::int64_t now_ms);
  /// What a notification of the server puts out of date.
  void heed(std::string_view notification);

 private:
  struct Kept {
    std::string result;
    std::int64_t until_ms;
  };

  std::map<std::string, Kept, std::less<>> kept_;  // by method, a line break and params
  std::size_t bytes_ = 0;
};

}  // namespace troupe

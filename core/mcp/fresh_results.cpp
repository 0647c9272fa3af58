#include "mcp/fresh_results.hpp"

#include <algorithm>

#include "base/json_parse.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::size_t kMostBytes = 4U << 20U;
constexpr std::int64_t kMostMs = 24 * 60 * 60'000;

bool is_to_be_kept(std::string_view method) { return method.ends_with("/list") || method == "resources/read"; }

std::string key_of(std::string_view method, std::string_view params) { return joined({method, "\n", params}); }

}  // namespace

const std::string* FreshResults::find(std::string_view method, std::string_view params, std::int64_t now_ms) const {
  if (kept_.empty()) return nullptr;
  const auto kept = kept_.find(key_of(method, params));
  return kept == kept_.end() || now_ms >= kept->second.until_ms ? nullptr : &kept->second.result;
}

void FreshResults::keep(std::string_view method, std::string_view params, const std::string& result,
                        std::int64_t now_ms) {
  if (!is_to_be_kept(method)) return;
  const std::int64_t fresh_ms = Fields(result).integer("ttlMs");
  if (fresh_ms <= 0) return;
  if (bytes_ + result.size() > kMostBytes) {
    kept_.clear();
    bytes_ = 0;
  }
  if (result.size() > kMostBytes) return;
  Kept& kept = kept_[key_of(method, params)];
  bytes_ += result.size() - kept.result.size();
  kept = {result, now_ms + std::min(fresh_ms, kMostMs)};
}

void FreshResults::heed(std::string_view notification) {
  if (!notification.starts_with("notifications/")) return;
  notification.remove_prefix(std::string_view("notifications/").size());
  const std::string_view what = notification.substr(0, notification.find('/') + 1);  // "tools/"
  if (what != "tools/" && what != "prompts/" && what != "resources/") return;
  std::erase_if(kept_, [&](const auto& each) {
    const bool gone = each.first.starts_with(what);
    if (gone) bytes_ -= each.second.result.size();
    return gone;
  });
}

}  // namespace troupe

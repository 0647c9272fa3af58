// What the analyser can say: verdicts, in heads that each choose one (or, of independent ones, any).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace troupe {

inline constexpr std::array<std::string_view, 11> kTypes = {"information_retrieval",
                                                            "content_creation",
                                                            "data_analysis",
                                                            "file_operations",
                                                            "web_automation",
                                                            "code_development",
                                                            "project_management",
                                                            "research",
                                                            "communication",
                                                            "reasoning",
                                                            "unclear"};
inline constexpr std::array<std::string_view, 4> kComplexities = {"simple", "moderate", "complex", "expert"};
inline constexpr std::array<std::string_view, 4> kShapes = {"single", "chain", "parallel", "dag"};
/// What a task that does none of these is: "read_only".
inline constexpr std::array<std::string_view, 4> kRisks = {"writes", "destructive", "spends_money", "speaks_to_others"};
inline constexpr std::array<std::string_view, 7> kPatterns = {"direct",       "chain", "parallel",           "router",
                                                              "orchestrator", "swarm", "evaluator_optimizer"};
/// Their indexes.
enum PatternName : std::uint8_t {
  kDirectPattern,
  kChainPattern,
  kParallelPattern,
  kRouterPattern,
  kOrchestratorPattern,
  kSwarmPattern,
  kEvaluatorPattern
};
/// How many steps, at most: the last one is open.
inline constexpr std::array<std::uint8_t, 8> kStepBounds = {1, 2, 3, 4, 6, 9, 14, 20};
inline constexpr std::array<std::string_view, 36> kCapabilities = {
    "file.read",    "file.write",      "file.delete",     "web.fetch",    "web.search",    "sql.query",
    "sql.write",    "browser.act",     "code.repository", "code.run",     "mail.read",     "mail.send",
    "chat.send",    "calendar.read",   "calendar.write",  "tickets.read", "tickets.write", "docs.read",
    "docs.write",   "sheet.read",      "sheet.write",     "image.make",   "image.read",    "audio.read",
    "maps",         "weather",         "finance.read",    "payment",      "crm.read",      "crm.write",
    "cloud.manage", "monitoring.read", "social.post",     "memory",       "time",          "translation"};

/// A head's outputs stand together, in this order.
struct HeadRange {
  std::string_view name;
  std::uint8_t first, count;
  bool exclusive;  // exactly one of them holds
};

inline constexpr std::uint8_t kFirstType = 0;
inline constexpr std::uint8_t kFirstComplexity = kFirstType + kTypes.size();
inline constexpr std::uint8_t kFirstShape = kFirstComplexity + kComplexities.size();
inline constexpr std::uint8_t kFirstRisk = kFirstShape + kShapes.size();
inline constexpr std::uint8_t kFirstPattern = kFirstRisk + kRisks.size();
inline constexpr std::uint8_t kFirstSteps = kFirstPattern + kPatterns.size();
inline constexpr std::uint8_t kServerNeeded = kFirstSteps + kStepBounds.size();
inline constexpr std::uint8_t kFirstCapability = kServerNeeded + 1;
inline constexpr std::size_t kOutputs = kFirstCapability + kCapabilities.size();

inline constexpr std::array kHeadRanges = {HeadRange{"type", kFirstType, kTypes.size(), true},
                                           HeadRange{"complexity", kFirstComplexity, kComplexities.size(), true},
                                           HeadRange{"shape", kFirstShape, kShapes.size(), true},
                                           HeadRange{"risk", kFirstRisk, kRisks.size(), false},
                                           HeadRange{"pattern", kFirstPattern, kPatterns.size(), true},
                                           HeadRange{"steps", kFirstSteps, kStepBounds.size(), true},
                                           HeadRange{"server", kServerNeeded, 1, false},
                                           HeadRange{"capabilities", kFirstCapability, kCapabilities.size(), false}};
inline constexpr std::size_t kHeads = kHeadRanges.size();

}  // namespace troupe

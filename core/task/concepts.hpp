// What words are about, whatever the word: "delete", "purge" and "wipe" all destroy. The words are the training's
// (bench/train/words); a word may belong to several concepts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace troupe {

enum class Concept : std::uint8_t {
  kNone,
  kFunction,
  kNegation,
  kPolite,
  kGreeting,
  kThen,
  kEach,
  kParallel,
  kDepends,
  kIterate,
  kTeam,
  kPlan,
  kDestroy,
  kCancel,
  kOverwrite,
  kSend,
  kPhone,
  kBuy,
  kBook,
  kWrite,
  kChange,
  kRead,
  kFind,
  kQuestion,
  kCompare,
  kCompute,
  kAnalyse,
  kChart,
  kSummarise,
  kTranslate,
  kDraft,
  kExplain,
  kThink,
  kTest,
  kProgram,
  kSchedule,
  kBrowse,
  kConvert,
  kMonitor,
  kFile,
  kTable,
  kDatabase,
  kMail,
  kChat,
  kCalendar,
  kTicket,
  kDoc,
  kRepository,
  kCode,
  kCloud,
  kWeb,
  kNews,
  kPaper,
  kPerson,
  kMoney,
  kFinance,
  kTravel,
  kPlace,
  kWeather,
  kImage,
  kAudio,
  kVideo,
  kCreative,
  kMaths,
  kTime,
  kSocial,
  kCrm,
  kLogs,
  kAccount,
  kMemory,
  kReport,
  kLaw,
  kHealth,
  kHowto,
  kHypothetical,
  kQuoteword,
  kSimulate,
  kHedge,
  kOnly,
  kShop,
  kHardware,
  kRecipe,
  kSchool,
  kJob,
  kSport,
  kVague,
};

/// Their names, in their order: the first column of bench/train/words.
inline constexpr std::array<std::string_view, 86> kConceptNames = {
    "",        "function",  "negation",     "polite",    "greeting", "then",      "each",    "parallel", "depends",
    "iterate", "team",      "plan",         "destroy",   "cancel",   "overwrite", "send",    "phone",    "buy",
    "book",    "write",     "change",       "read",      "find",     "question",  "compare", "compute",  "analyse",
    "chart",   "summarise", "translate",    "draft",     "explain",  "think",     "test",    "program",  "schedule",
    "browse",  "convert",   "monitor",      "file",      "table",    "database",  "mail",    "chat",     "calendar",
    "ticket",  "doc",       "repository",   "code",      "cloud",    "web",       "news",    "paper",    "person",
    "money",   "finance",   "travel",       "place",     "weather",  "image",     "audio",   "video",    "creative",
    "maths",   "time",      "social",       "crm",       "logs",     "account",   "memory",  "report",   "law",
    "health",  "howto",     "hypothetical", "quoteword", "simulate", "hedge",     "only",    "shop",     "hardware",
    "recipe",  "school",    "job",          "sport",     "vague"};
static_assert(static_cast<std::size_t>(Concept::kVague) + 1 == kConceptNames.size());

/// The concepts of one word; kNone fills the rest.
using Concepts = std::array<Concept, 4>;

constexpr bool is_among(const Concepts& concepts, Concept wanted) {
  for (const Concept each : concepts) {
    if (each == wanted) return true;
  }
  return false;
}

}  // namespace troupe

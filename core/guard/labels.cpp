#include "guard/labels.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.hpp"

namespace troupe {
namespace {

/// Words of tools that read what anybody may have written.
constexpr std::string_view kUntrusted =
    " web url urls http https fetch browse browser page pages site website websites search news feed feeds rss mail "
    "mails "
    "email emails inbox message messages comment comments issue issues ticket tickets review reviews tweet tweets post "
    "posts pull youtube transcript scrape crawl download attachment attachments forum chat channel ";

/// Words of tools that read what is nobody else's business.
constexpr std::string_view kPrivate =
    " file files folder folders directory directories disk drive database databases sql table tables mails mail email "
    "emails inbox contact contacts calendar note notes memory secret secrets password passwords env environment key "
    "keys "
    "credential credentials token customer customers account accounts invoice invoices document documents private "
    "local "
    "clipboard history salary patient patients crm repository repositories ";

/// More of them, since kWary.
constexpr std::string_view kPrivateToo =
    " git repo repos employee employees people users record records order orders payment payments transaction "
    "transactions bank payroll contract contracts photo photos knowledge shell bash terminal ";
constexpr std::string_view kUntrustedToo = " internet channels chats thread threads blog wiki navigate ";

/// Words of tools whose question leaves the house.
constexpr std::string_view kSends =
    " web url urls http https fetch browse browser page site website search scrape crawl download ";
constexpr std::string_view kSendsToo = " internet online domain domains dns host hostname whois ping resolve request ";

/// What tools do that give something back.
constexpr std::string_view kReads =
    " read get list search find fetch query lookup look show view open load return give retrieve download browse "
    "browser navigate crawl scrape extract inspect check describe display receive tell summarize count compare watch "
    "monitor snapshot screenshot explore scan dump print select translate analyze resolve convert calculate compute "
    "know run execute exec eval evaluate shell bash terminal ";

/// What tools do that change something.
constexpr std::string_view kActs =
    " send write create update delete remove put patch add insert edit modify replace move rename run execute exec "
    "eval evaluate restart kill terminate pay buy purchase transfer charge refund withdraw publish push upload install "
    "uninstall deploy reply respond forward invite submit approve reject merge assign cancel upsert truncate click "
    "fill "
    "drag enable disable grant revoke subscribe unsubscribe notify trigger restore append overwrite erase wipe purge "
    "register rollback broadcast shell bash terminal ";

/// Words that are things as often: of what a tool does they are only in a name that says nowhere that it reads.
constexpr std::string_view kMayAct =
    " post order book call comment message mail email tweet share build schedule label press type commit change store "
    "save set start stop make copy drop place apply reset archive clear destroy checkout mark follow like lock draft ";

constexpr std::size_t kMostOfDescription = 300;

/// Whether one of the text's words is among these; `inflected`: also as "sends" or "copies".
bool says(std::string_view text, std::string_view words, bool inflected = false) {
  std::string word(1, ' ');
  const auto among = [&](std::string each) { return words.find(each + ' ') != std::string_view::npos; };
  const auto known = [&] {
    bool found = word.size() > 1 && among(word);
    if (inflected && word.size() > 3 && word.ends_with('s')) {
      found = found || among(word.substr(0, word.size() - 1));
      if (word.ends_with("es")) found = found || among(word.substr(0, word.size() - 2));
      if (word.ends_with("ies")) found = found || among(word.substr(0, word.size() - 3) + 'y');
    }
    word.resize(1);
    return found;
  };
  char before = 0;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool letter = upper || (c >= 'a' && c <= 'z');
    // readFile is two words.
    if ((!letter || (upper && before >= 'a' && before <= 'z')) && known()) return true;
    if (letter) word += static_cast<char>(upper ? c - 'A' + 'a' : c);
    before = c;
  }
  return known();
}

bool says_form_of(std::string_view text, std::string_view verbs) { return says(text, verbs, true); }

std::optional<std::uint8_t> labels_given(const ToolSpec& tool, const Json& given, bool by_both_names) {
  std::optional<std::uint8_t> does;
  for (const std::string_view called : {std::string_view(tool.name), std::string_view(tool.server_name)}) {
    const Json& own = field(given, called);
    if (!own.is_array() || (called != tool.name && !by_both_names)) continue;
    does = does.value_or(0);
    for (const Json& each : own) {
      const auto name = each.is_string() ? std::string_view(each.get_ref<const std::string&>()) : std::string_view();
      const auto known = std::ranges::find(kDoingNames, name);
      if (known != kDoingNames.end()) *does |= bit(static_cast<Doing>(known - kDoingNames.begin()));
    }
  }
  return does;
}

std::string words_of(const ToolSpec& tool) {
  return joined({tool.server_name, " ", utf8_prefix(tool.description, kMostOfDescription)});
}

/// Before kWary: what is not said to read only acts, and does nothing else.
ToolLabels labels_before(const ToolSpec& tool) {
  ToolLabels labels;
  if (!tool.read_only) {
    labels.does = bit(Doing::kActs);
    return labels;
  }
  const std::string text = words_of(tool);
  if (tool.open_world && says(text, kUntrusted)) labels.does |= bit(Doing::kReadsUntrusted);
  if (says(text, kPrivate)) labels.does |= bit(Doing::kReadsPrivate);
  // Of a tool that says nothing of itself, the annotation has to tell.
  if (labels.does == 0) labels.does = bit(tool.open_world ? Doing::kReadsUntrusted : Doing::kReadsPrivate);
  if (tool.open_world && says(text, kSends)) labels.sends = ToolLabels::Sends::kAll;
  return labels;
}

bool acts_by_its_words(const ToolSpec& tool) {
  if (says_form_of(tool.server_name, kActs)) return true;
  if (says_form_of(tool.server_name, kReads)) return false;
  return says_form_of(tool.server_name, kMayAct) || says_form_of(tool.description.substr(0, kMostOfDescription), kActs);
}

ToolLabels labels_by_itself(const ToolSpec& tool) {
  ToolLabels labels;
  // Nobody knows what a server keeps there, and who wrote it.
  if (tool.server_name == kReadResource || tool.server_name == kListResources) {
    labels.does = bit(Doing::kReadsPrivate) | bit(Doing::kReadsUntrusted);
    labels.sends = ToolLabels::Sends::kAddresses;
    return labels;
  }
  const std::string text = words_of(tool);
  const bool only_reads = tool.read_only;
  const bool acts = tool.says_effect ? !only_reads : !only_reads && acts_by_its_words(tool);
  const bool says_reads = says_form_of(text, kReads);
  if (acts) labels.does |= bit(Doing::kActs);
  if (!acts || says_reads) {
    if (tool.open_world && (says(text, kUntrusted) || says(text, kUntrustedToo)))
      labels.does |= bit(Doing::kReadsUntrusted);
    if (says(text, kPrivate) || says(text, kPrivateToo)) labels.does |= bit(Doing::kReadsPrivate);
  }
  if (labels.does == 0 && !only_reads && !says_reads) labels.does = bit(Doing::kReadsUntrusted) | bit(Doing::kActs);
  // Of what a tool reads and does not say, the annotation has to tell, or what it is where there is none.
  if (labels.does == 0) labels.does = bit(tool.open_world ? Doing::kReadsUntrusted : Doing::kReadsPrivate);
  if (tool.open_world) {
    const bool all = says(text, kSends) || says(text, kSendsToo);
    labels.sends = all                             ? ToolLabels::Sends::kAll
                   : only_reads && tool.says_world ? ToolLabels::Sends::kWhatStrangersAsk
                                                   : ToolLabels::Sends::kAddresses;
  }
  return labels;
}

}  // namespace

ToolLabels labels_of(const ToolSpec& tool, const Json& given, Look look) {
  const std::optional<std::uint8_t> told = labels_given(tool, given, look != Look::kFirst);
  const bool wary = look == Look::kWary;
  if (tool.server.empty() || (told && !(wary && tool.shared_name))) return {told.value_or(0)};
  ToolLabels labels = wary ? labels_by_itself(tool) : labels_before(tool);
  labels.does |= told.value_or(0);
  return labels;
}

}  // namespace troupe

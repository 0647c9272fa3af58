#include "llm/choice/shorten.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::string_view kLeftOut = "[troupe: left out to make room";
constexpr std::size_t kBeginning = 160;   // bytes of a result that its note keeps
constexpr std::size_t kWorthIt = 400;     // shorter results stay
constexpr std::int64_t kNoteBytes = 100;  // at most, of the note on turns

using Messages = std::vector<Message>;

bool is_turn(const Message& message) { return message.role == Message::Role::kAssistant; }

/// Where the newest turn begins; what is before it is old.
std::size_t newest_turn(const Messages& messages) {
  std::size_t at = messages.size();
  while (at > 0 && !is_turn(messages[at - 1])) --at;
  return at == 0 ? messages.size() : at - 1;
}

std::string note_on(const Message& result) {
  return joined({kLeftOut, ": this result of ", result.tool, ", ", decimal(std::ssize(result.text)),
                 " bytes. Call it again if you need it. It began:]\n", utf8_prefix(result.text, kBeginning)});
}

class Shortening {
 public:
  Shortening(Messages messages, std::int64_t bytes, std::int64_t most)
      : messages_(std::move(messages)), bytes_(bytes), most_(most) {}

  void leave_out_results() {
    const std::size_t newest = newest_turn(messages_);
    for (std::size_t i = 0; i < newest && bytes_ > most_; ++i) {
      Message& message = messages_[i];
      if (message.role != Message::Role::kTool || message.text.size() < kWorthIt) continue;
      replace(message, note_on(message));
      ++shortened.results;
    }
  }

  /// A turn goes with all that follows it up to the next.
  void leave_out_turns() {
    if (bytes_ <= most_) return;
    const std::size_t newest = newest_turn(messages_);
    const auto first = static_cast<std::size_t>(std::ranges::find_if(messages_, is_turn) - messages_.begin());
    std::size_t end = first;
    while (end < newest && bytes_ > most_ - kNoteBytes) {
      do bytes_ -= Conversation::bytes_of(messages_[end++]);
      while (end < newest && !is_turn(messages_[end]));
      ++shortened.turns;
    }
    if (end == first) return;
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(first),
                    messages_.begin() + static_cast<std::ptrdiff_t>(end));
    if (first == 0) return;
    Message& task = messages_[first - 1];
    const std::size_t noted = task.text.rfind(joined({"\n\n", kLeftOut}));
    std::string text = task.text.substr(0, noted);
    append(text, {"\n\n", kLeftOut, ": earlier turns of this conversation.]"});
    replace(task, std::move(text));
  }

  void cut_newest_results() {
    std::int64_t results = 0, theirs = 0;
    for (const Message& each : messages_) {
      if (each.role != Message::Role::kTool) continue;
      ++results;
      theirs += std::ssize(each.text);
    }
    if (bytes_ <= most_ || results == 0) return;
    const auto share =
        static_cast<std::size_t>(std::max<std::int64_t>(kWorthIt, (theirs - (bytes_ - most_)) / results));
    for (Message& each : messages_) {
      if (each.role != Message::Role::kTool || each.text.size() <= share) continue;
      replace(each, joined({utf8_prefix(each.text, share), "\n", kLeftOut, ": the rest of ",
                            decimal(std::ssize(each.text)), " bytes.]"}));
      ++shortened.results;
    }
  }

  Messages take() { return std::move(messages_); }

  Shortened shortened;

 private:
  void replace(Message& message, std::string text) {
    bytes_ -= Conversation::bytes_of(message);
    message.text = std::move(text);
    message.images.clear();
    bytes_ += Conversation::bytes_of(message);
  }

  Messages messages_;
  std::int64_t bytes_, most_;
};

}  // namespace

Shortened shorten(Conversation& conversation, std::int64_t most) {
  const std::int64_t before = conversation.bytes();
  Shortening work(conversation.messages(), before, most);
  work.leave_out_results();
  work.leave_out_turns();
  work.cut_newest_results();
  Shortened shortened = work.shortened;
  if (shortened.results + shortened.turns == 0) return {};
  conversation.replace(work.take());
  shortened.bytes = before - conversation.bytes();
  return shortened;
}

}  // namespace troupe

#include "llm/offline/offline.hpp"

#include "base/text.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/walk.hpp"
#include "llm/offline/words.hpp"

namespace troupe {
namespace {

using namespace offline;

constexpr std::string_view kProviderLine =
    "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server such as Ollama, to let a language model do this.";

std::string introduction(const std::vector<ToolSpec>& tools) {
  std::string text =
      "I am troupe's offline model: rules, not a language model. I pick tools by the words of a task, pass on what it "
      "names, and answer with what they return; I can count, compare and extract, but not write, reason or chat.";
  text += tools.empty() ? " There are no tools in this run." : "\nTools here: ";
  for (std::size_t i = 0; i < tools.size() && i < 20; ++i) text += joined({i > 0 ? ", " : "", tools[i].name});
  return text;
}

}  // namespace

ChatReply offline_reply(const std::vector<Message>& messages, const std::vector<ToolSpec>& tools) {
  const History history(messages);
  Toolbox box(tools);
  const Task task(history.task(), box.verbs());
  box.ban(task.clauses());
  Walk walk(history, box, task.clauses());
  walk.go();

  ChatReply reply;
  reply.model = "offline";
  reply.calls = walk.take_calls();
  reply.finish = reply.calls.empty() ? "stop" : "tool_calls";
  if (reply.calls.empty()) {
    std::string text = walk.answer();
    if (task.left_out() > 0) {
      text += joined({text.empty() ? "" : "\n\n", "Not done: ", counted(task.left_out(), "part"),
                      " of the task, which is too long for rules."});
    }
    if (text.empty()) text = joined({introduction(tools), "\n\n", kProviderLine});
    else if (walk.left_something() || task.left_out() > 0)
      text += joined({"\n\nThis is troupe's offline model: rules, not a language model. ", kProviderLine});
    reply.text = repaired_utf8(text);
  }
  std::size_t words = 0;
  for (const Message& message : messages) words += word_count(message.text);
  reply.usage.input_tokens = static_cast<std::int64_t>(words);
  words = word_count(reply.text);
  for (const ToolCall& call : reply.calls) words += word_count(call.arguments);
  reply.usage.output_tokens = static_cast<std::int64_t>(words);
  return reply;
}

}  // namespace troupe

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
  if (tools.empty()) text += " There are no tools in this run.";
  else text += "\nTools here: ";
  for (std::size_t i = 0; i < tools.size() && i < 20; ++i) text += joined({i > 0 ? ", " : "", tools[i].name});
  if (tools.size() > 20) text += joined({" and ", digits(tools.size() - 20), " more"});
  return text;
}

std::int64_t words_in(const std::vector<Message>& messages) {
  std::size_t words = 0;
  for (const Message& message : messages) words += word_count(message.text);
  return static_cast<std::int64_t>(words);
}

}  // namespace

ChatReply offline_reply(const std::vector<Message>& messages, const std::vector<ToolSpec>& tools) {
  const History history(messages);
  std::size_t left_out = 0;
  const std::vector<Clause> clauses = clauses_of(history.task(), Toolbox::verbs_of(tools), left_out);
  const Toolbox box(tools, clauses);
  Walk walk(history, box, clauses);
  walk.go();

  ChatReply reply;
  reply.model = "offline";
  reply.calls = walk.calls();
  reply.finish = reply.calls.empty() ? "stop" : "tool_calls";
  if (reply.calls.empty()) {
    reply.text = repaired_utf8(walk.answer());
    if (left_out > 0) {
      if (!reply.text.empty()) reply.text += "\n\n";
      reply.text += joined({"Not done: ", plural(left_out, "part"), " of the task, which is too long for rules."});
    }
    const bool lost = walk.left_something() || left_out > 0;
    if (reply.text.empty()) reply.text = joined({introduction(tools), "\n\n", kProviderLine});
    else if (lost)
      reply.text += joined({"\n\nThis is troupe's offline model: rules, not a language model. ", kProviderLine});
  }
  reply.usage.input_tokens = words_in(messages);
  reply.usage.output_tokens = static_cast<std::int64_t>(word_count(reply.text));
  for (const ToolCall& call : reply.calls) {
    reply.usage.output_tokens += static_cast<std::int64_t>(word_count(dump_json(call.arguments)));
  }
  return reply;
}

}  // namespace troupe

#include "llm/offline/offline.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "llm/brief.hpp"
#include "llm/offline/extract.hpp"
#include "llm/offline/told.hpp"
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

/// What the instruction says of servers that cannot be used (agents/known_tools.cpp): a line each.
std::string unusable_servers(const std::vector<Message>& messages) {
  std::string lines;
  for (const Message& message : messages) {
    if (message.role != Message::Role::kSystem) continue;
    for (const std::string_view line : split(message.text, '\n')) {
      if (line.starts_with("The server \"") && contains(line, "\" cannot be used: ")) append(lines, {"\n", line});
    }
  }
  return lines;
}

/// Rules work on the task with the tools that do something.
ChatReply worked(const std::vector<Message>& messages, const std::vector<ToolSpec>& tools) {
  const History history(messages);
  Toolbox box(tools);
  const Task task(history.task(), box.verbs());
  box.ban(task.clauses());
  Walk walk(history, box, task.clauses());
  walk.go();

  ChatReply reply;
  reply.calls = walk.take_calls();
  reply.finish = reply.calls.empty() ? "stop" : "tool_calls";
  if (reply.calls.empty()) {
    std::string text = walk.answer();
    if (task.left_out() > 0) {
      text += joined({text.empty() ? "" : "\n\n", "Not done: ", counted(task.left_out(), "part"),
                      " of the task, which is too long for rules."});
    }
    const std::string unusable = unusable_servers(messages);
    if (!unusable.empty() && (text.empty() || walk.left_something()))
      append(text, {text.empty() ? "" : "\n", unusable});
    if (text.empty()) text = joined({introduction(tools), "\n\n", kProviderLine});
    else if (walk.left_something() || task.left_out() > 0)
      text += joined({"\n\nThis is troupe's offline model: rules, not a language model. ", kProviderLine});
    reply.text = repaired_utf8(text);
  }
  return reply;
}

ToolCall hand_over(const ToolSpec& tool, std::string_view task) {
  return {"h1", tool.name, dump_json(object({{"context", joined({"By rules the second one goes on: ", task})}}))};
}

/// What rules say as an agent of a pattern; nothing where they have to work.
std::optional<ChatReply> said_in_pattern(const Told& told, const ToolSpec* exit, bool has_tools) {
  ChatReply reply;
  reply.finish = "stop";
  if (!told.form.empty()) {
    reply.text = filled_form(told);
  } else if (exit != nullptr && !told.handed_over) {
    reply.finish = "tool_calls";
    reply.calls = {hand_over(*exit, told.task)};
  } else if (!has_tools && !told.results.empty()) {
    reply.text = listed_results(told);
  } else {
    return std::nullopt;
  }
  return reply;
}

}  // namespace

ChatReply offline_reply(const std::vector<Message>& messages, const std::vector<ToolSpec>& tools) {
  const auto asked = std::ranges::find(messages.rbegin(), messages.rend(), Message::Role::kUser, &Message::role);
  const Told told = asked == messages.rend() ? Told() : told_in(asked->text);
  // Rules hand over once, and do not search: what they need they find by its name.
  std::vector<ToolSpec> useful;
  const ToolSpec* exit = nullptr;
  for (const ToolSpec& tool : tools) {
    const bool hands_over = tool.name.starts_with(brief::kHandOver);
    if (hands_over && exit == nullptr) exit = &tool;
    if (!hands_over && tool.name != brief::kSearchTools && tool.name != brief::kReadResult) useful.push_back(tool);
  }
  std::optional<ChatReply> said = said_in_pattern(told, exit, !useful.empty());
  ChatReply reply = said ? std::move(*said) : worked(messages, useful);
  reply.model = "offline";
  std::size_t words = 0;
  for (const Message& message : messages) words += word_count(message.text);
  reply.usage.input_tokens = static_cast<std::int64_t>(words);
  words = word_count(reply.text);
  for (const ToolCall& call : reply.calls) words += word_count(call.arguments);
  reply.usage.output_tokens = static_cast<std::int64_t>(words);
  return reply;
}

}  // namespace troupe

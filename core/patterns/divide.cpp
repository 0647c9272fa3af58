#include "patterns/divide.hpp"

#include <algorithm>
#include <utility>

#include "agents/typed_reply.hpp"
#include "base/text.hpp"

namespace troupe {
namespace {

constexpr std::string_view kParts =
    R"({"title":"Parts","type":"object","properties":{"parts":{"type":"array","minItems":1,"maxItems":8,"items":)"
    R"({"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":40,"description":)"
    R"("One to three words"},"task":{"type":"string","minLength":1}},"required":["name","task"]}}},)"
    R"("required":["parts"]})";

/// A name that an agent may have, and none that another one has.
std::string name_from(std::string_view words, const std::vector<Member>& taken) {
  std::string name;
  for (const char c : lower(words)) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (fine) name += c;
    else if (!name.empty() && name.back() != '-') name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  if (name.empty()) name = "part";
  const auto is_taken = [&](std::string_view each) {
    return std::ranges::any_of(taken, [&](const Member& other) { return other.agent.name == each; });
  };
  std::string unique = name;
  for (std::int64_t n = 2; is_taken(unique); ++n) unique = joined({name, "-", decimal(n)});
  return unique;
}

}  // namespace

Task<Parts> divided(Context context, const Pattern* pattern, std::string task, const Prompt* prompt) {
  std::vector<Member> workers = pattern->workers();
  if (workers.empty()) workers.emplace_back().agent.purse = pattern->purse;
  if (workers.size() > 1 || !workers.front().part.empty()) co_return Parts{std::move(workers)};
  Typed parts = co_await typed_reply(context, agent_for(context, *pattern, "planner", *prompt), task, Form{kParts});
  if (parts.stop) co_return Parts{{}, std::move(parts.stop)};
  std::vector<Member> members;
  for (const Json& each : field(parts.value, "parts")) {
    Member member = workers.front();
    member.agent.name = name_from(text_field(each, "name"), members);
    member.part = text_field(each, "task");
    members.push_back(std::move(member));
  }
  co_return Parts{std::move(members)};
}

}  // namespace troupe

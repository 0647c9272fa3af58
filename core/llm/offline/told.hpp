// What an agent of a pattern was told (llm/brief.hpp), taken apart; and what rules can say where a pattern asks for a
// form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::offline {

/// Views of a message.
struct Told {
  struct Named {
    std::string_view name, text;
  };

  std::string_view task;       // what is to be done: the part of it, or all
  std::vector<Named> results;  // of others
  std::vector<Named> agents;   // to choose from
  std::vector<std::string_view> criteria;
  std::string_view form;     // the title of the form that is asked for; empty: a text is
  bool handed_over = false;  // something happened before
};

Told told_in(std::string_view message);

/// The form as JSON: parts and plans by the task's clauses, choices by the words that agents share with the task,
/// ratings by how many of the task's words a draft has.
std::string filled_form(const Told& told);

/// The results under the names of those who gave them.
std::string listed_results(const Told& told);

}  // namespace troupe::offline

// parallel: parts that do not need one another at the same time, or the same several times, and then one answer.
#pragma once

#include <string>
#include <vector>

#include "patterns/pattern.hpp"

namespace troupe {

/// With `votes` above 1 the one worker does the same so many times, and a majority or a judge chooses. Otherwise each
/// worker does its part, and the results are joined. A part that fails is named in the answer; only when all fail does
/// the pattern.
Task<Answer> parallel(Context context, const Pattern* pattern, std::string task);

/// Lets all members work at once and joins what they give, as the pattern's settings say.
Task<Answer> side_by_side(Context context, const Pattern* pattern, std::vector<Member> members, std::string task);

struct Finding {
  std::string of;
  std::string text;
};
/// Named results one after the other, and what is missing.
std::string one_by_one(const std::vector<Finding>& findings, const std::vector<Missing>& missing);
/// The synthesiser's answer from them; what is missing is named in it, by the model or by us.
Task<Answer> synthesised(Context context, const Pattern* pattern, std::string task, std::vector<Finding> findings,
                         std::vector<Missing> missing);

}  // namespace troupe

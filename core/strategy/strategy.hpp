// What DecisionEngine recommends: how to work on a task, and what that will take.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "task/analysis.hpp"

namespace troupe {

/// What is at hand for a task.
struct Situation {
  struct Server {
    std::string name;
    std::int32_t relevance = 0;  // in thousandths, as a search over the servers says
  };
  struct Model {
    std::string name;                    // "provider:model"
    std::int64_t input = 0, output = 0;  // nano-dollars a token
  };
  std::vector<Server> servers;  // the relevant ones, the best first
  std::vector<Model> models;    // the one that will work, or those that may be chosen from
  bool by_rules = false;        // the run's model is the offline one
  std::int64_t tokens = -1, nano_usd = -1, ms = -1, calls = -1;  // what may be spent; -1: as much as it takes
};

/// What a pattern will take, for a task of these steps.
struct Cost {
  std::int32_t agents = 1, steps = 1;
  std::int64_t tokens = 0, nano_usd = 0, ms = 0;
};

/// Why a pattern stands where it does. Sentences that live for ever.
class Reasons {
 public:
  void add(std::string_view sentence) {
    if (count_ < sentences_.size()) sentences_[count_++] = sentence;
  }
  const std::string_view* begin() const { return sentences_.data(); }
  const std::string_view* end() const { return sentences_.data() + count_; }

 private:
  std::array<std::string_view, 5> sentences_{};
  std::size_t count_ = 0;
};

struct Option {
  std::uint8_t pattern = 0;  // of kPatterns
  Permille score = 0;        // all options have 1000 together
  Reasons reasons;
  Cost cost;
  bool affordable = true;
};

/// What is worth its price before the work begins.
enum class First : std::uint8_t { kNothing, kAskUser, kPlan };

struct Strategy {
  std::array<Option, kPatterns.size()> options{};  // in the order in which they are to be tried
  std::vector<std::string> servers;                // that the task needs
  std::string model;
  First first = First::kNothing;
  std::string_view first_reason;

  const Option& choice() const { return options[0]; }
};

std::string to_json(const Strategy& strategy);
/// What a journal keeps: without the sentences.
std::string summary_json(const Strategy& strategy);

}  // namespace troupe

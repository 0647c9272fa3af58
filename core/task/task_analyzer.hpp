// TaskAnalyzer: from a text to what it asks for. A pure function of the text and of the trained tables.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "task/analysis.hpp"
#include "task/features.hpp"
#include "task/tables.hpp"
#include "task/tokens.hpp"

namespace troupe {

class TaskAnalyzer {
 public:
  /// Longer texts are refused. Bytes.
  static constexpr std::size_t kLongestTask = 400'000;

  explicit TaskAnalyzer(std::string_view tables = Tables::shipped());

  /// Fails with kInvalidInput for a text without a letter or with more than 100,000 characters. What is returned lives
  /// until the next call.
  Result<const Analysis*> analyze(std::string_view text);

  const Tables& tables() const { return tables_; }
  /// The reading behind the last analysis that was made, not remembered.
  const Features& features() const { return features_; }

 private:
  struct Hit {
    std::uint16_t token, row;
    std::uint32_t others;
  };
  /// What a count of so many steps says, for each output.
  using Sums = std::array<std::int32_t, kOutputs>;
  struct Remembered {
    std::uint64_t fingerprint = 0;
    std::string text;
    Analysis analysis;
  };

  void look(std::string_view text, Analysis& analysis);
  void decide(Analysis& analysis);
  void find_evidence(Analysis& analysis);

  Tables tables_;
  Tokens tokens_;
  Features features_;
  std::vector<std::uint32_t> candidates_;  // of the features
  std::vector<Hit> hits_;                  // of which the first hit_count_ are good
  std::size_t hit_count_ = 0;
  std::vector<std::uint32_t> telling_;  // the hits that say something of other outputs than a row does
  std::size_t telling_count_ = 0;
  std::vector<std::uint32_t> seen_;  // of each place in the tables the text that had it last
  std::uint32_t text_number_ = 0;
  std::int64_t root_ = 1;                      // of the number of features, in 1/16
  std::array<std::int64_t, kOutputs> odds_{};  // natural logarithms, in 1/65536
  std::vector<Sums> counted_;                  // of each kind of count and number of steps
  std::vector<std::int32_t> weight_of_token_;
  std::vector<Remembered> remembered_;
};

}  // namespace troupe

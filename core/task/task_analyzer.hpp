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

  explicit TaskAnalyzer(std::string_view tables = Tables::shipped()) : tables_(tables) {}

  /// Fails with kInvalidInput for a text without a letter or with more than 100,000 characters. What is returned lives
  /// until the next call.
  Result<const Analysis*> analyze(std::string_view text);

  const Tables& tables() const { return tables_; }
  /// The reading behind the last analysis that was made, not remembered.
  const Features& features() const { return features_; }

 private:
  struct Hit {
    std::uint16_t token;
    std::span<const Weight> weights;
  };
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
  std::vector<Hit> hits_;
  std::vector<std::uint32_t> seen_;  // of each row the text that had it last
  std::uint32_t text_number_ = 0;
  std::array<std::int64_t, kOutputs> odds_{};  // natural logarithms, in 1/65536
  std::vector<std::int32_t> weight_of_token_;
  std::vector<Remembered> remembered_;
};

}  // namespace troupe

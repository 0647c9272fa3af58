// The ledger: reserved before a step, settled after it.
#include <limits>

#include "base/error.hpp"
#include "doctest/doctest.h"
#include "guard/budget.hpp"

namespace troupe::test {
namespace {

Usage used(std::int64_t input, std::int64_t output, NanoUsd cost) {
  Usage usage;
  usage.input_tokens = input;
  usage.output_tokens = output;
  usage.cost = cost;
  return usage;
}

Budget budget(const Json& limits) { return raise_from_json(limits); }

}  // namespace

TEST_CASE("a ledger without limits admits everything, and counts") {
  Ledger ledger{Budget()};
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(ledger.reserve({1'000'000'000'000, 1'000'000'000'000}, 1'000'000'000'000));
    ledger.settle({1'000'000'000'000, 1'000'000'000'000}, used(10, 5, 7));
  }
  CHECK(ledger.calls() == 3);
  CHECK(ledger.used().tokens() == 45);
  CHECK(ledger.used().cost == 21);
}

TEST_CASE("a limit holds to the last unit: what fits exactly is admitted, one more is not") {
  Ledger tokens(budget({{"tokens", 100}}));
  CHECK_FALSE(tokens.reserve({100, 0}, 0));
  tokens.settle({100, 0}, used(60, 30, 0));
  CHECK_FALSE(tokens.reserve({10, 0}, 0));
  tokens.settle({10, 0}, used(10, 0, 0));
  const std::optional<Exceeded> exceeded = tokens.reserve({1, 0}, 0);
  REQUIRE(exceeded);
  CHECK(exceeded->limit == "tokens");
  CHECK(exceeded->spent == 100);
  CHECK(exceeded->allowed == 100);

  Ledger calls(budget({{"calls", 1}}));
  CHECK_FALSE(calls.reserve({}, 0));
  CHECK(calls.reserve({}, 0)->limit == "calls");

  Ledger time(budget({{"ms", 1000}}));
  CHECK_FALSE(time.reserve({}, 999));
  CHECK(time.reserve({}, 1000)->limit == "ms");

  Ledger money(budget({{"nano_usd", 0}}));
  CHECK_FALSE(money.reserve({5, 0}, 0));
  CHECK(money.reserve({0, 1}, 0)->limit == "nano_usd");
}

TEST_CASE("parallel steps see each other's reservations") {
  Ledger ledger(budget({{"tokens", 100}, {"nano_usd", 1000}}));
  CHECK_FALSE(ledger.reserve({40, 400}, 0));
  CHECK_FALSE(ledger.reserve({40, 400}, 0));
  const std::optional<Exceeded> exceeded = ledger.reserve({40, 400}, 0);
  REQUIRE(exceeded);
  CHECK(exceeded->limit == "tokens");
  CHECK(exceeded->spent == 80);
  // What was refused reserves nothing; what ends gives back what it did not use.
  ledger.settle({40, 400}, used(5, 5, 50));
  CHECK_FALSE(ledger.reserve({40, 400}, 0));
  CHECK(ledger.calls() == 3);
}

TEST_CASE("a step that failed without a word counts as a call and costs nothing") {
  Ledger ledger(budget({{"calls", 2}, {"tokens", 10}}));
  CHECK_FALSE(ledger.reserve({10, 0}, 0));
  ledger.settle({10, 0});
  CHECK_FALSE(ledger.reserve({10, 0}, 0));
  ledger.settle({10, 0});
  CHECK(ledger.used().tokens() == 0);
  CHECK(ledger.reserve({}, 0)->limit == "calls");
}

TEST_CASE("a step that used more than was reserved is billed in full") {
  Ledger ledger(budget({{"tokens", 100}}));
  CHECK_FALSE(ledger.reserve({10, 0}, 0));
  ledger.settle({10, 0}, used(400, 100, 0));
  CHECK(ledger.used().tokens() == 500);
  CHECK(ledger.reserve({}, 0)->spent == 500);
}

TEST_CASE("raising adds to the limits that are set, and to no others; nothing lowers them") {
  Ledger ledger(budget({{"tokens", 100}, {"calls", 1}}));
  ledger.raise(budget({{"tokens", 50}, {"nano_usd", 5}, {"calls", -3}, {"ms", 0}}));
  CHECK(ledger.budget().tokens == 150);
  CHECK(ledger.budget().nano_usd == -1);
  CHECK(ledger.budget().calls == 1);
  CHECK(ledger.budget().ms == -1);
  ledger.raise(budget({{"tokens", std::numeric_limits<std::int64_t>::max()}}));
  CHECK(ledger.budget().tokens == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("estimates and bills at the end of 64 bits do not overflow") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  Ledger ledger(budget({{"ms", most}}));
  for (int i = 0; i < 4; ++i) CHECK_FALSE(ledger.reserve({most, most}, most - 1));
  for (int i = 0; i < 4; ++i) ledger.settle({most, most}, used(most, most, most));
  CHECK(ledger.used().tokens() == most);
  CHECK(ledger.used().cost == most);
}

TEST_CASE("a limit that does not exist or is no whole number is refused, because as no limit it would be dangerous") {
  const auto sentence = [](const char* text) -> std::string {
    const Result<Budget> budget = budget_from_json(*parse_json(text));
    return budget ? std::string() : budget.error().sentence();
  };
  CHECK(sentence(R"({"tokens":"many"})") == "The budget's \"tokens\" must be a whole number from 0 on.");
  CHECK(sentence(R"({"nano_usd":1.5})") == "The budget's \"nano_usd\" must be a whole number from 0 on.");
  CHECK(sentence(R"({"calls":-1})") == "The budget's \"calls\" must be a whole number from 0 on.");
  CHECK(sentence(R"({"calls":18446744073709551615})") == "The budget's \"calls\" must be a whole number from 0 on.");
  CHECK(sentence(R"({"usd":0.5})") == "There is no limit \"usd\" of a budget. There are: tokens, nano_usd, calls, ms.");
  CHECK(sentence("7") == "The budget is not an object of limits.");
  CHECK(sentence("null").empty());
  CHECK(sentence(R"({"ms":null,"tokens":0})").empty());
}

TEST_CASE("what a person adds may be wrong in places without harm") {
  const Budget read = raise_from_json(*parse_json(R"({"tokens":"many","nano_usd":1.5,"calls":3,"cats":1})"));
  CHECK(read.tokens == -1);
  CHECK(read.nano_usd == -1);
  CHECK(read.calls == 3);
}

}  // namespace troupe::test

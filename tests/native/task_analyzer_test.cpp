// The analyser: what it says of tasks, that it says the same everywhere, and that nothing makes it fall.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "task/clauses.hpp"
#include "task/fixed.hpp"
#include "task/stem.hpp"
#include "task/task_analyzer.hpp"

namespace troupe {
namespace {

Analysis analyzed(std::string_view text) {
  TaskAnalyzer analyzer;
  const Result<const Analysis*> analysis = analyzer.analyze(text);
  REQUIRE(analysis.has_value());
  return **analysis;
}

std::string_view type_of(std::string_view text) { return kTypes[analyzed(text).type]; }

std::string stemmed(std::string word) { return std::string(stem(word.data(), word.size())); }

std::string things(std::string_view text) {
  std::string out;
  for (const NamedThing& thing : analyzed(text).things) {
    out += kThingNames[static_cast<std::size_t>(thing.kind)];
    out += ' ';
    out += text.substr(thing.span.begin, thing.span.end - thing.span.begin);
    out += '|';
  }
  return out;
}

std::string clauses(std::string_view text) {
  std::string out;
  for (const TaskClause& clause : analyzed(text).clauses) {
    out += text.substr(clause.span.begin, clause.span.end - clause.span.begin);
    out += '|';
  }
  return out;
}

TEST_CASE("a stemmer takes endings off and leaves short words alone") {
  CHECK(stemmed("files") == stemmed("file"));
  CHECK(stemmed("copies") == stemmed("copy"));
  CHECK(stemmed("planning") == stemmed("plan"));
  CHECK(stemmed("deleted") == stemmed("delete"));
  CHECK(stemmed("classes") == stemmed("class"));
  CHECK(stemmed("status") == "status");
  CHECK(stemmed("bus") == "bus");
}

TEST_CASE("parts stand for a word where endings or the lack of spaces hide it") {
  const auto parts = [](std::string_view text) {
    Tokens tokens;
    tokens.read(text);
    return tokens.list().front().parts;
  };
  CHECK(parts("file") == std::array<std::uint32_t, 3>{});
  CHECK(parts("Rechnungen")[0] == parts("rechne")[0]);
  CHECK(parts("Überweisung")[1] == parts("Anweisung")[1]);
  CHECK(parts("Umzüge")[1] != 0);
  CHECK(parts("회의록을")[1] == parts("회의")[1]);
  CHECK(parts("회의록")[2] == parts("기의록")[2]);
  CHECK(parts("会议记录")[0] == parts("会议")[0]);
  CHECK(parts("会议记录")[1] != 0);
  CHECK(parts("会议")[1] == 0);
}

TEST_CASE("exponentials in whole numbers are close to the real ones and never rise") {
  CHECK(exponential(0) == 65536);
  CHECK(exponential(-65536) == doctest::Approx(24109).epsilon(0.001));
  CHECK(exponential(-10 * 65536) == doctest::Approx(2.975).epsilon(0.4));
  CHECK(exponential(-100 * 65536) == 0);
  for (std::int64_t x = -12 * 65536; x < 0; x += 97) CHECK(exponential(x) <= exponential(x + 97));
  CHECK(logistic(0) == 500);
  CHECK(logistic(std::int64_t{20} << 16) == 1000);
  CHECK(logistic(-(std::int64_t{20} << 16)) == 0);
  CHECK(square_root(0) == 0);
  CHECK(square_root(99) == 9);
  CHECK(square_root(100) == 10);
}

TEST_CASE("a task is of the type of what is wanted, not of words that stand in it") {
  CHECK(type_of("Explain how authentication works") == "reasoning");
  CHECK(type_of("Write a poem about autumn") == "content_creation");
  CHECK(type_of("Fix the failing unit test in parser.py and open a pull request") == "code_development");
  CHECK(type_of("Send an e-mail to Anna that the meeting is cancelled") == "communication");
  CHECK(type_of("Rename all .jpeg files in ~/Pictures to .jpg") == "file_operations");
}

TEST_CASE("what would destroy or speak to others is flagged, what only talks about it is not") {
  CHECK(analyzed("Delete all log files older than 30 days in /var/log").has_risk(kDestructive));
  CHECK(analyzed("Drop the table customers_old").has_risk(kDestructive));
  CHECK(analyzed("Send the report to the whole team").has_risk(kSpeaksToOthers));
  CHECK_FALSE(analyzed("What is the capital of Peru?").has_risk(kDestructive));
  CHECK_FALSE(analyzed("What is 2+2?").has_risk(kSpeaksToOthers));
}

TEST_CASE("names are whole in every script, and what only looks like one is none") {
  CHECK(things("open /home/müller/Übersicht.pdf now") == "path /home/müller/Übersicht.pdf|");
  CHECK(things("see https://müller.de/straße, ok") == "url https://müller.de/straße|");
  CHECK(things("read /var/log/系统.log 里的错误") == "path /var/log/系统.log|");
  CHECK(things("读取notes.md然后总结") == "path notes.md|");
  CHECK(things("use and/or of client/server at 90 km/h") == "number 90|");
  CHECK(things("clone git@github.com:o/r.git") == "repository git@github.com:o/r.git|");
  CHECK(things("see gitlab.com/foo/bar and foo.org/bar?x=1") == "repository gitlab.com/foo/bar|url foo.org/bar?x=1|");
  CHECK(things("fix foo.py:12 and file:///etc/hosts in s3://bucket/key") ==
        "path foo.py:12|url file:///etc/hosts|url s3://bucket/key|");
  CHECK(things("it is done.Then go") == "");
}

TEST_CASE("dates and sums of money are found as they are written") {
  CHECK(things("meet on May 12, 2025 or 12 May 2025 or am 12. Mai") ==
        "date May 12, 2025|date 12 May 2025|date 12. Mai|");
  CHECK(things("at 2025-05-12T10:00:00Z") == "date 2025-05-12T10:00:00Z|");
  CHECK(things("update to 10.20.30 by 24.12.2026") == "number 10.20.30|date 24.12.2026|");
  CHECK(things("pay $120, 500 EUR, 300 dollars, ¥300 and 20 €") ==
        "amount $120|amount 500 EUR|amount 300 dollars|amount ¥300|amount 20 €|");
  CHECK(things("add -5 and 2-3") == "number -5|number 2-3|");
  CHECK(things("may I come") == "");
}

TEST_CASE("what is pasted behind a request does not say what is to be done") {
  const std::string passage =
      " Once upon a time a server was deployed to production by a developer who had committed no code. She sent the "
      "build to her friends, paid for the cluster and deleted the old database. Then she moved to the sea and fished.";
  for (const std::string request :
       {"Translate the following text into German:", "Summarise this article in a sentence:",
        "Fasse den folgenden Text zusammen:", "Resume el siguiente texto:"}) {
    const Analysis analysis = analyzed(request + passage);
    CHECK(kTypes[analysis.type] == "content_creation");
    CHECK(analysis.clauses.size() == 1);
    CHECK(analysis.complexity == analyzed(request).complexity);
  }
  // A list of things to do is no passage, nor is what nothing announces.
  const std::string list =
      "Do the following with this text file for me please:\n- read it\n- count its words and lines\n"
      "- mail the numbers to Ann and to Bob, and to nobody else before Monday next week at noon";
  CHECK(analyzed(list).clauses.size() > 2);
  CHECK(analyzed("Remind me of this: call Ann." + passage).clauses.size() > 2);
}

TEST_CASE("an abbreviation ends no clause, and a name holds its stops") {
  CHECK(clauses("Ask Dr. Smith vs. Mr. Jones in the U.S. at 5 p.m. for e.g. tea.") ==
        "Ask Dr. Smith vs. Mr. Jones in the U.S. at 5 p.m. for e.g. tea|");
  CHECK(clauses("Send it am 12. Mai an Anna.") == "Send it am 12. Mai an Anna|");
}

TEST_CASE("what comes last needs all that nothing else needs") {
  const Analysis compared = analyzed("Compare A with B. Compare C with D. Then decide which of them to buy.");
  REQUIRE(compared.clauses.size() == 3);
  CHECK(compared.clauses[1].needs == 0);
  CHECK(compared.clauses[2].needs == 3);
  CHECK(analyzed("Lies die Datei notes.md und fasse sie zusammen.").clauses.back().needs == 1);
}

TEST_CASE("quotes that nothing closes take no longer the more there are") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += i % 10 == 0 ? "a" : "„";
  CHECK(analyzed(text).evidence.size() <= 100);
}

TEST_CASE("things that a task names are found with their kinds") {
  CHECK(things("Copy notes.md to /tmp/backup and mail me@example.org") ==
        "path notes.md|path /tmp/backup|address me@example.org|");
  CHECK(things("Translate \"guten Morgen\" into French") == "quotation guten Morgen|name French|");
  CHECK(things("See https://github.com/a/b and https://example.org/x.") ==
        "repository https://github.com/a/b|url https://example.org/x|");
  CHECK(things("Pay $120 on 2026-11-23") == "amount $120|date 2026-11-23|");
}

TEST_CASE("a task's clauses are its parts, and a part that refers to another needs it") {
  const std::string text = "Read notes.md, summarise it and send the summary to Ann. Then delete the file.";
  const Analysis analysis = analyzed(text);
  REQUIRE(analysis.clauses.size() == 4);
  CHECK(text.substr(analysis.clauses[0].span.begin, 13) == "Read notes.md");
  CHECK(analysis.clauses[1].needs == 1);
  CHECK(analysis.clauses[2].needs == 0);  // "the summary" says nothing that a rule could know
  CHECK(analysis.clauses[3].needs == 6);
}

TEST_CASE("evidence lies within the text, on whole words") {
  const std::string text = "Delete the old logs in /var/log and tell the team";
  const Analysis analysis = analyzed(text);
  CHECK_FALSE(analysis.evidence.empty());
  for (const Evidence& each : analysis.evidence) {
    CHECK(each.span.begin < each.span.end);
    CHECK(each.span.end <= text.size());
    CHECK(each.weight != 0);
  }
}

TEST_CASE("spans count as JavaScript does: UTF-16 code units") {
  const std::string text = "Grüße 👋 an \"Zoë\" senden";
  const std::vector<std::int32_t> numbers = numbers_of(analyzed(text), text);
  const std::vector<std::int32_t> thing = {static_cast<std::int32_t>(NamedThing::Kind::kQuotation), 13,
                                           16};  // from the Z to behind the ë
  CHECK_FALSE(std::ranges::search(numbers, thing).empty());
}

TEST_CASE("probabilities of one choice add up to about a thousand") {
  const Analysis analysis = analyzed("Compare three hotels in Lisbon and book the cheapest");
  for (const HeadRange& head : kHeadRanges) {
    if (!head.exclusive) continue;
    int sum = 0;
    for (std::size_t i = head.first; i < std::size_t{head.first} + head.count; ++i) sum += analysis.probability[i];
    CHECK(sum >= 995);
    CHECK(sum <= 1005);
  }
}

TEST_CASE("a name ends somewhere: what goes on for thousands of characters is none, and is read in one go") {
  std::string ats;
  for (int i = 0; i < 20'000; ++i) ats += "@.";
  Tokens tokens;
  tokens.read(ats + " see https://example.org/" + std::string(1000, 'a') + ".");
  const auto names = std::ranges::count_if(tokens.list(), [](const Token& token) {
    return token.kind < Token::Kind::kMark && token.kind != Token::Kind::kWord;
  });
  CHECK(names == 1);
  CHECK(tokens.list().size() > 20'000);
}

TEST_CASE("an empty task and one that is too long are refused with what to do") {
  TaskAnalyzer analyzer;
  CHECK(analyzer.analyze("  \n").error().sentence() == "The task is empty: say in words what is to be done.");
  CHECK(analyzer.analyze(std::string(100'001, 'a')).error().sentence() ==
        "The task has 100001 characters; the most is 100,000. Put long material into a file, and name the file.");
  CHECK(analyzer.analyze(std::string(100'000, 'a')).has_value());
}

TEST_CASE("any bytes can be analysed, and the same text gives the same analysis") {
  TaskAnalyzer analyzer;
  std::uint64_t state = 42;
  for (int round = 0; round < 300; ++round) {
    std::string text = "x";
    for (int i = 0; i < 200; ++i) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      text += static_cast<char>(state >> 56);
    }
    const Result<const Analysis*> first = analyzer.analyze(text);
    REQUIRE(first.has_value());
    const std::vector<std::int32_t> numbers = numbers_of(**first, text);
    CHECK(parse_json(summary_json(**first)).has_value());
    TaskAnalyzer other;
    if (round < 20) CHECK(numbers_of(**other.analyze(text), text) == numbers);
  }
}

TEST_CASE("an analysis that was remembered is the one that was made") {
  TaskAnalyzer analyzer;
  const std::string text = "List the files in docs";
  const std::vector<std::int32_t> first = numbers_of(**analyzer.analyze(text), text);
  for (int i = 0; i < 600; ++i) (void)analyzer.analyze("task number " + std::to_string(i));
  CHECK(numbers_of(**analyzer.analyze(text), text) == first);
  CHECK(numbers_of(**analyzer.analyze(text), text) == first);
}

TEST_CASE("tables that are damaged know nothing and do not fall") {
  const std::string_view whole = Tables::shipped();
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 50) {
    TaskAnalyzer analyzer(whole.substr(0, size));
    CHECK(analyzer.analyze("Delete everything").has_value());
    std::string changed(whole);
    for (std::size_t i = 4; i < changed.size(); i += size + 11) changed[i] = static_cast<char>(~changed[i]);
    TaskAnalyzer misled(changed);
    CHECK(misled.analyze("Delete everything").has_value());
  }
}

TEST_CASE("an analysis that was written is read again") {
  const std::string text = "Compare three hotels in Lisbon and book the cheapest";
  const Analysis analysis = analyzed(text);
  const Result<Analysis> again = analysis_from_json(*parse_json(summary_json(analysis)));
  REQUIRE(again.has_value());
  CHECK(summary_json(*again) == summary_json(analysis));
  CHECK(dump_json(*parse_json(summary_json(analysis))) == summary_json(analysis));
  CHECK_FALSE(analysis_from_json(*parse_json("{\"type\":\"dance\"}")).has_value());
}

}  // namespace
}  // namespace troupe

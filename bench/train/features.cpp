// The features of texts, for training: the same code that the engine runs.
//
//     features TABLES < lines of JSON with a "text"      of each: u32 how many, then each u32 hash, u8 group
//     features --words < words                           of each: u32 hash of its stem
//     features --terms TABLES < lines of text            of each: u32 how many, then each u32 term of an index
//     features --names                                   concepts and outputs, as JSON
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "servers/terms.hpp"
#include "task/features.hpp"
#include "task/outputs.hpp"
#include "task/request.hpp"
#include "task/tables.hpp"
#include "task/tokens.hpp"

namespace {

void put(std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) std::cout.put(static_cast<char>(number >> shift));
}

int names() {
  troupe::Json heads = troupe::Json::array();
  for (const troupe::HeadRange& head : troupe::kHeadRanges)
    heads.push_back({{"name", head.name}, {"first", head.first}, {"count", head.count}, {"exclusive", head.exclusive}});
  std::cout << troupe::Json{{"concepts", troupe::kConceptNames},
                            {"heads", heads},
                            {"outputs", troupe::kOutputs},
                            {"type", troupe::kTypes},
                            {"complexity", troupe::kComplexities},
                            {"shape", troupe::kShapes},
                            {"risk", troupe::kRisks},
                            {"pattern", troupe::kPatterns},
                            {"capabilities", troupe::kCapabilities},
                            {"step_bounds", troupe::kStepBounds}}
            << '\n';
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view what = count > 1 ? arguments[1] : "";
  if (what == "--names") return names();
  std::string line;
  if (what == "--words") {
    while (std::getline(std::cin, line)) put(troupe::hash_of_word(line));
    return 0;
  }
  const bool terms = what == "--terms" && count > 2;
  std::ifstream file(std::string(terms ? std::string_view(arguments[2]) : what), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  const troupe::Tables tables(bytes);
  if (terms) {
    std::vector<std::uint32_t> found;
    while (std::getline(std::cin, line)) {
      found.clear();
      troupe::append_terms(found, line, tables);
      put(static_cast<std::uint32_t>(found.size()));
      for (const std::uint32_t each : found) put(each);
    }
    return 0;
  }
  troupe::Tokens tokens;
  troupe::Features features;
  while (std::getline(std::cin, line)) {
    const auto task = troupe::parse_json(line);
    if (!task) return 1;
    const std::string text(troupe::text_field(*task, "text"));
    tokens.read(troupe::request_in(text));
    features.read(tokens, tables);
    put(static_cast<std::uint32_t>(features.size()));
    for (const troupe::Feature& each : features.list()) {
      put(each.hash);
      std::cout.put(static_cast<char>(each.group));
    }
    for (std::size_t counted = 0; counted < troupe::kCountedKinds; ++counted) {
      for (std::size_t step = 0; step < troupe::steps_reached(features.counts()[counted]); ++step) {
        put(troupe::count_feature(counted, step));
        std::cout.put(static_cast<char>(troupe::FeatureGroup::kStructure));
      }
    }
  }
  return 0;
}

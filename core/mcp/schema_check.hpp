// A check of one value against one schema. What the keywords of objects, arrays and numbers say is in a file each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace troupe {

class SchemaCheck {
 public:
  SchemaCheck(const Json& document, bool all) : document_(document), whole_(&document), all_(all) {}

  void check(const Json& schema, const Json& value, const std::string& path, int depth);

  std::vector<std::string> errors;

 private:
  /// What became of a schema whose sentences are not for the one who asked.
  struct Trial {
    std::vector<std::string> problems;
    bool sure;

    bool fits() const { return problems.empty() && sure; }
    bool may_fit() const { return problems.empty(); }
  };

  Trial tried(const Json& schema, const Json& value, const std::string& path, int depth);
  /// Of a member or an item of the value.
  void check_part(const Json& schema, const Json& part, const std::string& path, int depth);

  /// The schema, as far as keywords go that old runs do not know: for them null.
  const Json& newer(const Json& schema) const { return all_ ? schema : field(Json(), {}); }

  void wrong(const std::string& path, const std::string& what);
  void keywords(const Json& schema, const Json& value, const std::string& path, int depth);
  void reference(const Json& schema, const Json& value, const std::string& path, int depth);
  bool type(const Json& schema, const Json& value, const std::string& path);
  void choices(const Json& schema, const Json& value, const std::string& path);
  /// All keywords, and then `rest` for the members or items that none of them has seen.
  void unevaluated(const Json& schema, const Json& rest, const Json& value, const std::string& path, int depth);
  void text(const Json& schema, const Json& value, const std::string& path);
  void number(const Json& schema, const Json& value, const std::string& path);
  void alternatives(const Json& schema, const Json& value, const std::string& path, int depth);
  void one_of(const Json& options, const Json& value, const std::string& path, int depth, bool only_one);

  void object(const Json& schema, const Json& value, const std::string& path, int depth);
  void required(const Json& names, const Json& value, const std::string& path, const std::string& why);
  void dependent(const Json& schema, const Json& value, const std::string& path, int depth);

  void array(const Json& schema, const Json& value, const std::string& path, int depth);
  void contains(const Json& schema, const Json& value, const std::string& path, int depth);
  void unique(const Json::array_t& items, const std::string& path);

  void length(const Json& schema, std::string_view what, std::int64_t has, std::string_view unit,
              const std::string& path, std::string_view which = {});
  void see(std::size_t part) {
    if (seen_ != nullptr) (*seen_)[part] = kSeen;
  }

  static constexpr char kUnseen = '-';
  static constexpr char kSeen = '+';

  const Json& document_;
  const Json* whole_;  // what references to "#…" are about
  const bool all_;     // keywords are understood, not only those that old runs know
  int checks_ = 0;
  std::int64_t work_ = 1 << 24;  // for what strangers can make slow: patterns, references, comparing items
  bool sure_ = true;             // if not, what seems to fit may not: something was not understood, or was too much
  /// A byte for each member or item of the value, once a keyword asks which of them others have seen.
  std::string* seen_ = nullptr;
};

}  // namespace troupe

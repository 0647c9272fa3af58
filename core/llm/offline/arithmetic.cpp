// Sums of whole numbers, so that "What is 2+2?" has an answer. Products bind closer than sums.
#include <optional>

#include "base/text.hpp"
#include "llm/offline/operations.hpp"
#include "llm/offline/tokens.hpp"

namespace troupe::offline {
namespace {

class Expression {
 public:
  explicit Expression(std::string_view text) : text_(text) {}

  /// Nothing if the text has no operator, or the value does not fit or is not whole.
  std::optional<std::int64_t> value() {
    std::optional<std::int64_t> sum = product();
    while (sum) {
      const char sign = operation("+-");
      if (sign == 0) break;
      const std::optional<std::int64_t> next = product();
      std::int64_t result = 0;
      if (!next ||
          (sign == '+' ? __builtin_add_overflow(*sum, *next, &result) : __builtin_sub_overflow(*sum, *next, &result))) {
        return std::nullopt;
      }
      sum = result;
    }
    return operations_ > 0 && trim(text_).empty() ? sum : std::nullopt;
  }

 private:
  std::optional<std::int64_t> product() {
    std::optional<std::int64_t> left = number();
    while (left) {
      const char sign = operation("*/x");
      if (sign == 0) break;
      const std::optional<std::int64_t> right = number();
      if (!right) return std::nullopt;
      std::int64_t result = 0;
      if (sign == '/') {
        if (*right == 0 || *left % *right != 0) return std::nullopt;
        result = *left / *right;
      } else if (__builtin_mul_overflow(*left, *right, &result)) {
        return std::nullopt;
      }
      left = result;
    }
    return left;
  }

  std::optional<std::int64_t> number() {
    text_ = trim(text_);
    std::size_t end = 0;
    while (end < text_.size() && text_[end] >= '0' && text_[end] <= '9') ++end;
    const std::optional<std::int64_t> found = whole_number(text_.substr(0, end));
    text_.remove_prefix(end);
    return found;
  }

  char operation(std::string_view signs) {
    text_ = trim(text_);
    if (text_.empty() || signs.find(text_.front()) == std::string_view::npos) return 0;
    const char sign = text_.front();
    text_.remove_prefix(1);
    ++operations_;
    return sign;
  }

  std::string_view text_;
  int operations_ = 0;
};

}  // namespace

std::string arithmetic(std::string_view text) {
  const std::size_t begin = text.find_first_of("0123456789");
  const std::size_t last = text.find_last_of("0123456789");
  if (begin == std::string_view::npos || last - begin > 200) return {};
  const std::string_view sum = text.substr(begin, last + 1 - begin);
  const std::optional<std::int64_t> value = Expression(sum).value();
  return value ? std::string(sum) + " = " + decimal(*value) : std::string();
}

}  // namespace troupe::offline

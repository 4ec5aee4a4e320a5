#pragma once
// One condition on a value in an event pattern: an element of a pattern's array.

#include <expected>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace drydock::scheduler {

struct NumericBound {
  enum class Operator : std::uint8_t { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  Operator op = Operator::kEqual;
  double value = 0;
};

struct Filter {
  enum class Kind : std::uint8_t {
    kValue,
    kPrefix,
    kSuffix,
    kIgnoreCase,
    kWildcard,
    kNumeric,
    kCidr,
    kExists,
    kAnythingBut,  // of `inner`
  };
  Kind kind = Kind::kValue;
  nlohmann::json value;              // kValue
  std::string text;                  // kPrefix, kSuffix, kIgnoreCase, kWildcard, kCidr
  bool ignore_case = false;          // kPrefix, kSuffix
  bool exists = false;               // kExists
  std::vector<NumericBound> bounds;  // kNumeric
  std::vector<Filter> inner;         // kAnythingBut: none of them may match
};

/// The error is in EventBridge's words.
std::expected<Filter, std::string> parse_filter(const nlohmann::json& element);

/// `value` is a string, a number, true, false or null that the event has. kExists is not for here: what does not exist
/// has no value.
bool holds(const Filter& filter, const nlohmann::json& value);

}  // namespace drydock::scheduler

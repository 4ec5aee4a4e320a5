#pragma once
// Filter patterns of CloudWatch Logs (spec/logs.md section 3.6): terms, JSON expressions in braces, and
// space-delimited fields in brackets.

#include <memory>
#include <string>
#include <string_view>

#include "server/operations/context.hpp"

namespace drydock::operations::logs {

class FilterPattern {
 public:
  /// Error: InvalidParameterException. The empty pattern matches everything.
  static Result<FilterPattern> parse(std::string_view text);
  [[nodiscard]] bool matches(std::string_view message) const { return !match_ || match_(message); }

 private:
  std::function<bool(std::string_view)> match_;
};

}  // namespace drydock::operations::logs

#include "server/operations/ssm/allowed_pattern.hpp"

#include <boost/regex.hpp>
#include <stdexcept>

namespace drydock::operations::ssm {

std::optional<api::ApiError> check_pattern(const std::string& value, const std::string& pattern) {
  const boost::regex expression(pattern, boost::regex::perl | boost::regex::no_except);
  if (expression.status() != 0) {
    return api::ApiError::of("InvalidAllowedPatternException",
                             "The request does not meet the regular expression requirement.");
  }
  bool matches = false;
  try {
    matches = boost::regex_search(value, expression);
  } catch (const std::runtime_error&) {
    matches = false;  // it would take too long to find out
  }
  if (matches) return std::nullopt;
  return api::ApiError::of("ParameterPatternMismatchException",
                           "Parameter value, cannot be validated against allowedPattern: " + pattern);
}

}  // namespace drydock::operations::ssm

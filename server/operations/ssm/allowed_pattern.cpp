#include "server/operations/ssm/allowed_pattern.hpp"

#include <boost/regex.hpp>

namespace drydock::operations::ssm {

std::optional<api::ApiError> check_pattern(const std::string& value, const std::string& pattern) {
  const boost::regex expression(pattern, boost::regex::perl | boost::regex::no_except);
  if (expression.status() != 0) {
    return api::ApiError::of("InvalidAllowedPatternException",
                             "The request does not meet the regular expression requirement.");
  }
  try {
    if (boost::regex_search(value, expression)) return std::nullopt;
  } catch (const std::runtime_error&) {
    // It would take too long to find out.
  }
  return api::ApiError::of("ParameterPatternMismatchException",
                           "Parameter value, cannot be validated against allowedPattern: " + pattern);
}

}  // namespace drydock::operations::ssm

#pragma once
// AllowedPattern of PutParameter: what a parameter's values have to look like.

#include <optional>
#include <string>

#include "api-spec/runtime/api_error.hpp"

namespace drydock::operations::ssm {

/// InvalidAllowedPatternException for what is no regular expression, ParameterPatternMismatchException for a value in
/// which it finds nothing: who wants all of the value to match writes ^ and $, as AWS's own example does.
std::optional<api::ApiError> check_pattern(const std::string& value, const std::string& pattern);

}  // namespace drydock::operations::ssm

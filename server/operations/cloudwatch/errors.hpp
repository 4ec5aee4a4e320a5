#pragma once
// CloudWatch's errors, by the codes that its query protocol has.

#include <string>

#include "api-spec/runtime/api_error.hpp"

namespace drydock::operations::cloudwatch {

inline api::ApiError invalid_value(std::string message) {
  return api::ApiError::of("InvalidParameterValue", std::move(message));
}
inline api::ApiError invalid_combination(std::string message) {
  return api::ApiError::of("InvalidParameterCombination", std::move(message));
}
inline api::ApiError missing_parameter(std::string message) {
  return api::ApiError::of("MissingParameter", std::move(message));
}
inline api::ApiError no_alarm(const std::string& name) {
  auto error = api::ApiError::of("ResourceNotFound", "Alarm " + name + " does not exist.");
  error.http_status = 404;
  return error;
}

}  // namespace drydock::operations::cloudwatch

#pragma once
// CloudWatch Logs' errors in its words (spec/logs.md section 3.2).

#include <string>

#include "api-spec/runtime/api_error.hpp"

namespace drydock::operations::logs {

inline api::ApiError no_group() { return api::ApiError::resource_not_found("The specified log group does not exist."); }
inline api::ApiError no_stream() {
  return api::ApiError::resource_not_found("The specified log stream does not exist.");
}
inline api::ApiError exists(const std::string& what) {
  return api::ApiError::of("ResourceAlreadyExistsException", "The specified " + what + " already exists");
}
inline api::ApiError bad_token() { return api::ApiError::invalid_parameter("The specified nextToken is invalid."); }

}  // namespace drydock::operations::logs

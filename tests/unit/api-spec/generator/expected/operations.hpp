#pragma once
// Generated from api-spec/ecs.json and rules.json; do not edit.
// The operations of the API.

#include <span>
#include <string_view>

#include "api-spec/generated/types.hpp"

namespace drydock::api {

/// Everything before the operation's name in X-Amz-Target, without the dot.
inline constexpr std::string_view kTargetPrefix = "Tiny_1";

struct OperationInfo {
  std::string_view name;
  const StructInfo* input;
  const StructInfo* output;
  bool read_only;
  std::span<const std::string_view> errors;  ///< codes the model lists
  std::string_view validation_error;         ///< code that a refused member gives
  // Paging; empty and 0 when the operation has none. The answer's token has the name of the request's.
  std::string_view input_token;
  std::string_view limit_key;
  std::string_view result_key;
  int default_page_size;
  int max_page_size;
};

/// All operations, in alphabetical order.
std::span<const OperationInfo> operations();

/// Null when there is no such operation. Case matters.
const OperationInfo* find_operation(std::string_view name);

/// The values of an enumeration by its name in the model, e.g. "LaunchType"; empty when there is no such one.
std::span<const std::string_view> enum_values(std::string_view shape);

}  // namespace drydock::api

#pragma once
// What the generated tables say about an operation, and about the errors of a service.

#include <span>
#include <string_view>

#include "api-spec/runtime/schema.hpp"

namespace drydock::api {

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

struct ErrorInfo {
  std::string_view code;
  int http_status;
};

}  // namespace drydock::api

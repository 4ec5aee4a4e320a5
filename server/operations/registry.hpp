#pragma once
// One table from operation names to what they do: every operation of the model is in it, or the program does not link.

#include <functional>
#include <string>
#include <string_view>

#include "api-spec/generated/operations.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// A decoded and checked request, ready to run: gives the response body. Runs once.
using Call = std::move_only_function<Result<std::string>(Context&)>;

struct Operation {
  const api::OperationInfo* info;
  /// Decodes and validates a body. Errors: SerializationException and the model's rules.
  Result<Call> (*prepare)(const api::OperationInfo& info, std::string_view body);
};

/// Null for a name the model does not have.
const Operation* find(std::string_view name);

}  // namespace drydock::operations

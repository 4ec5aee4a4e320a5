#pragma once
// One table from operation names to what they do: every operation of the model is in it, or the program does not link.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "api-spec/runtime/operation.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// A decoded and checked request, ready to run: gives the response body. Runs once.
using Call = std::move_only_function<Result<std::string>(Context&)>;

struct Operation {
  const api::OperationInfo* info;
  /// Decodes and validates a body. Errors: SerializationException and the model's rules.
  Result<Call> (*prepare)(const api::OperationInfo& info, std::string_view body);
};

/// The services of which Drydock speaks something.
enum class Service : std::uint8_t {
  kEcs,
  kAutoscaling,
  kCloudwatch,
  kEvents,
  kLogs,
  kSecretsManager,
  kServiceDiscovery,
  kSsm,
  kSts
};

/// Null for a name the service's model does not have.
const Operation* find(Service service, std::string_view name);
/// The same for ECS.
const Operation* find(std::string_view name);

}  // namespace drydock::operations

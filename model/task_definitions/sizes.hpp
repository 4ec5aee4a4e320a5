#pragma once
// The sizes a task may ask for: how they are written, and which pairs Fargate has.

#include <optional>
#include <string>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"

namespace drydock::model {

/// CPU units of a task-level `cpu` text: "1024", "1 vCPU", ".5 vcpu" (1 vCPU = 1024 units). Nothing when malformed.
std::optional<int> parse_cpu_units(std::string_view text);

/// MiB of a task-level `memory` text: "2048", "2GB", "0.5 GB". Nothing when malformed.
std::optional<int> parse_memory_mib(std::string_view text);

/// Whether Fargate has this pair of sizes (AWS: "Task CPU and memory"). Windows has the middle three CPU sizes only.
/// Refusal: ClientException, as RegisterTaskDefinition words it.
std::optional<api::ApiError> check_fargate_size(int cpu_units, int memory_mib, bool windows = false);

/// Why Fargate has no ephemeral storage of this size, as RegisterTaskDefinition words it; nothing when it has.
std::optional<std::string> check_ephemeral_storage(int gib);

}  // namespace drydock::model

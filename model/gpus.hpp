#pragma once

#include <string>
#include <vector>

#include "model/container_instance.hpp"
#include "model/state.hpp"

namespace drydock::model {

/// The GPUs that the instance registered.
const std::vector<std::string>& gpu_ids(const ContainerInstance& instance);

/// Those that no task on it has, in the order in which they were registered.
std::vector<std::string> free_gpu_ids(const State& state, const ContainerInstance& instance);

}  // namespace drydock::model

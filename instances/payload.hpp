#pragma once
// From a task in State to what its instance is told.

#include <cstdint>

#include "instances/instance_link.hpp"
#include "model/state.hpp"

namespace drydock::instances {

TaskPayload payload_of(const model::State& state, const model::Task& task, std::uint64_t sequence_number);

}  // namespace drydock::instances

#pragma once
// ECS Container Instance State Change and Health Change (spec/events.md sections 3 and 7).

#include <set>

#include "server/events/record/draft.hpp"

namespace drydock::events {

bool is_instance_change(const model::ContainerInstance* before, const model::ContainerInstance& after);
/// The instances of which a change of the task takes or frees resources.
void add_affected(const model::Task* before, const model::Task* after, std::set<model::InstanceId>& affected);

Draft instance_event(const model::State& state, const model::ContainerInstance& instance, model::Instant now);
/// What DescribeContainerInstances shows as the health has changed.
bool is_health_change(const model::ContainerInstance* before, const model::ContainerInstance& after);
Draft health_event(const model::State& state, const model::ContainerInstance& instance, model::Instant now);

}  // namespace drydock::events

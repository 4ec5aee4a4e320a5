#pragma once
// A task set as the API shows it (spec/resources.md section 8).

#include "api-spec/generated/types.hpp"
#include "model/state.hpp"

namespace drydock::operations {

/// `now` is when the stability status is retrieved. Tags are shown when asked for only.
api::TaskSet show_task_set(const model::State& state, const model::TaskSet& set, bool with_tags, model::Instant now);
/// All of a service, oldest first.
std::vector<api::TaskSet> show_task_sets(const model::State& state, model::ServiceId service, bool with_tags,
                                         model::Instant now);

}  // namespace drydock::operations
